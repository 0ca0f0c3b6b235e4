import JSON

extension JSONWriter {
  /// The first members of a tool's result that is one text, complete in stateless form.
  mutating func textResult(_ text: String) {
    name("resultType")
    string("complete")
    name("content")
    beginArray()
    beginObject()
    name("type")
    string("text")
    name("text")
    string(text)
    endObject()
    endArray()
  }
}
