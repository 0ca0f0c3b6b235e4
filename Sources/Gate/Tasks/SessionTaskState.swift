import Catalog
import JSON
import MCP

/// Writes what an upstream says of a task of 2025-11-25 as clients are told it: everything as it
/// came, but for the id, wherever it stands (MCP 2025-11-25, basic/utilities/tasks).
enum SessionTaskState {
  /// `CreateTaskResult`.
  static func created(_ result: JSONNode, id: String) -> [UInt8] {
    write(result, id: id) { name, value, writer in
      guard name.equals("task") else { return false }
      writer.raw(state(value, id: id))
      return true
    }
  }

  /// A task's state: the result of `tasks/get` and `tasks/cancel`, and what is told of it.
  static func state(_ state: JSONNode, id: String) -> [UInt8] {
    write(state, id: id) { name, _, writer in
      guard name.equals("taskId") else { return false }
      writer.string(id)
      return true
    }
  }

  /// The result of `tasks/result`: that of the tool, which says what task it is of.
  static func payload(_ result: JSONNode, id: String, rewriter: ResultRewriter?) -> [UInt8] {
    let shown = rewriter?.toolResult(result) ?? result
    var writer = JSONWriter(reservingCapacity: shown.raw.count + id.utf8.count + 128)
    writer.beginObject()
    writer.members(of: shown) { !$0.equals("_meta") }
    writer.name("_meta")
    write(meta: shown[member: "_meta"], id: id, to: &writer)
    writer.endObject()
    return writer.bytes
  }

  private static func write(
    _ result: JSONNode, id: String,
    replacing replace: (JSONNode, JSONNode, inout JSONWriter) -> Bool
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: result.raw.count + id.utf8.count + 128)
    writer.beginObject()
    for (name, value) in result.memberNodes {
      writer.name(name)
      if name.equals("_meta"), value[member: MetaKey.relatedTask] != nil {
        write(meta: value, id: id, to: &writer)
      } else if !replace(name, value, &writer) {
        writer.raw(value.raw)
      }
    }
    writer.endObject()
    return writer.bytes
  }

  private static func write(meta: JSONNode?, id: String, to writer: inout JSONWriter) {
    writer.beginObject()
    if let meta { writer.members(of: meta) { !$0.equals("io.modelcontextprotocol/related-task") } }
    writer.name(MetaKey.relatedTask)
    writer.beginObject()
    writer.name("taskId")
    writer.string(id)
    writer.endObject()
    writer.endObject()
  }
}
