internal import JSON

extension JSONWriter {
  /// A member that is a text; nothing when there is none.
  mutating func member(_ name: String, _ value: String?) {
    guard let value else { return }
    self.name(name)
    string(value)
  }

  /// A member that is an integer; nothing when there is none.
  mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
    guard let value else { return }
    self.name(name)
    int(value)
  }

  mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  /// A member that is a list of texts; nothing when it is empty.
  mutating func member(_ name: String, _ values: [String]) {
    guard !values.isEmpty else { return }
    self.name(name)
    beginArray()
    for value in values { string(value) }
    endArray()
  }

  /// A member that is an object.
  mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    beginObject()
    body(&self)
    endObject()
  }

  /// The only element of an array, an object.
  mutating func objects(_ name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    beginArray()
    beginObject()
    body(&self)
    endObject()
    endArray()
  }
}
