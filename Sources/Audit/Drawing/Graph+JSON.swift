public import JSON

extension Graph: LedgerAnswer {
  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.array("nodes", nodes.enumerated()) { writer, node in
      writer.beginObject()
      writer.member("id", node.offset)
      writer.member("kind", node.element.kind.rawValue)
      writer.member("name", node.element.name)
      writer.name("details")
      writer.beginObject()
      for detail in node.element.details { writer.member(detail.name, detail.value) }
      writer.endObject()
      writer.endObject()
    }
    writer.array("edges", edges) { writer, edge in
      writer.beginObject()
      writer.member("from", edge.from)
      writer.member("to", edge.to)
      writer.member("relation", edge.relation.rawValue)
      writer.member("mark", edge.mark.rawValue)
      writer.endObject()
    }
    writer.member("decisions", calls.count)
    writer.member("omitted", omitted)
    writer.member("truncated", omitted > 0)
    writer.endObject()
  }
}
