import Identity
import Ledger

/// Puts what happens to people and at sign-ins into the ledger.
struct LedgerJournal: PeopleJournal {
  let ledger: Ledger

  func keep(_ event: PeopleEvent) async -> Bool {
    do {
      try await ledger.durable(try ledger.append(LedgerRecord(.person(PersonRecord(event)))))
      return true
    } catch {
      return false
    }
  }
}

extension PersonRecord {
  fileprivate init(_ event: PeopleEvent) {
    let kind: Event =
      switch event.kind {
      case .added: .added
      case .changed: .changed
      case .removed: .removed
      case .invited: .invited
      case .reset: .reset
      case .refused: .refused
      case .locked: .locked
      case .signedIn: .signedIn
      case .signedOut: .signedOut
      }
    self.init(
      event: kind, person: event.person, of: event.of, methods: event.methods,
      session: event.session, issuer: event.issuer, address: event.address,
      actor: event.user.map { LedgerActor(user: $0, via: .admin) }, reason: event.reason)
  }
}
