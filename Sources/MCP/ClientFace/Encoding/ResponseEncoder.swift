import JSON
import Reactor

/// Writes answers as JSON-RPC messages of a revision. A large payload is not copied.
///
/// In the stateless era a result has `resultType` and our `serverInfo`; in the session era it has
/// no members that only later revisions know (`Downgrade`), and a result that is not `complete`
/// becomes an error. `_meta` keys of one hop never pass. Everything else, and the request id, goes
/// out byte for byte.
struct ResponseEncoder: Sendable {
  /// The `_meta` member that names us: our `Implementation` object.
  private let serverInfo: [UInt8]

  init(name: String, version: String) {
    var writer = JSONWriter(reservingCapacity: 64)
    writer.beginObject()
    writer.name("name")
    writer.string(name)
    writer.name("version")
    writer.string(version)
    writer.endObject()
    serverInfo = Array("\"\(MetaKey.serverInfo)\":".utf8) + writer.bytes
  }

  /// The message that answers request `id` in a revision.
  /// - Parameter request: what is answered; nil for what a face answers by itself.
  func encode(
    _ response: MCPResponse, to id: RequestID, for version: ProtocolVersion,
    answering request: MCPRequest? = nil
  ) -> OutgoingBytes {
    switch response {
    case .relayed(let result):
      return encode(result, to: id, for: version, answering: request)
    case .built(let text):
      guard let result = try? JSONDocument(parsing: text).root, result.kind == .object else {
        assertionFailure("a built result is the JSON text of an object")
        return Self.encode(
          JSONRPCError(code: JSONRPCError.Code.internalError, message: "Internal error"), to: id)
      }
      return encode(result, to: id, for: version, answering: request)
    case .relayedError(let error):
      if version.era == .session, let missing = MissingResource(error, answering: request) {
        return Self.encode(missing.sessionError, to: id)
      }
      var message = Self.opening(id, reserving: error.rawRange.count + 32)
      message.append(text: ",\"error\":")
      message.append(error.rawRange, of: error.document.bytes)
      message.append(0x7D)
      return message
    case .failure(let error):
      if version.era == .session, let missing = MissingResource(error, answering: request) {
        return Self.encode(missing.sessionError, to: id)
      }
      return Self.encode(error, to: id)
    case .challenge(let challenge): return Self.encode(challenge.error, to: id)
    }
  }

  /// The error answer to `id`, or to a message whose id could not be read.
  static func encode(_ error: JSONRPCError, to id: RequestID?) -> OutgoingBytes {
    var message = opening(id, reserving: error.message.utf8.count + (error.data?.count ?? 0) + 64)
    message.append(text: ",\"error\":")
    var writer = JSONWriter(reservingCapacity: error.message.utf8.count + 64)
    writer.beginObject()
    writer.name("code")
    writer.int(Int64(error.code))
    writer.name("message")
    writer.string(error.message)
    if let data = error.data {
      writer.name("data")
      writer.raw(data)
    }
    writer.endObject()
    message.append(writer.bytes)
    message.append(0x7D)
    return message
  }

  /// The result with which a subscription ends well (MCP 2026-07-28, basic/patterns/subscriptions).
  func subscriptionEnd(_ id: RequestID) -> OutgoingBytes {
    var message = Self.opening(id, reserving: serverInfo.count + id.raw.count + 128)
    message.append(text: ",\"result\":{\"resultType\":\"complete\",\"_meta\":{")
    message.append(copying: serverInfo)
    message.append(copying: ",\"\(MetaKey.subscriptionID)\":".utf8)
    message.append(copying: id.raw)
    message.append(text: "}}}")
    return message
  }

  /// A result of the session era that is written whole, such as that of `initialize`.
  static func encode(sessionResult text: [UInt8], to id: RequestID) -> OutgoingBytes {
    var message = opening(id, reserving: text.count + 32)
    message.append(text: ",\"result\":")
    message.append(text)
    message.append(0x7D)
    return message
  }

  private func encode(
    _ result: JSONNode, to id: RequestID, for version: ProtocolVersion,
    answering request: MCPRequest?
  ) -> OutgoingBytes {
    guard version.era == .stateless else { return encode(result, to: id, inSessionOf: version) }
    var message = Self.opening(id, reserving: result.rawRange.count + serverInfo.count + 160)
    message.append(text: ",\"result\":{")
    var isFirst = true
    var meta: JSONNode?
    var type: JSONNode?
    ObjectCopy.append(result, to: &message, isFirst: &isFirst) { name, value in
      if name.equals("_meta") {
        meta = value
        return false
      }
      if name.equals("resultType") { type = value }
      return true
    }
    if let type {
      if let refusal = ResultKind(type).refusal(to: request) {
        return Self.encode(refusal, to: id)
      }
    } else {
      if !isFirst { message.append(0x2C) }
      isFirst = false
      message.append(text: "\"resultType\":\"complete\"")
    }
    appendMeta(meta, to: &message, isFirst: &isFirst, in: .stateless)
    message.append(0x7D)
    message.append(0x7D)
    return message
  }

  private func encode(_ result: JSONNode, to id: RequestID, inSessionOf version: ProtocolVersion)
    -> OutgoingBytes
  {
    if let type = result[member: "resultType"], !type.equals("complete") {
      // Without its type it would pass for a finished answer.
      return Self.encode(.kindNotInRevision, to: id)
    }
    let downgrade = Downgrade(version: version)
    var message = Self.opening(id, reserving: result.rawRange.count + 64)
    message.append(text: ",\"result\":{")
    var isFirst = true
    var meta: JSONNode?
    ObjectCopy.edit(result, to: &message, isFirst: &isFirst) { name, value in
      if name.equals("_meta") {
        meta = value
        return .drop
      }
      return name.equals("resultType") ? .drop : downgrade.treat(name, value, of: result)
    }
    if let content = downgrade.missingContent(of: result) {
      if !isFirst { message.append(0x2C) }
      isFirst = false
      message.append(text: "\"content\":")
      message.append(content)
    }
    appendMeta(meta, to: &message, isFirst: &isFirst, in: .session)
    message.append(0x7D)
    message.append(0x7D)
    return message
  }

  private func appendMeta(
    _ meta: JSONNode?, to message: inout OutgoingBytes, isFirst: inout Bool, in era: Era
  ) {
    guard era == .stateless || meta.map(Self.isShown) ?? false else { return }
    if !isFirst { message.append(0x2C) }
    isFirst = false
    message.append(text: "\"_meta\":{")
    var isFirstKey = true
    if era == .stateless {
      message.append(copying: serverInfo)
      isFirstKey = false
    }
    if let meta {
      ObjectCopy.append(meta, to: &message, isFirst: &isFirstKey) { key, _ in Self.passes(key) }
    }
    message.append(0x7D)
  }

  /// What a server left empty is shown so; what is left empty by us is not.
  private static func isShown(_ meta: JSONNode) -> Bool {
    meta.count == 0 || meta.memberNodes.contains { passes($0.name) }
  }

  private static func passes(_ key: JSONNode) -> Bool {
    key.string.map { !MetaKey.isPerHop($0) } ?? false
  }

  private static func opening(_ id: RequestID?, reserving count: Int) -> OutgoingBytes {
    var message = OutgoingBytes()
    message.reserveCapacity(min(count, OutgoingBytes.sharedMin) + (id?.raw.count ?? 4) + 24)
    message.append(text: "{\"jsonrpc\":\"2.0\",\"id\":")
    if let id { message.append(copying: id.raw) } else { message.append(text: "null") }
    return message
  }
}
