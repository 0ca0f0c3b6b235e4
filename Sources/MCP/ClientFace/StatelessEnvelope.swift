import JSON

/// What every stateless request carries in `params._meta` (MCP 2026-07-28, basic/index).
struct StatelessEnvelope {
  /// The revision as it was spelled; not necessarily a supported one.
  var version: JSONNode
  var capabilities: JSONNode
  var clientInfo: JSONNode?
  private var logLevelNode: JSONNode?

  /// Whether a message means to be of the stateless era, complete or not.
  static func isPresent(in params: JSONNode?) -> Bool {
    params?[member: "_meta"]?[member: MetaKey.protocolVersion] != nil
  }

  /// - Throws: the reason, for the sender, when a required member is missing.
  init(_ params: JSONNode?) throws(JSONRPCError) {
    guard let meta = params?[member: "_meta"], meta.kind == .object else {
      throw Self.missing("params._meta", "an object")
    }
    guard let version = meta[member: MetaKey.Literal.protocolVersion], version.kind == .string
    else {
      throw Self.missing("params._meta[\"\(MetaKey.protocolVersion)\"]", "a string")
    }
    guard let capabilities = meta[member: MetaKey.Literal.clientCapabilities],
      capabilities.kind == .object
    else {
      throw Self.missing("params._meta[\"\(MetaKey.clientCapabilities)\"]", "an object")
    }
    self.version = version
    self.capabilities = capabilities
    if let info = meta[member: MetaKey.Literal.clientInfo], info.kind == .object {
      clientInfo = info
    }
    logLevelNode = meta[member: MetaKey.Literal.logLevel]
  }

  /// From which level on log messages about the request are wanted; nil for none.
  /// - Throws: `Invalid params` for what is no level.
  func logLevel() throws(JSONRPCError) -> LogLevel? {
    guard let logLevelNode else { return nil }
    guard let level = LogLevel(logLevelNode) else {
      throw .noLogLevel("params._meta[\"\(MetaKey.logLevel)\"]")
    }
    return level
  }

  /// The supported stateless revision that was asked for.
  /// - Throws: `UnsupportedProtocolVersion` with what is supported.
  func supportedVersion() throws(JSONRPCError) -> ProtocolVersion {
    if version.equals("2026-07-28") { return .v2026_07_28 }
    var data = JSONWriter(reservingCapacity: 128)
    data.beginObject()
    data.name("supported")
    data.beginArray()
    for version in ProtocolVersion.supported { data.string(version.rawValue) }
    data.endArray()
    data.name("requested")
    data.raw(version.raw)
    data.endObject()
    throw JSONRPCError(
      code: JSONRPCError.Code.unsupportedProtocolVersion,
      message: "Unsupported protocol version", data: data.bytes)
  }

  /// The claims of the sender.
  func client(
    over transport: ClientTransport, speaking version: ProtocolVersion, from origin: String? = nil
  ) -> ClientDescription {
    ClientDescription(
      transport: transport, version: version,
      name: ClientDescription.bounded(clientInfo?[member: "name"]),
      softwareVersion: ClientDescription.bounded(clientInfo?[member: "version"]),
      capabilities: capabilities, origin: origin, takesChallenges: transport == .http)
  }

  private static func missing(_ place: String, _ shape: String) -> JSONRPCError {
    JSONRPCError(
      code: JSONRPCError.Code.invalidParams,
      message: "\(place) is required and must be \(shape)")
  }
}

extension LogLevel {
  /// From which level on a session gets log messages before it says so with `logging/setLevel`:
  /// the server may choose then.
  static let ofNewSession = LogLevel.info

  /// The level with this name.
  init?(_ node: JSONNode?) {
    guard let name = node?.string, let level = LogLevel(rawValue: name) else { return nil }
    self = level
  }
}

extension JSONRPCError {
  /// What stands at `place` is no level.
  static func noLogLevel(_ place: String) -> JSONRPCError {
    let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
    return JSONRPCError(code: Code.invalidParams, message: "\(place) must be one of \(levels)")
  }
}

extension ClientDescription {
  /// A claim of at most 128 bytes; longer ones are cut at a character.
  static func bounded(_ node: JSONNode?) -> String? {
    node?.string.map { $0.utf8.count <= 128 ? $0 : $0.cut(toBytes: 128) }
  }
}

extension String {
  /// The longest prefix of whole characters within `bytes` bytes of UTF-8.
  func cut(toBytes bytes: Int) -> String {
    guard utf8.count > bytes else { return self }
    var end = startIndex
    var used = 0
    for index in indices {
      used += self[index].utf8.count
      guard used <= bytes else { break }
      end = self.index(after: index)
    }
    return String(self[..<end])
  }
}
