import JSON

/// Finds out, once per connection, which era an upstream speaks. Pure: answers in, next step out.
///
/// `server/discover` first; a result that names a stateless revision we know settles it. Anything
/// else (an error of whatever code, a transport failure, silence, a result without such a
/// revision) leads to `initialize`: field servers answer an unknown method in every way there is.
/// Source: MCP 2026-07-28 basic/versioning; basic/transports/stdio «probe».
struct EraProbe: Sendable {
  enum Step: Sendable, Equatable {
    case discover
    case initialize
    case ready(UpstreamPeer)
    case failed(String)
  }

  private enum State { case idle, discovering, initializing, settled }
  private var state = State.idle
  private var hasAskedAgain = false

  /// The transport of 2024-11-05 is of the session era, whatever its server speaks.
  mutating func start(knowingSession isSession: Bool = false) -> Step {
    state = isSession ? .initializing : .discovering
    return isSession ? .initialize : .discover
  }

  /// The answer to `server/discover`; nil when there was none in time or the transport failed.
  /// A late answer that arrives while `initialize` is under way still settles the era.
  mutating func discoverAnswered(_ reply: UpstreamReply?) -> Step? {
    switch state {
    case .idle, .settled: return nil
    case .discovering, .initializing: break
    }
    if case .result(let result) = reply, let peer = Self.peer(discovered: result) {
      state = .settled
      return .ready(peer)
    }
    guard state == .discovering else { return nil }
    if case .error(let error) = reply, !hasAskedAgain, Self.speaksOurs(error) {
      // It refused the revision and names it among its own: it may have been starting.
      hasAskedAgain = true
      return .discover
    }
    state = .initializing
    return .initialize
  }

  /// The answer to `initialize`; nil when there was none in time or the transport failed.
  mutating func initializeAnswered(
    _ reply: UpstreamReply?, sessionID: String? = nil, transportError: String? = nil
  ) -> Step? {
    guard state == .initializing else { return nil }
    state = .settled
    switch reply {
    case .result(let result):
      guard let text = result[member: "protocolVersion"]?.string else {
        return .failed("its answer to initialize has no protocolVersion")
      }
      guard let version = ProtocolVersion(text), version.era == .session else {
        return .failed(
          "it speaks protocol version \(text.prefix(32)); this gateway speaks "
            + ProtocolVersion.supported.map(\.rawValue).joined(separator: ", "))
      }
      return .ready(
        Self.peer(result, serverInfo: result[member: "serverInfo"], version, sessionID: sessionID))
    case .error(let error):
      let message = error[member: "message"]?.string ?? "an error without a message"
      return .failed("it refused initialize: \(message.prefix(200))")
    case nil:
      return .failed(transportError ?? "no answer to server/discover or initialize")
    }
  }

  /// Whether it is -32022 with a stateless revision that we speak among those it supports.
  private static func speaksOurs(_ error: JSONNode) -> Bool {
    guard error[member: "code"]?.int64 == Int64(JSONRPCError.Code.unsupportedProtocolVersion),
      let supported = error[member: "data"]?[member: "supported"], supported.kind == .array
    else { return false }
    return supported.elements.contains {
      $0.string.flatMap(ProtocolVersion.init(_:))?.era == .stateless
    }
  }

  private static func peer(discovered result: JSONNode) -> UpstreamPeer? {
    guard let versions = result[member: "supportedVersions"], versions.kind == .array,
      versions.elements.contains(where: { $0.equals("2026-07-28") })
    else { return nil }
    return peer(
      result, serverInfo: result[member: "_meta"]?[member: MetaKey.serverInfo], .v2026_07_28,
      sessionID: nil)
  }

  private static func peer(
    _ result: JSONNode, serverInfo: JSONNode?, _ version: ProtocolVersion, sessionID: String?
  ) -> UpstreamPeer {
    var capabilities = ServerCapabilities(result[member: "capabilities"])
    if !version.hasSessionTasks { capabilities.tasks = nil }
    return UpstreamPeer(
      version: version, serverName: bounded(serverInfo?[member: "name"]),
      serverVersion: bounded(serverInfo?[member: "version"]),
      instructions: result[member: "instructions"]?.string,
      capabilities: capabilities, sessionID: sessionID)
  }

  private static func bounded(_ node: JSONNode?) -> String? {
    node?.string.map { String($0.prefix(128)) }
  }
}
