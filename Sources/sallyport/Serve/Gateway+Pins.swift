import Admin
import Catalog
import Configuration
import Ledger
import Logging
import Reactor

/// What people decide about items, and what becomes of items: on record first, then in the store,
/// then in force.
extension Gateway {
  /// Records between two writes.
  private static let recordsAtOnce = 512
  /// What is held back is told once for all that comes in this time.
  private static let tellAfter: Duration = .seconds(1)

  /// Keeps changes, one set after the other. On `home`.
  func keep(_ changes: [PinChange]) async -> Result<Void, PinFailure> {
    home.preconditionCurrent()
    await pinTurn.take()
    defer { pinTurn.leave() }
    do {
      try await record(changes)
    } catch {
      return .failure(PinFailure(reason: "the ledger cannot be written: \(error)"))
    }
    do {
      try await files.run { [self] () throws(CatalogStoreError) in try store.take(changes) }
    } catch {
      return .failure(PinFailure(reason: "it is on record, but cannot be stored: \(error)"))
    }
    // What the catalog told itself holds already.
    let decided = changes.filter {
      switch $0.event {
      case .approved, .rejected, .revoked: true
      case .quarantined, .changed, .restored, .forgotten: false
      }
    }
    if !decided.isEmpty { catalog?.enact(decided) }
    return .success(())
  }

  private func record(_ changes: [PinChange]) async throws(LedgerError) {
    var last: LedgerPosition?
    var staged = 0
    for change in changes {
      guard let record = PinRecord(change) else { continue }
      last = try ledger.append(LedgerRecord(.pin(record), time: change.time))
      staged += 1
      if staged % Self.recordsAtOnce == 0 { try ledger.flush() }
    }
    if let last { try await ledger.durable(last) }
  }

  /// Keeps what the catalog tells, and says what waits.
  func noteLater(_ changes: [PinChange]) {
    home.spawn { [self] in
      if case .failure(let failure) = await keep(changes) {
        log.error("what became of items cannot be kept", [("reason", failure.reason)])
      }
    }
    for change in changes where change.rule != nil {
      log.info(
        "a change was accepted by a rule",
        [
          ("upstream", change.server), ("item", change.key.word), ("rule", change.rule ?? ""),
        ])
    }
    let servers = changes.filter { $0.event == .quarantined || $0.event == .changed }
      .map(\.server)
    guard !servers.isEmpty else { return }
    let isFirst = quarantined.isEmpty
    quarantined.formUnion(servers)
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

extension PinRecord {
  /// Nil when the change is not put on record.
  fileprivate init?(_ change: PinChange) {
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
        change.user.map { LedgerActor(user: $0, via: .admin) } ?? LedgerActor(via: .schedule)
      }
    self.init(
      event: event, server: change.server, subject: subject, before: change.before,
      after: event == .revoked ? nil : change.after, effect: change.effect,
      despite: change.despite, rule: change.event == .restored ? "restored" : change.rule,
      actor: actor, reason: change.reason)
  }
}
