import Catalog
import Gate
import Identity
import Ledger
import Logging
import MCP
import Reactor
import Synchronization

/// What new calls are to see, made anew with each change.
extension Gateway {
  private static let publishRetry: Duration = .seconds(1)

  func makeSnapshot() throws(StartFailure) -> GateSnapshot {
    do {
      return try GateSnapshot(
        catalog: toolCatalog,
        directory: AgentDirectory(configuration, localUser: LocalUser.id), authority: authority,
        agentTokens: agentTokens, policies: policiesWithGrants(),
        configuration: configuration)
    } catch {
      throw StartFailure(reason: error.reason)
    }
  }

  /// Whose tokens are taken; what is known of them stays unless the issuers changed.
  func renewAuthority() {
    if let authority, authority.isFor(configuration) { return }
    authority = issuerClient.flatMap {
      TokenAuthority(configuration, loop: home, client: $0, log: log.named("identity"))
    }
  }

  func catalogChanged(_ next: CatalogSnapshot) {
    home.preconditionCurrent()
    toolCatalog = next
    publish()
    if next.isSettled, !isReady.exchange(true, ordering: .relaxed) {
      log.info("ready for calls", [("tools", "\(next.tools.count)")])
    }
  }

  /// What happened to an upstream's connection.
  func note(_ event: UpstreamEvent, of server: String) {
    for lane in lanes { lane.gate.note(event, of: server) }
    switch event {
    case _ where isStopped(server): break
    case .resourceUpdated(let uri): subscriptions?.resourceUpdated(uri, at: server)
    case .taskChanged(let state): subscriptions?.taskChanged(state, at: server)
    default: break
    }
  }

  /// What is said of a change that new calls do not see yet; nil when they see all.
  var lateness: String? {
    publishProblem.map { "not in force yet: \($0); the gateway tries again every second" }
  }

  /// Gives every loop what new calls are to see, once it is on record; tries again when that fails.
  /// `lateness` says then what is in the way.
  func publish() {
    let snapshot: GateSnapshot
    do {
      snapshot = try makeSnapshot()
    } catch {
      return publishLater(because: error.reason)
    }
    do {
      try recorder.record(snapshot)
    } catch {
      return publishLater(because: "the ledger cannot be written: \(error)")
    }
    if publishProblem != nil { log.info("what waited is in force") }
    publishProblem = nil
    for lane in lanes { lane.gate.replace(snapshot) }
    subscriptions?.replace(snapshot)
    index?.prepare(for: snapshot)
    reviewPolicies()
  }

  private func publishLater(because problem: String) {
    if problem != publishProblem {
      log.error("a change is not in force yet", [("reason", problem)])
    }
    publishProblem = problem
    guard !isPublishingLater, !isStopping else { return }
    isPublishingLater = true
    _ = home.schedule(after: Self.publishRetry) { [weak self] in
      guard let self, !isStopping else { return }
      isPublishingLater = false
      if publishProblem != nil { publish() }
    }
  }
}
