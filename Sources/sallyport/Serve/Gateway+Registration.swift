import Admin
import Catalog
import Configuration
import Gate
import Glibc
import Identity
import Ledger
import Logging
import MCP
import Reactor

/// Upstreams that are added, removed, enabled and disabled while the gateway runs.
extension Gateway: UpstreamRegistration {
  func change(
    _ request: UpstreamRequestedChange, by actor: LedgerActor
  ) async throws(UpstreamChangeError) -> [String] {
    home.preconditionCurrent()
    await changeTurn.take()
    defer { changeTurn.leave() }
    let isDryRun = if case .add(let addition) = request { addition.isDryRun } else { false }
    let draft = try await makeDraft(request, isDryRun: isDryRun, by: actor)
    guard draft.isChange, !isDryRun else { return draft.warnings }
    do {
      try await record(draft, actor)
    } catch {
      await discard(draft)
      throw UpstreamChangeError(500, "the ledger cannot be written: \(error)")
    }
    // No decision about a server outlives it.
    await pinQueue.turn.take()
    defer { pinQueue.turn.leave() }
    let (time, user) = (LedgerRecord.now(), actor.user ?? actor.via.rawValue)
    do {
      try await files.run { [self] () throws(CatalogStoreError) in
        for change in draft.changes { try store.apply(change, by: user, at: time) }
        for case .remove(let name) in draft.changes { unlink(directory.secrets(of: name)) }
      }
    } catch {
      await discard(draft)
      note(draft.changeRecord(.refused, actor, reason: error.description))
      throw UpstreamChangeError(500, error.description)
    }
    register = draft.register
    take(draft.configuration, draft.problems)
    for case .remove(let name) in draft.changes {
      catalog?.forgetPins(of: name)
      pinQueue.drop(name, because: PinFailure(removed: name))
    }
    log.info(
      "an upstream was changed", [("upstream", draft.changes[0].name), ("how", draft.reason)])
    return draft.warnings + (lateness.map { ["it is on record and stored, but \($0)"] } ?? [])
  }

  /// Everything that can be wrong with a change is found here.
  private func makeDraft(
    _ request: UpstreamRequestedChange, isDryRun: Bool, by actor: LedgerActor
  ) async throws(UpstreamChangeError) -> RegisterDraft {
    let (file, register, path) = (fileConfiguration, register, configurationPath)
    let (tools, present, policies) = (toolCatalog, configuration, policies)
    let directory = directory
    typealias Checked = (draft: RegisterDraft, refusal: String?)
    let checked = try await files.run { () throws(UpstreamChangeError) -> Checked in
      var draft = RegisterDraft(file: file, register: register, path: path)
      try draft.take(request, in: directory)
      let schema = PolicySchema(
        catalog: tools, configuration: draft.configuration, previous: present)
      let errors = schema.check(policies).errors
      guard errors.isEmpty else {
        return (
          draft,
          "the policies would be wrong then:\n"
            + errors.map(\.description).joined(separator: "\n")
        )
      }
      if !isDryRun, let (path, text) = draft.secrets { try Self.keep(text, in: path) }
      return (draft, nil)
    }
    if let refusal = checked.refusal {
      note(checked.draft.changeRecord(.refused, actor, reason: refusal))
      throw UpstreamChangeError(409, refusal)
    }
    return checked.draft
  }

  private static func keep(_ text: String, in path: String) throws(UpstreamChangeError) {
    do {
      try NewFile.makeDirectory(ConfigurationPath.directory(of: path), mode: 0o700)
      _ = try NewFile.write(text, to: path, mode: 0o600, replacing: true)
    } catch {
      throw UpstreamChangeError(500, "\(error.path) cannot be written: \(error.reason)")
    }
  }

  private func discard(_ draft: RegisterDraft) async {
    guard let path = draft.secrets?.path else { return }
    await files.run { _ = unlink(path) }
  }

  private func record(
    _ draft: RegisterDraft, _ actor: LedgerActor
  ) async throws(LedgerError) {
    try await ledger.durable(
      try ledger.append(LedgerRecord(draft.changeRecord(.applied, actor, reason: draft.reason))))
  }

  /// Puts a configuration in force that was checked.
  func take(_ next: Configuration, _ problems: [StoredUpstreamProblem]) {
    for problem in problems where !registerProblems.contains(problem) {
      log.error(
        "an added server is not in force",
        [("upstream", problem.name), ("reason", problem.reason)])
    }
    registerProblems = problems
    configuration = next
    people.set(limits: SessionLimits(next.people))
    renewConsoleBase()
    useNotices()
    renewAuthority()
    describeServers()
    catalog?.apply(next)
    publish()
  }
}

extension RegisterDraft {
  fileprivate func changeRecord(
    _ event: ChangeRecord.Event, _ actor: LedgerActor, reason: String
  ) -> LedgerRecord.Content {
    .change(
      ChangeRecord(
        of: .upstream, event: event, before: before, after: after, actor: actor, reason: reason,
        server: changes.first?.name))
  }
}
