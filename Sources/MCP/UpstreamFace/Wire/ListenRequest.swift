import JSON

/// `subscriptions/listen` (MCP 2026-07-28, basic/patterns/subscriptions; `taskIds` of the tasks
/// extension).
enum ListenRequest {
  static let acknowledged = "notifications/subscriptions/acknowledged"

  static func encode(
    id: Int64, version: ProtocolVersion, lists: Set<ListKind>, watching watched: WatchList
  ) -> [UInt8] {
    let names = [("resourceSubscriptions", watched.resources), ("taskIds", watched.tasks)]
    var writer = JSONWriter(
      reservingCapacity: names.reduce(128) { $0 + $1.1.reduce(32) { $0 + $1.utf8.count + 8 } })
    writer.beginObject()
    writer.name("notifications")
    writer.beginObject()
    for kind in ListKind.allCases where lists.contains(kind) {
      writer.name("\(kind.rawValue)ListChanged")
      writer.bool(true)
    }
    for (member, names) in names where !names.isEmpty {
      writer.name(member)
      writer.beginArray()
      for name in names.sorted() { writer.string(name) }
      writer.endArray()
    }
    writer.endObject()
    writer.endObject()
    var capabilities = ClientCapabilities.none
    if !watched.tasks.isEmpty {
      capabilities.extensions[ProtocolExtension.tasks] = Array("{}".utf8)
    }
    return UpstreamRequestEncoder.encode(
      UpstreamRequest(own: "subscriptions/listen", writer.bytes, capabilities: capabilities),
      id: id, to: version)
  }
}
