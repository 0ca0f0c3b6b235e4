public import JSON

/// One request to an upstream, in stateless form.
///
/// A class, because a request outlives many suspensions: what a task keeps over one is copied.
public final class UpstreamRequest: Sendable {
  /// The MCP method.
  public let method: String
  /// As the client sent them; forwarded byte for byte but for `name` and `_meta`.
  public let params: JSONNode?
  /// Replaces `params.name`: the upstream's own name of a tool or prompt.
  public let name: String?
  /// Asks the upstream for progress notifications.
  public let wantsProgress: Bool
  /// From the moment it is sent to its whole answer.
  public let timeout: Duration

  /// A request; see the members.
  public init(
    method: String, params: JSONNode?, name: String? = nil, wantsProgress: Bool = false,
    timeout: Duration
  ) {
    self.method = method
    self.params = params
    self.name = name
    self.wantsProgress = wantsProgress
    self.timeout = timeout
  }
}

/// What an upstream answered.
public enum UpstreamReply: Sendable {
  /// The `result` object.
  case result(JSONNode)
  /// The JSON-RPC `error` object.
  case error(JSONNode)
}

/// Why an upstream gave no answer.
public enum UpstreamError: Error, Sendable {
  /// Nothing was sent: the upstream is starting, restarting, stopped or not reachable.
  case unavailable(reason: String)
  /// Nothing was sent: too many requests are waiting for it.
  case overloaded(reason: String)
  /// Sent, and not answered in time. Whether it ran is unknown.
  case timedOut(after: Duration)
  /// Sent, and the connection ended first. Whether it ran is unknown.
  case connectionLost(reason: String)
  /// Sent, and what came back is not an answer. Whether it ran is unknown.
  case protocolViolation(reason: String)
  /// Sent; the client gave up and the upstream was told. Whether it ran is unknown.
  case cancelled

  /// Whether the upstream may have acted on the request.
  public var mayHaveRun: Bool {
    switch self {
    case .unavailable, .overloaded: false
    case .timedOut, .connectionLost, .protocolViolation, .cancelled: true
    }
  }

  /// What happened, for a person.
  public var reason: String {
    switch self {
    case .unavailable(let reason): "not available: \(reason)"
    case .overloaded(let reason): "overloaded: \(reason)"
    case .timedOut(let limit): "no answer within \(limit)"
    case .connectionLost(let reason): "connection lost: \(reason)"
    case .protocolViolation(let reason): "protocol violation: \(reason)"
    case .cancelled: "cancelled by the client"
    }
  }
}

/// What an upstream said of itself, and how to speak to it.
public struct UpstreamPeer: Sendable, Equatable {
  /// The revision to speak with it.
  public var version: ProtocolVersion
  /// `serverInfo.name`, at most 128 characters.
  public var serverName: String?
  /// `serverInfo.version`, at most 128 characters.
  public var serverVersion: String?
  /// What it says about its tools. A claim.
  public var instructions: String?
  /// Whether it announces changes of its tool list.
  public var announcesToolChanges: Bool
  /// `Mcp-Session-Id`, over HTTP in the session era.
  public var sessionID: String?
}

/// Receives the `params` of progress notifications for one request: on whatever thread they come,
/// in order, and before the call returns.
public typealias ProgressSink = @Sendable (_ params: JSONNode) -> Void

/// An MCP server behind us: one connection that is opened, supervised and used by every loop.
public protocol Upstream: AnyObject, Sendable {
  var name: String { get }
  /// Any thread.
  var status: UpstreamStatus { get }
  /// Begins connecting and keeps the upstream connected until `stop`. Events come on its home loop.
  func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void)
  /// Fails what is in flight, ends the connection or the process tree.
  func stop() async
  /// Sends one request and waits for its answer. From a task on any loop; cancelling the task
  /// tells the upstream and throws `.cancelled`.
  func call(_ request: UpstreamRequest, progress: ProgressSink?) async throws(UpstreamError)
    -> UpstreamReply
}

/// What happens to an upstream's connection.
public enum UpstreamEvent: Sendable {
  case ready(UpstreamPeer)
  case toolsChanged
  case down(reason: String)
}

/// An upstream's state at one moment, for people.
public struct UpstreamStatus: Sendable {
  /// What can be said of a connection in one word.
  public enum State: String, Sendable {
    case starting, ready, backingOff = "backing-off", stopped
  }
  /// Whether it can be called.
  public var state: State
  /// Whom it is connected to, once that is known.
  public var peer: UpstreamPeer?
  /// Over stdio, the process.
  public var pid: Int32?
  /// How often the connection was begun anew.
  public var restarts: Int
  /// Requests waiting for an answer.
  public var inFlight: Int
  /// Why the connection ended the last time.
  public var lastError: String?

  /// Not started, or stopped.
  public static let stopped = UpstreamStatus(
    state: .stopped, peer: nil, pid: nil, restarts: 0, inFlight: 0, lastError: nil)
}
