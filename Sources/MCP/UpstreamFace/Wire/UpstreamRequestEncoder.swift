import JSON

/// Writes the messages we send to upstreams.
enum UpstreamRequestEncoder {
  /// One request. Members of `params` keep their bytes, but for the target, which is put in the
  /// upstream's own words, and what is edited. `_meta` is rebuilt: keys of one hop are dropped,
  /// ours are added, the trace context is the request's own, the rest stays.
  static func encode(
    _ request: UpstreamRequest, id: Int64, to version: ProtocolVersion
  ) -> [UInt8] {
    var writer = JSONWriter(
      reservingCapacity: 512 + (request.params?.raw.count ?? 0)
        + (request.target?.value.utf8.count ?? 0))
    writer.beginObject()
    writer.raw(Self.version)
    writer.name("id")
    writer.int(id)
    writer.name("method")
    writer.string(request.method)
    writer.name("params")
    writer.beginObject()
    let target = request.target
    let replaced = target?.member
    let isSession = version.era == .session
    if let params = request.params {
      writer.members(of: params) { name in
        if name.equals("_meta") { return false }
        if isSession, name.equals("inputResponses") || name.equals("requestState") { return false }
        if let replaced, name.equals(replaced) { return false }
        return !request.edits.contains { name.equals($0.member) }
      }
    }
    if let target {
      writer.name(target.member)
      writer.string(target.value)
    }
    for edit in request.edits {
      guard let value = edit.value else { continue }
      // Members that only a stateless server knows.
      if isSession, edit.member == "inputResponses" || edit.member == "requestState" { continue }
      writer.name(edit.member)
      writer.raw(value)
    }
    writeMeta(request, progressToken: request.wantsProgress ? id : nil, version, into: &writer)
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  /// One notification with the JSON text of its `params`.
  static func notification(_ method: String, params: [UInt8]? = nil) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("method")
    writer.string(method)
    if let params {
      writer.name("params")
      writer.raw(params)
    }
    writer.endObject()
    return writer.bytes
  }

  /// `initialize`, for the newest revision a handshake can select.
  static func initialize(id: Int64, offering capabilities: ClientCapabilities) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("id")
    writer.int(id)
    writer.name("method")
    writer.string("initialize")
    writer.name("params")
    writer.beginObject()
    writer.name("protocolVersion")
    writer.string(ProtocolVersion.latestSession.rawValue)
    writer.name("capabilities")
    capabilities.write(to: &writer, in: .session)
    writer.name("clientInfo")
    writeClientInfo(into: &writer)
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  /// `params` of `notifications/cancelled` for our request `id`.
  static func cancelledParams(id: Int64, reason: String) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 64)
    writer.beginObject()
    writer.name("requestId")
    writer.int(id)
    writer.name("reason")
    writer.string(reason)
    writer.endObject()
    return writer.bytes
  }

  /// The answer to a request of an upstream of the session era that no client is asked: `ping` is
  /// answered, everything else is refused.
  static func answer(toServerRequest id: RequestID, method: String) -> [UInt8] {
    guard method == "ping" else {
      return failure(
        id, code: JSONRPCError.Code.methodNotFound,
        "the client behind this gateway did not offer this")
    }
    return answer(id) { writer in
      writer.name("result")
      writer.beginObject()
      writer.endObject()
    }
  }

  /// The answer to a request of an upstream, which its client gave: `response` is what came for it
  /// in `inputResponses`.
  static func answer(_ id: RequestID, withResponse response: JSONNode) -> [UInt8] {
    answer(id, reserving: response.raw.count) { writer in
      if let error = response[member: MetaKey.clientError], error.kind == .object {
        writer.name("error")
        writer.raw(error.raw)
      } else {
        writer.name("result")
        writer.raw(response.raw)
      }
    }
  }

  /// An error as the answer to a request of an upstream.
  static func failure(_ id: RequestID, code: Int, _ message: String) -> [UInt8] {
    answer(id) { writer in
      writer.name("error")
      writer.beginObject()
      writer.name("code")
      writer.int(Int64(code))
      writer.name("message")
      writer.string(message)
      writer.endObject()
    }
  }

  private static func answer(
    _ id: RequestID, reserving bytes: Int = 0, _ body: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 160 + bytes)
    writer.beginObject()
    writer.raw(version)
    writer.name("id")
    writer.raw(id.raw)
    body(&writer)
    writer.endObject()
    return writer.bytes
  }

  private static func writeMeta(
    _ request: UpstreamRequest, progressToken: Int64?, _ version: ProtocolVersion,
    into writer: inout JSONWriter
  ) {
    let meta = request.params?[member: "_meta"]
    let kept = meta?.kind == .object ? meta : nil
    guard version.era == .stateless || progressToken != nil || kept != nil else { return }
    writer.name("_meta")
    writer.beginObject()
    if let kept {
      // What a client takes for its task has another id at the server.
      writer.members(of: kept) {
        !MetaKey.isPerHop($0) && !$0.equals("traceparent")
          && !$0.equals("io.modelcontextprotocol/related-task")
      }
    }
    if let traceparent = request.traceparent {
      writer.name(MetaKey.traceparent)
      writer.string(traceparent)
    }
    if let progressToken {
      writer.name(MetaKey.progressToken)
      writer.int(progressToken)
    }
    if version.era == .stateless {
      if request.capabilities.isEmpty {
        writer.raw(statelessMeta)
      } else {
        writer.raw(statelessMetaButCapabilities)
        writer.name(MetaKey.clientCapabilities)
        request.capabilities.write(to: &writer, in: .stateless)
      }
      if let level = request.logLevel {
        writer.name(MetaKey.logLevel)
        writer.string(level.rawValue)
      }
    }
    writer.endObject()
  }

  private static let version = Array(#""jsonrpc":"2.0""#.utf8)

  /// What a stateless request says of a sender of whom nothing can be asked.
  private static let statelessMeta = statelessMembers { writer in
    writer.name(MetaKey.clientCapabilities)
    writer.beginObject()
    writer.endObject()
  }

  private static let statelessMetaButCapabilities = statelessMembers { _ in }

  private static func statelessMembers(_ more: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name(MetaKey.protocolVersion)
    writer.string(ProtocolVersion.v2026_07_28.rawValue)
    writer.name(MetaKey.clientInfo)
    writeClientInfo(into: &writer)
    more(&writer)
    writer.endObject()
    return Array(writer.bytes.dropFirst().dropLast())
  }

  private static func writeClientInfo(into writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("name")
    writer.string(Product.name)
    writer.name("version")
    writer.string(Product.version)
    writer.endObject()
  }
}
