import JSON
import MCP

/// Progress of an upstream's request, told to the client that asked for it.
enum Progress {
  /// A sink that writes each notification anew under the client's own token.
  static func sink(to notifier: ClientNotifier, token: JSONNode) -> NoticeSink {
    { notice in
      guard case .progress(let params) = notice else { return }
      var writer = JSONWriter(reservingCapacity: 128 + params.raw.count)
      writer.beginObject()
      writer.name("jsonrpc")
      writer.string("2.0")
      writer.name("method")
      writer.string("notifications/progress")
      writer.name("params")
      writer.beginObject()
      writer.name(MetaKey.progressToken)
      writer.raw(token.raw)
      for (name, value) in params.members where name != MetaKey.progressToken && name != "_meta" {
        writer.name(name)
        writer.raw(value.raw)
      }
      writer.endObject()
      writer.endObject()
      notifier.send(writer.bytes)
    }
  }
}
