import Admin
import Catalog
import Configuration
import Ledger
import Logging
import Reactor

/// What people decide about items, and what becomes of items: on record first, then in the store,
/// then in force.
extension Gateway {
  /// What is held back is told once for all that comes in this time.
  private static let tellAfter: Duration = .seconds(1)

  /// Keeps changes of one decision, once those that came before are kept. On `home`.
  func keep(_ changes: [PinChange]) async -> Result<Void, PinFailure> {
    home.preconditionCurrent()
    return await pinQueue.keep(
      changes, unless: { removal(of: $0) }, putInForce: { putInForce($0) })
  }

  /// What is said of changes of a server that is not configured any more.
  private func removal(of changes: [PinChange]) -> PinFailure? {
    changes.lazy.map(\.server).first { configuration.upstream(named: $0) == nil }
      .map { PinFailure(removed: $0) }
  }

  private func putInForce(_ decided: [PinChange]) -> PinFailure? {
    catalog?.enact(decided)
    return lateness.map { PinFailure(reason: "it is on record and stored, but \($0)") }
  }

  /// Keeps what the catalog tells, and says what waits.
  func noteLater(_ changes: [PinChange]) {
    // One server's are nothing to another's.
    let servers = Dictionary(grouping: changes, by: \.server).sorted { $0.key < $1.key }
    for (_, changes) in servers {
      home.spawn { [self] in
        if case .failure(let failure) = await keep(changes), removal(of: changes) == nil {
          log.error("what became of items cannot be kept", [("reason", failure.reason)])
        }
      }
    }
    for change in changes where change.rule != nil {
      log.info(
        "a change was accepted by a rule",
        [
          ("upstream", change.server), ("item", change.key.word), ("rule", change.rule ?? ""),
        ])
    }
    let held = changes.filter { $0.event == .quarantined || $0.event == .changed }
      .map(\.server)
    guard !held.isEmpty else { return }
    let isFirst = quarantined.isEmpty
    quarantined.formUnion(held)
    guard isFirst else { return }
    _ = home.schedule(after: Self.tellAfter) { [weak self] in self?.tellQuarantined() }
  }

  private func tellQuarantined() {
    let waiting = catalog?.upstreams.filter {
      $0.waiting > 0 && quarantined.contains($0.configuration.name)
    }
    for report in waiting ?? [] {
      let name = report.configuration.name
      log.warning(
        "quarantined: agents do not see it until somebody approves it",
        [
          ("upstream", name), ("items", "\(report.waiting)"),
          ("next", "sallyport upstream show \(name)"),
        ])
    }
    quarantined = []
  }
}

extension PinFailure {
  init(removed server: String) {
    self.init(reason: "no server is configured as `\(server)`", status: 404)
  }
}

extension PinRecord {
  /// Nil when the change is not put on record.
  init?(_ change: PinChange) {
    let event: Event
    switch change.event {
    case .quarantined: event = .quarantined
    case .changed: event = .changed
    case .approved, .restored: event = .approved
    case .rejected: event = .rejected
    case .revoked: event = .revoked
    case .forgotten: return nil
    }
    let subject: Subject =
      switch change.key.kind {
      case .server: .server
      case .instructions: .instructions
      case .tool: .tool(change.key.name)
      case .prompt: .prompt(change.key.name)
      case .template: .template(change.key.name)
      case .page: .page(change.key.name)
      }
    let actor =
      switch change.event {
      case .quarantined, .changed, .forgotten: LedgerActor?.none
      case .restored: LedgerActor(via: .schedule)
      case .approved, .rejected, .revoked:
        change.user.map { LedgerActor(user: $0, via: change.isPerson ? .person : .admin) }
          ?? LedgerActor(via: .schedule)
      }
    self.init(
      event: event, server: change.server, subject: subject, before: change.before,
      after: event == .revoked ? nil : change.after, effect: change.effect,
      despite: change.despite, rule: change.event == .restored ? "restored" : change.rule,
      actor: actor, reason: change.reason)
  }
}
