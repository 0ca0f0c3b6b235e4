public import JSON

/// One request to an upstream, in stateless form.
///
/// A class, because a request outlives many suspensions: what a task keeps over one is copied.
public final class UpstreamRequest: Sendable {
  /// The MCP method.
  public let method: String
  /// As the client sent them; forwarded byte for byte but for `target`, `edits` and `_meta`.
  public let params: JSONNode?
  /// The member of `params` by which the upstream is told what is meant, in its own words, and
  /// which `Mcp-Name` repeats.
  public let target: Target?
  /// Other members of `params` that are replaced or left out.
  public let edits: [Edit]
  /// Asks the upstream for progress notifications.
  public let wantsProgress: Bool
  /// From the moment it is sent to its whole answer.
  public let timeout: Duration
  /// What the upstream may ask of the client while it serves this request.
  public let capabilities: ClientCapabilities
  /// From which level on log messages about this request are wanted.
  public let logLevel: LogLevel?
  /// `Mcp-Param-*`: the values of arguments that the tool's schema wants in headers
  /// (MCP 2026-07-28, SEP-2243). Only over HTTP in the stateless era.
  public let parameterHeaders: [(name: String, value: String)]
  /// The W3C trace context in place of the client's own; nil drops the client's, if it has one.
  public let traceparent: String?
  /// Whose request it is: what an upstream asks reaches nobody else.
  public let principal: String
  /// The era that the client speaks. A server that speaks both is asked in it where it matters:
  /// what a tool asks in the middle of a call, some can only ask in a session.
  public let clientEra: Era

  /// What a request is about, in the upstream's own words.
  public enum Target: Sendable, Equatable {
    /// `params.name`: a tool or a prompt.
    case name(String)
    /// `params.uri`: a resource.
    case uri(String)
    /// `params.taskId`.
    case task(String)

    /// The member of `params`.
    var member: StaticString {
      switch self {
      case .name: "name"
      case .uri: "uri"
      case .task: "taskId"
      }
    }

    /// What stands there.
    public var value: String {
      switch self {
      case .name(let value), .uri(let value), .task(let value): value
      }
    }
  }

  /// A member of `params` that leaves otherwise than it came.
  public struct Edit: Sendable, Equatable {
    /// The member.
    public var member: String
    /// The JSON text of its value; nil leaves it out.
    public var value: [UInt8]?
    /// An edit of one member.
    public init(member: String, value: [UInt8]?) {
      self.member = member
      self.value = value
    }
  }

  /// A request; see the members.
  public init(
    method: String, params: JSONNode?, target: Target? = nil, edits: [Edit] = [],
    wantsProgress: Bool = false, timeout: Duration, capabilities: ClientCapabilities = .none,
    logLevel: LogLevel? = nil, parameterHeaders: [(name: String, value: String)] = [],
    traceparent: String? = nil, principal: String = "", clientEra: Era = .stateless
  ) {
    self.method = method
    self.params = params
    self.target = target
    self.edits = edits
    self.wantsProgress = wantsProgress
    self.timeout = timeout
    self.capabilities = capabilities
    self.logLevel = logLevel
    self.parameterHeaders = parameterHeaders
    self.traceparent = traceparent
    self.principal = principal
    self.clientEra = clientEra
  }
}

/// What an upstream answered.
public enum UpstreamReply: Sendable {
  /// The `result` object.
  case result(JSONNode)
  /// The JSON-RPC `error` object.
  case error(JSONNode)

  var isError: Bool { if case .error = self { true } else { false } }
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
  /// What it offers.
  public var capabilities: ServerCapabilities
  /// `Mcp-Session-Id`, over HTTP in the session era.
  public var sessionID: String?
}

/// What an upstream tells about a request while it serves it: the `params` of the notification.
public enum UpstreamNotice: Sendable {
  case progress(JSONNode)
  /// A log message.
  case message(JSONNode)
}

/// Receives what is told about one request: on whatever thread it comes, in order, and before the
/// call returns.
public typealias NoticeSink = @Sendable (UpstreamNotice) -> Void

/// An MCP server behind us: one connection that is opened, supervised and used by every loop.
public protocol Upstream: AnyObject, Sendable {
  var name: String { get }
  /// Any thread.
  var status: UpstreamStatus { get }
  /// How it does; nil where nobody minds. Who calls asks it first and tells it what came of the
  /// call. Any thread.
  var health: UpstreamHealth? { get }
  /// Begins connecting and keeps the upstream connected until `stop`. Events come on its home loop.
  func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void)
  /// Fails what is in flight, ends the connection or the process tree.
  func stop() async
  /// Sends one request and waits for its answer. From a task on any loop; cancelling the task
  /// tells the upstream and throws `.cancelled`.
  ///
  /// A server that asks something of the client meanwhile answers with `resultType`
  /// `input_required`, whatever its era: one with sessions waits, within bounds, for the request
  /// that brings the answers back with the `requestState` it gave.
  func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  /// From now on tells of these resources and tasks, and of no others; holds over reconnections.
  /// `done` is called when the upstream has taken note, or when that takes too long or cannot be.
  /// Any thread.
  func watch(_ wanted: WatchList, then done: @escaping @Sendable () -> Void)
  /// The roots of a client with these capabilities changed. A server of the session era is told,
  /// in the session that such clients' calls are made in; what comes within a moment is told once.
  /// Any thread.
  func rootsChanged(ofClientsWith capabilities: ClientCapabilities)
}

extension Upstream {
  /// Nobody is told.
  public func rootsChanged(ofClientsWith capabilities: ClientCapabilities) {}

  /// None.
  public var health: UpstreamHealth? { nil }

  /// As above, for who does not wait.
  public func watch(_ wanted: WatchList) { watch(wanted) {} }
}

/// What happens to an upstream's connection.
public enum UpstreamEvent: Sendable {
  case ready(UpstreamPeer)
  case listChanged(ListKind)
  /// A resource that is watched changed.
  case resourceUpdated(uri: String)
  /// The state of a task that is watched: the `params` of the notification.
  case taskChanged(JSONNode)
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
