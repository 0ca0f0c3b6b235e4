public import JSON

/// How a client reached us.
public enum ClientTransport: String, Sendable {
  case http, stdio, admin
}

/// What a client says of itself and how it is connected. Claims: never a ground for a decision.
public struct ClientDescription: Sendable {
  /// How the client is connected.
  public var transport: ClientTransport
  /// The revision spoken on the client's connection.
  public var version: ProtocolVersion
  /// `clientInfo.name` and `.version`, bounded to 128 bytes each.
  public var name: String?
  /// `clientInfo.version`, at most 128 bytes.
  public var softwareVersion: String?
  /// The client's capabilities, an object; nil means none were declared.
  public var capabilities: JSONNode?
  /// The session the call belongs to, in the session era.
  public var sessionID: String?
  /// The IP address the request came from; nil when it came over no network. No claim.
  public var origin: String?
  /// Whether it can be answered with an HTTP status and a challenge. No claim.
  public var takesChallenges: Bool

  /// What is known of a client.
  public init(
    transport: ClientTransport, version: ProtocolVersion, name: String? = nil,
    softwareVersion: String? = nil, capabilities: JSONNode? = nil, sessionID: String? = nil,
    origin: String? = nil, takesChallenges: Bool = false
  ) {
    self.transport = transport
    self.version = version
    self.name = name
    self.softwareVersion = softwareVersion
    self.capabilities = capabilities
    self.sessionID = sessionID
    self.origin = origin
    self.takesChallenges = takesChallenges
  }
}

extension ClientDescription {
  /// Whether the client declared an extension, whatever its settings.
  public func declares(extension name: String) -> Bool {
    capabilities?[member: "extensions"]?[member: name]?.kind == .object
  }
}

/// One MCP request in the only form known inside: the stateless one (MCP 2026-07-28).
/// A face of the session era has put in what the session knew.
///
/// A class, because a request outlives many suspensions: what a task keeps over one is copied.
public final class MCPRequest: Sendable {
  /// The MCP method, for example `tools/call`.
  public let method: String
  /// `params` as the client sent them; their bytes are forwarded, never re-encoded.
  public let params: JSONNode?
  /// Who sent it, as far as it says.
  public let client: ClientDescription
  /// The size in bytes of the message the client sent.
  public let messageBytes: Int
  /// Where the client is connected.
  public let endpoint: Endpoint
  /// From which level on the client wants log messages about this request; nil for none.
  public let logLevel: LogLevel?
  /// The `Mcp-Param-*` headers that came with it, in order, by what stands for `*`; as they came,
  /// for `MirroredParameters` to compare with the arguments. Only over HTTP in the stateless era.
  public let parameterHeaders: [(name: String, value: String)]

  /// A request as a face hands it in.
  public init(
    method: String, params: JSONNode?, client: ClientDescription, messageBytes: Int,
    endpoint: Endpoint = .everything, logLevel: LogLevel? = nil,
    parameterHeaders: [(name: String, value: String)] = []
  ) {
    self.method = method
    self.params = params
    self.client = client
    self.messageBytes = messageBytes
    self.endpoint = endpoint
    self.logLevel = logLevel
    self.parameterHeaders = parameterHeaders
  }

  /// The same request with other `params`.
  public func replacing(params: JSONNode) -> MCPRequest {
    MCPRequest(
      method: method, params: params, client: client, messageBytes: messageBytes,
      endpoint: endpoint, logLevel: logLevel, parameterHeaders: parameterHeaders)
  }

  /// `params._meta`, if it is an object.
  public var meta: JSONNode? {
    guard let meta = params?[member: "_meta"], meta.kind == .object else { return nil }
    return meta
  }

  /// The client's progress token, a string or an integer; nil when no progress is wanted.
  public var progressToken: JSONNode? {
    guard let token = meta?[member: MetaKey.Literal.progressToken] else { return nil }
    return RequestID(token) == nil ? nil : token
  }
}

/// The answer to an `MCPRequest`, in stateless form.
public enum MCPResponse: Sendable {
  /// An upstream's `result` object, relayed byte for byte but for members of one hop or one era.
  case relayed(JSONNode)
  /// A result of our own: the JSON text of an object, complete in stateless form
  /// (`resultType` and, where the method has them, `ttlMs` and `cacheScope`).
  case built([UInt8])
  /// An upstream's `error` object, relayed as it came.
  case relayedError(JSONNode)
  case failure(JSONRPCError)
  /// The client is to get another token first. Only for a client that takes challenges.
  case challenge(Challenge)
}
