/// The stops in force at one moment, found by what they are of. Immutable.
public struct StopSet: Sendable {
  /// The oldest first.
  public let stops: [Stop]
  private let byTarget: [StopTarget: Stop]
  /// Of tools that begin so.
  private let prefixes: [(prefix: String, stop: Stop)]

  /// Of several of one target the oldest counts.
  public init(_ stops: [Stop] = []) {
    self.stops = stops.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    byTarget = Dictionary(
      self.stops.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
    prefixes = self.stops.compactMap { stop in
      guard case .tool(let name) = stop.target, name.hasSuffix("*") else { return nil }
      return (String(name.dropLast()), stop)
    }
  }

  /// Whether there are none.
  public var isEmpty: Bool { stops.isEmpty }

  /// What stops a caller at an endpoint, whatever it asks for.
  public func stop(agent: String, human: String?, profile: String?) -> Stop? {
    byTarget[.all] ?? byTarget[.agent(agent)] ?? human.flatMap { byTarget[.human($0)] }
      ?? profile.flatMap { byTarget[.profile($0)] }
  }

  /// What stops requests to a server.
  public func stop(server: String) -> Stop? { byTarget[.all] ?? byTarget[.upstream(server)] }

  /// What stops calls of a tool, by its public name.
  public func stop(tool: String, server: String) -> Stop? {
    stop(server: server) ?? byTarget[.tool(tool)]
      ?? prefixes.first { tool.hasPrefix($0.prefix) }?.stop
  }
}
