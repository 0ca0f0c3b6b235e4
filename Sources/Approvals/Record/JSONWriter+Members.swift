import JSON

/// Members that are left out where there is nothing to say, and lists of texts.
extension JSONWriter {
  mutating func optional(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    self.name(name)
    string(text)
  }

  mutating func optional(_ name: StaticString, _ number: Int64?) {
    guard let number else { return }
    self.name(name)
    int(number)
  }

  mutating func array(_ name: StaticString, _ texts: [String]) {
    self.name(name)
    beginArray()
    for text in texts { string(text) }
    endArray()
  }
}
