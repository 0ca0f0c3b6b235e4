import JSON

/// A well-formed `initialize` request (MCP 2025-11-25, basic/lifecycle).
struct Handshake {
  /// The revision of the session to come.
  var version: ProtocolVersion
  private var params: JSONNode

  /// - Throws: `Invalid params`, naming the member.
  init(_ params: JSONNode?) throws(JSONRPCError) {
    guard let params, let requested = params[member: "protocolVersion"],
      let text = requested.string
    else {
      throw JSONRPCError(
        code: JSONRPCError.Code.invalidParams,
        message: "params.protocolVersion is required and must be a string")
    }
    self.params = params
    version = Self.negotiate(text)
  }

  /// The requested revision if a handshake can select it, else the newest one that can be.
  static func negotiate(_ requested: String) -> ProtocolVersion {
    ProtocolVersion.negotiable.first { $0.rawValue == requested } ?? .latestSession
  }

  /// The claims of the client. Its capabilities are copied, so that a session does not keep the
  /// whole message alive; larger ones than the bound count as none.
  func client(over transport: ClientTransport, session: String?, limits: ClientFaceLimits)
    -> ClientDescription
  {
    var capabilities: JSONNode?
    if let declared = params[member: "capabilities"], declared.kind == .object,
      declared.raw.count <= limits.maxCapabilitiesBytes
    {
      capabilities = try? JSONDocument(parsing: Array(declared.raw)).root
    }
    let info = params[member: "clientInfo"]
    return ClientDescription(
      transport: transport, version: version,
      name: ClientDescription.bounded(info?[member: "name"]),
      softwareVersion: ClientDescription.bounded(info?[member: "version"]),
      capabilities: capabilities, sessionID: session)
  }
}
