/// A value of the file with the keys that lead to it. Each reading method reports what is wrong and
/// yields nil then.
struct Field {
  let reader: ConfigurationReader
  let path: String
  let node: YAMLNode
  let keyMark: YAMLMark

  func fail(_ message: String, expected: String? = nil, suggestion: String? = nil) {
    reader.report(
      .error, at: node.mark, path: path, message, expected: expected, suggestion: suggestion)
  }

  func warn(_ message: String, expected: String? = nil) {
    reader.report(.warning, at: keyMark, path: path, message, expected: expected)
  }

  /// The mapping; an empty value is an empty mapping, since a file often comments all of it out.
  func section() -> Section? {
    switch node.content {
    case .mapping(let entries):
      return Section(reader: reader, path: path, mark: node.mark, entries: entries)
    case .scalar(let scalar) where scalar.kind == .null:
      return Section(reader: reader, path: path, mark: node.mark, entries: [])
    default:
      fail("is \(node.kindInWords)", expected: "a mapping (`key: value`)")
      return nil
    }
  }

  /// The members of a mapping with free keys, in the file's order.
  func members() -> [(name: String, field: Field)] {
    switch node.content {
    case .mapping(let entries):
      return entries.map { entry in
        let path = "\(self.path).\(shortened(entry.key))"
        return (
          entry.key,
          Field(reader: reader, path: path, node: entry.value, keyMark: entry.keyMark)
        )
      }
    case .scalar(let scalar) where scalar.kind == .null:
      return []
    default:
      fail("is \(node.kindInWords)", expected: "a mapping (`name: value`)")
      return []
    }
  }

  /// The items of a list.
  func items() -> [Field] {
    switch node.content {
    case .sequence(let items):
      return items.enumerated().map { index, item in
        Field(reader: reader, path: "\(path)[\(index)]", node: item, keyMark: item.mark)
      }
    case .scalar(let scalar) where scalar.kind == .null:
      return []
    default:
      fail("is \(node.kindInWords)", expected: "a list (`[a, b]`)")
      return []
    }
  }

  /// Text that is not empty and holds no control character.
  func text(expected: String = "text") -> String? {
    guard let scalar = scalar(expected: expected) else { return nil }
    guard scalar.kind == .string else {
      let hint = scalar.kind == .null ? "" : ", in quotes"
      fail("is \(scalar.kindInWords)", expected: expected + hint)
      return nil
    }
    return checked(scalar.text, expected: expected)
  }

  /// Text as a program gets it; numbers are taken as they are spelled. May be empty.
  func argument() -> String? {
    guard let scalar = scalar(expected: "text") else { return nil }
    switch scalar.kind {
    case .string, .integer, .float:
      guard !scalar.text.utf8.contains(0) else {
        fail("holds a NUL character")
        return nil
      }
      return scalar.text
    case .null, .bool:
      fail("is \(scalar.kindInWords)", expected: "text, in quotes: \"\(scalar.text)\"")
      return nil
    }
  }

  /// A list of different texts.
  func names(expected: String) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for item in items() {
      guard let name = item.text(expected: expected) else { continue }
      if seen.insert(name).inserted {
        names.append(name)
      } else {
        item.warn("\(quoted(name)) stands here twice")
      }
    }
    return names
  }

  func bool() -> Bool? {
    guard let scalar = scalar(expected: "true or false") else { return nil }
    if case .bool(let value) = scalar.kind { return value }
    fail("is \(scalar.kindInWords)", expected: "true or false")
    return nil
  }

  func integer(in range: ClosedRange<Int>) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let scalar = scalar(expected: expected) else { return nil }
    guard case .integer(let value) = scalar.kind else {
      fail(
        "is \(scalar.kind == .float ? "not a whole number" : scalar.kindInWords)",
        expected: expected)
      return nil
    }
    guard let value, range.contains(value) else {
      fail("is out of range", expected: expected)
      return nil
    }
    return value
  }

  func choice<Choice: RawRepresentable & CaseIterable>(of type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let expected = "one of \(names.joined(separator: ", "))"
    guard let text = text(expected: expected) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    fail(
      "\(quoted(text)) is not known", expected: expected,
      suggestion: SpellingSuggestion.closest(to: text, among: names))
    return nil
  }

  /// A path, made absolute or relative to the process.
  func file() -> String? {
    text(expected: "a path").map(reader.resolve)
  }

  private func scalar(expected: String) -> YAMLScalar? {
    if case .scalar(let scalar) = node.content { return scalar }
    fail("is \(node.kindInWords)", expected: expected)
    return nil
  }

  private func checked(_ text: String, expected: String) -> String? {
    guard !text.isEmpty else {
      fail("is empty", expected: expected)
      return nil
    }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      fail("holds a control character", expected: expected)
      return nil
    }
    return text
  }

  private func shortened(_ key: String) -> String {
    String(quoted(key).dropFirst().dropLast())
  }
}
