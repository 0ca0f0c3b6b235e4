import JSON

/// `subscriptions/listen` (MCP 2026-07-28, basic/patterns/subscriptions).
enum ListenRequest {
  static let acknowledged = "notifications/subscriptions/acknowledged"

  static func encode(
    id: Int64, version: ProtocolVersion, lists: Set<ListKind>, resources: Set<String>
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128 + resources.reduce(0) { $0 + $1.utf8.count + 8 })
    writer.beginObject()
    writer.name("notifications")
    writer.beginObject()
    for kind in ListKind.allCases where lists.contains(kind) {
      writer.name("\(kind.rawValue)ListChanged")
      writer.bool(true)
    }
    if !resources.isEmpty {
      writer.name("resourceSubscriptions")
      writer.beginArray()
      for uri in resources.sorted() { writer.string(uri) }
      writer.endArray()
    }
    writer.endObject()
    writer.endObject()
    return UpstreamRequestEncoder.encode("subscriptions/listen", writer.bytes, id: id, to: version)
  }
}
