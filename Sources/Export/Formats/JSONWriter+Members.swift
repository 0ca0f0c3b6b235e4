internal import JSON

extension JSONWriter {
  /// A member whose value is a list of one object.
  mutating func objects(_ name: String, _ body: (inout JSONWriter) -> Void) {
    array(name, CollectionOfOne(())) { writer, _ in
      writer.beginObject()
      body(&writer)
      writer.endObject()
    }
  }
}
