/// Whole members of objects, and lists.
extension JSONWriter {
  /// A member that is a text; nothing when there is none.
  public mutating func member(_ name: String, _ value: String?) {
    guard let value else { return }
    self.name(name)
    string(value)
  }

  /// A member that is an integer; nothing when there is none.
  public mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
    guard let value else { return }
    self.name(name)
    int(value)
  }

  /// A member that is `true` or `false`.
  public mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  /// A member that is a list of texts; nothing when it is empty.
  public mutating func member(_ name: String, _ values: [String]) {
    guard !values.isEmpty else { return }
    array(name, values)
  }

  /// A member that is a list of texts, be it empty.
  public mutating func array(_ name: String, _ values: [String]) {
    array(name, values) { $0.string($1) }
  }

  /// A member that is a list.
  /// - Parameter write: writes one element.
  public mutating func array<Elements: Sequence>(
    _ name: String, _ elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
  ) {
    self.name(name)
    beginArray()
    for element in elements { write(&self, element) }
    endArray()
  }

  /// A member that is an object.
  /// - Parameter write: writes its members.
  public mutating func object(_ name: String, _ write: (inout JSONWriter) -> Void) {
    self.name(name)
    beginObject()
    write(&self)
    endObject()
  }
}
