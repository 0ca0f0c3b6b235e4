import Admin
import Catalog
import Gate
import Identity
import Ledger
import Logging
import MCP
import Orders
import Reactor

/// The kill switch of the whole process.
extension Gateway: OrderDesk {
  /// How long the calls that were ended get to tell their clients why before their sessions end.
  private static let settlingMax: Duration = .milliseconds(50)
  private static let settlingInterval: Duration = .milliseconds(2)

  func stop(
    _ target: StopTarget, because reason: String, keepsTokens: Bool, by actor: LedgerActor
  ) async throws(OrderError) -> StopReport {
    home.preconditionCurrent()
    let begun = MonotonicTime.read()
    var report = StopReport(
      try orders.stops.order(
        target, because: reason, by: actor.user ?? actor.via.rawValue))
    subscriptions?.silence { [self] in isStopped($0, at: $1) }
    await withTaskGroup(of: (calls: Int, streams: Int).self) { group in
      for lane in lanes { group.addTask { await lane.enforceStops() } }
      for await ended in group {
        report.calls += ended.calls
        report.streams += ended.streams
      }
    }
    report.effect = Int64((MonotonicTime.read().nanoseconds - begun.nanoseconds) / 1_000)
    if report.calls > 0 { await settle() }
    report.sessions = sessions.end { [self] in isStopped($0, at: $1) }
    keepServersStopped()
    if !keepsTokens { await revokeTokens(&report) }
    await keep(&report, actor)
    log.warning(
      "stopped",
      [
        ("id", report.stop.id), ("what", "\(target)"), ("by", report.stop.actor),
        ("reason", reason), ("calls", "\(report.calls)"), ("effectUs", "\(report.effect)"),
      ])
    return report
  }

  func lift(
    _ id: String, because reason: String, by actor: LedgerActor
  ) async throws(OrderError) -> Stop {
    let stop = try orders.stops.stop(id)
    guard (1...Stop.reasonBytesMax).contains(reason.utf8.count) else { throw .invalid("reason") }
    let change = ChangeRecord(
      of: .stops, event: .applied, before: id, actor: actor,
      reason: "\(stop.target) goes on: \(reason)")
    do {
      try await ledger.durable(try ledger.append(LedgerRecord(.change(change))))
    } catch {
      throw .storage("the ledger cannot be written: \(error)")
    }
    let lifted = try await orders.stops.lift(id)
    keepServersStopped()
    log.warning("a stop was lifted", [("id", id), ("what", "\(stop.target)")])
    return lifted
  }

  /// What is stopped when the gateway starts.
  func reportStops() {
    for stop in orders.stops.all.stops {
      log.warning("stopped", [("id", stop.id), ("what", "\(stop.target)"), ("by", stop.actor)])
    }
  }

  /// Ends the connections of servers that are stopped, and begins those of others again. A stop of
  /// everything ends none: servers go on with what they were told.
  func keepServersStopped() {
    var reasons: [String: String] = [:]
    for stop in orders.stops.all.stops {
      guard case .upstream(let name) = stop.target, reasons[name] == nil else { continue }
      reasons[name] = "by \(stop.actor): \(stop.reason) (\(stop.id))"
    }
    catalog?.keepStopped(reasons)
  }

  /// Whether nothing of a server reaches anybody.
  func isStopped(_ server: String) -> Bool {
    orders.stops.isAny && orders.stops.all.stop(server: server) != nil
  }

  private func isStopped(_ caller: String, at endpoint: Endpoint) -> Bool {
    lanes.first?.gate.isStopped(callerKey: caller, at: endpoint) ?? false
  }

  private func settle() async {
    let deadline = home.now + Self.settlingMax
    while home.now < deadline {
      var left = 0
      for lane in lanes { left += await lane.gate.stoppedUnderWay() }
      guard left > 0 else { return }
      do { try await home.sleep(for: Self.settlingInterval) } catch { return }
    }
  }

  /// Those of the callers that cannot call any more.
  private func revokeTokens(_ report: inout StopReport) async {
    let target = report.stop.target
    do {
      report.tokens = try await agentTokens.revoke { token in
        switch target {
        case .agent(let name): token.principal.agent == name
        case .human(let name): token.principal.human == name
        case .profile(let name): token.profile == name
        case .all: true
        case .tool, .upstream: false
        }
      }.count
    } catch {
      report.problems.append("the revoked tokens are not in the file: \(error)")
    }
  }

  private func keep(_ report: inout StopReport, _ actor: LedgerActor) async {
    do {
      try await orders.stops.keep(report.stop)
    } catch {
      report.problems.append("the stop is not in the file and ends with this process: \(error)")
    }
    let change = ChangeRecord(
      of: .stops, event: .applied, after: report.stop.id, actor: actor,
      reason: "\(report.stop.target) is stopped: \(report.stop.reason)")
    do {
      try await ledger.durable(try ledger.append(LedgerRecord(.change(change))))
    } catch {
      report.problems.append("the stop is not on record: the ledger cannot be written: \(error)")
    }
  }
}
