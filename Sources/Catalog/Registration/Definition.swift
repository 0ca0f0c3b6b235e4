import JSON

/// Definitions as aggregated endpoints show them.
enum Definition {
  /// The definition with another name or URI, and the URIs of its `_meta` rewritten; every other
  /// byte of its members as it came.
  static func renamed(
    _ definition: JSONNode, _ member: StaticString, to text: String, by rewriter: ResultRewriter
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: definition.raw.count + 64)
    writer.beginObject()
    for (name, value) in definition.memberNodes {
      // Written anew: an escaped spelling must not hide a name from anybody.
      writer.name(name.string ?? "")
      if name.equals(member) {
        writer.string(text)
      } else if name.equals("_meta"), let meta = rewriter.meta(value) {
        writer.raw(meta)
      } else {
        writer.node(value)
      }
    }
    writer.endObject()
    return writer.bytes
  }
}
