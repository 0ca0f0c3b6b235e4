import Admin
import Gate
import Ledger
import Logging
import Orders
import Reactor

/// Permits until a time.
extension Gateway {
  func grant(
    _ draft: GrantDraft, isDryRun: Bool, by actor: LedgerActor
  ) async throws(OrderError) -> Grant {
    home.preconditionCurrent()
    let grant = try orders.grants.draft(draft, by: actor.user ?? actor.via.rawValue)
    let (tools, configuration) = (toolCatalog, configuration)
    let problems = await files.run {
      PolicySchema(catalog: tools, configuration: configuration).problems(of: grant)
    }
    guard problems.isEmpty else { throw .policy(problems) }
    guard !isDryRun else { return grant }
    try await record(
      ChangeRecord(
        of: .grants, event: .applied, after: grant.id, actor: actor,
        reason: "\(grant.draft.tool) for \(grant.draft.lifetime) s: \(grant.draft.reason)"))
    try await orders.grants.give(grant)
    publish()
    expireGrantsInTime()
    log.info("granted", [("id", grant.id), ("tool", grant.draft.tool), ("by", grant.actor)])
    if let lateness { throw .storage("\(grant.id) is on record and stored, but \(lateness)") }
    return grant
  }

  func revoke(
    grant id: String, because reason: String?, by actor: LedgerActor
  ) async throws(OrderError) -> Grant {
    let result: Result<Grant, OrderError>
    do throws(OrderError) {
      result = .success(try await orders.grants.revoke(id))
    } catch {
      result = .failure(error)
    }
    if case .failure(.unknown) = result { return try result.get() }
    publish()
    try await record(
      ChangeRecord(
        of: .grants, event: .applied, before: id, actor: actor,
        reason: reason.map { "revoked: \($0)" } ?? "revoked"))
    log.info("a grant was revoked", [("id", id)])
    let grant = try result.get()
    if let lateness { throw .storage("that \(id) is revoked is on record, but \(lateness)") }
    return grant
  }

  /// What is in force: the policy files with the grants over them; without them when they cannot be
  /// together, which permits less.
  func policiesWithGrants() -> Policies {
    do {
      return try policies.adding(orders.grants.all)
    } catch {
      log.error(
        "grants are out of force: they and the policies cannot be together",
        [("reason", error.description)])
      return policies
    }
  }

  /// Takes the grants that are over out of force when their time comes.
  func expireGrantsInTime() {
    home.preconditionCurrent()
    grantTimer?.cancel()
    grantTimer = nil
    guard let next = orders.grants.nextExpiry, !isStopping else { return }
    let wait = max(0, min(next - orders.grants.now, 3_600))
    grantTimer = home.schedule(after: .seconds(wait)) { [weak self] in self?.expireGrants() }
  }

  private func expireGrants() {
    let over = orders.grants.takeExpired()
    if !over.isEmpty {
      publish()
      for grant in over {
        note(
          .change(
            ChangeRecord(of: .grants, event: .applied, before: grant.id, reason: "expired")))
        log.info("a grant is over", [("id", grant.id)])
      }
      home.spawn { [self] in
        do {
          try await orders.grants.forget(over.map(\.id))
        } catch {
          log.warning("grants that are over are in the file still", [("reason", "\(error)")])
        }
      }
    }
    expireGrantsInTime()
  }

  private func record(_ change: ChangeRecord) async throws(OrderError) {
    do {
      try await ledger.durable(try ledger.append(LedgerRecord(.change(change))))
    } catch {
      throw .storage("the ledger cannot be written: \(error)")
    }
  }
}
