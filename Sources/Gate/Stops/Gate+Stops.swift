import Catalog
import JSON
import Ledger
public import MCP
import Orders
import Reactor

/// The kill switch at the gate: what a stop covers is refused before anything else, and what is
/// under way ends.
extension Gate {
  /// The stops in force; kept until they change.
  private var stops: StopSet {
    let epoch = orders.stops.epoch
    if knownStops.epoch != epoch { knownStops = (epoch, orders.stops.all) }
    return knownStops.stops
  }

  /// What stops a call, as far as it is known what that is about.
  @inline(never)
  func stop(of call: Call, about subject: Subject? = nil) -> Stop? {
    underWay.stop(of: call) ?? stops.stop(of: call, about: subject)
  }

  /// What ended a call that failed.
  @inline(never)
  func stopThatEnded(_ call: Call, about subject: Subject) -> Stop? {
    underWay.stop(of: call)
      ?? (hasStops ? stops.stop(of: call, about: subject) : nil)
  }

  /// Cancels the calls under way on this loop that stops cover. Any thread.
  /// - Returns: how many.
  public func enforceStops() async -> Int {
    await loop.perform { [self] in
      let tasks = underWay.takeStopped(by: stops)
      for task in tasks { task.cancel() }
      return tasks.count
    }
  }

  /// Calls under way on this loop that are ended and not over yet. Any thread.
  public func stoppedUnderWay() async -> Int {
    await loop.perform { [self] in underWay.stoppedCount }
  }

  /// Refuses a request of a caller that is stopped.
  @inline(never)
  func refuseStopped(_ call: Call, by stop: Stop) async -> Denial {
    let isCall = call.request.method == "tools/call"
    let name = isCall ? call.request.params?[member: "name"]?.string : nil
    await refuse(
      call, .stopped, code: isCall ? nil : JSONRPCError.Code.denied, Self.recorded(stop),
      tool: name)
    return Denial(
      reason: .stopped(stop, .notMade), tool: String((name ?? call.request.method).prefix(128)),
      server: "", callID: call.id, isCall: isCall)
  }

  /// Refuses a request about something that is stopped.
  @inline(never)
  func refuseStopped(_ call: Call, about subject: Subject, by stop: Stop) async -> MCPResponse {
    await refuse(call, .stopped, code: nil, Self.recorded(stop), about: subject)
    return deny(call, subject, .stopped(stop, .notMade))
  }

  /// As records say why.
  static func recorded(_ stop: Stop) -> String {
    "\(stop.target) is stopped (\(stop.id)): \(stop.reason)"
  }

  /// Whether a stop ends a listening, or a session, of a caller.
  public func isStopped(callerKey key: String, at endpoint: Endpoint) -> Bool {
    let parts = key.split(separator: "\u{0}", omittingEmptySubsequences: false).map(String.init)
    let human = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
    return orders.stops.all.stop(
      agent: parts.first ?? "", human: human, profile: endpoint.profile) != nil
  }
}

extension Exchange {
  /// How a call that a stop ended is told of.
  static func stopped(_ stop: Stop, _ error: UpstreamError) -> Exchange {
    .stopped(stop, nil, error.mayHaveRun ? .unknown : .notMade)
  }
}
