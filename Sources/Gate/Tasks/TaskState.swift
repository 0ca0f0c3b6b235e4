import Catalog
import JSON
import MCP

/// Writes what an upstream says of a task as clients are told it.
enum TaskState {
  /// Everything as it came, but for the id, the resources that a finished call names, and, where
  /// there are questions, who asks them.
  static func write(
    _ result: JSONNode, id: String, askedBy server: String? = nil,
    at endpoint: Endpoint = .everything, rewriter: ResultRewriter? = nil
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: result.raw.count + id.utf8.count + 512)
    writer.beginObject()
    for (name, value) in result.memberNodes {
      writer.name(name)
      if name.equals("taskId") {
        writer.string(id)
      } else if name.equals("inputRequests"), let server {
        InputOrigin.write(value, from: server, at: endpoint, to: &writer)
      } else if name.equals("result"), let rewriter {
        writer.raw(rewriter.toolResult(value).raw)
      } else {
        writer.raw(value.raw)
      }
    }
    writer.endObject()
    return writer.bytes
  }
}
