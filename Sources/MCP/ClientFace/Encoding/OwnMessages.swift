import JSON

/// The messages a face writes itself, without asking what stands behind it.
enum OwnMessages {
  /// What a session's client says when its roots changed (MCP 2025-11-25, client/roots).
  static let rootsChanged = "notifications/roots/list_changed"

  /// The result of `server/discover` (MCP 2026-07-28, server/discover), complete but for our
  /// `serverInfo`, which the encoder puts in.
  static func discovery(_ server: ServerDescription) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    writer.name("resultType")
    writer.string("complete")
    writer.name("supportedVersions")
    writer.beginArray()
    for version in ProtocolVersion.supported { writer.string(version.rawValue) }
    writer.endArray()
    writer.name("capabilities")
    server.capabilities.write(to: &writer, in: .stateless)
    instructions(server, &writer)
    writer.name("ttlMs")
    writer.int(60_000)
    writer.name("cacheScope")
    writer.string("private")
    writer.endObject()
    return writer.bytes
  }

  /// The result of `initialize` (MCP 2025-11-25, basic/lifecycle).
  static func initialization(_ server: ServerDescription, speaking version: ProtocolVersion)
    -> [UInt8]
  {
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    writer.name("protocolVersion")
    writer.string(version.rawValue)
    writer.name("capabilities")
    var capabilities = server.capabilities
    // `completion/complete` is older than the capability.
    if version < .v2025_03_26 { capabilities.completions = false }
    if !version.hasSessionTasks { capabilities.tasks = nil }
    capabilities.write(to: &writer, in: .session)
    writer.name("serverInfo")
    writer.beginObject()
    writer.name("name")
    writer.string(server.name)
    writer.name("version")
    writer.string(server.version)
    writer.endObject()
    instructions(server, &writer)
    writer.endObject()
    return writer.bytes
  }

  /// A notification for a session, or (with its id) on a subscription.
  static func notification(_ notification: ServerNotification, on subscription: RequestID? = nil)
    -> [UInt8]
  {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("method")
    switch notification {
    case .listChanged(let kind): writer.string(kind.changedMethod)
    case .resourceUpdated: writer.string("notifications/resources/updated")
    case .task:
      writer.string(subscription == nil ? "notifications/tasks/status" : "notifications/tasks")
    }
    if case .listChanged = notification, subscription == nil {
      writer.endObject()
      return writer.bytes
    }
    writer.name("params")
    writer.beginObject()
    var meta: JSONNode?
    switch notification {
    case .listChanged: break
    case .resourceUpdated(let uri):
      writer.name("uri")
      writer.string(uri)
    case .task(let params):
      guard let params = try? JSONDocument(parsing: params).root else { break }
      writer.members(of: params) { !$0.equals("_meta") }
      meta = params[member: "_meta"]
    }
    if subscription != nil || meta?.count ?? 0 > 0 {
      writer.name("_meta")
      writer.beginObject()
      if let subscription {
        writer.name(MetaKey.subscriptionID)
        writer.raw(subscription.raw)
      }
      if let meta { writer.members(of: meta) { !MetaKey.isPerHop($0) } }
      writer.endObject()
    }
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  /// `notifications/cancelled` for a request of ours.
  static func cancelled(_ id: RequestID, reason: String) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("method")
    writer.string("notifications/cancelled")
    writer.name("params")
    writer.beginObject()
    writer.name("requestId")
    writer.raw(id.raw)
    writer.name("reason")
    writer.string(reason)
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  /// The first message of a subscription: what of it is honoured.
  static func acknowledgement(of subscription: RequestID, honouring filter: SubscriptionFilter)
    -> [UInt8]
  {
    var writer = JSONWriter(reservingCapacity: 256)
    filter.write(to: &writer)
    return tagged(
      "notifications/subscriptions/acknowledged", subscription,
      rest: ",\"notifications\":" + String(decoding: writer.bytes, as: UTF8.self))
  }

  private static func tagged(_ method: String, _ subscription: RequestID, rest: String)
    -> [UInt8]
  {
    var message = Array("{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\",\"params\":{".utf8)
    message.append(text: "\"_meta\":{\"\(MetaKey.subscriptionID)\":")
    message.append(contentsOf: subscription.raw)
    message.append(text: "}\(rest)}}")
    return message
  }

  private static func instructions(_ server: ServerDescription, _ writer: inout JSONWriter) {
    guard let instructions = server.instructions else { return }
    writer.name("instructions")
    writer.string(instructions)
  }
}
