extension SchemaValidator {
  mutating func type(_ types: SchemaTypes, _ row: Int) -> Bool {
    let entry = view[row]
    switch entry.kind {
    case .object: if types.contains(.object) { return true }
    case .array: if types.contains(.array) { return true }
    case .string: if types.contains(.string) { return true }
    case .true, .false: if types.contains(.boolean) { return true }
    case .null: if types.contains(.null) { return true }
    case .number:
      if types.contains(.number) { return true }
      if types.contains(.integer), !entry.detail || Decimal(number: view.raw(entry)).isInteger {
        return true
      }
    }
    return fail(
      "type",
      "expected \(types.names.joined(separator: " or ")), got \(typeName(entry)) \(excerpt(row))")
  }

  private func typeName(_ entry: JSONEntry) -> String {
    switch entry.kind {
    case .object: "object"
    case .array: "array"
    case .string: "string"
    case .number: "number"
    case .true, .false: "boolean"
    case .null: "null"
    }
  }

  mutating func constant(_ literal: SchemaLiteral, _ row: Int) -> Bool {
    equals(literal, row) || fail("const", "expected \(spelled(literal)), got \(excerpt(row))")
  }

  mutating func enumeration(_ literals: [SchemaLiteral], _ row: Int) -> Bool {
    guard spend(literals.count / 16) else { return false }
    for literal in literals where equals(literal, row) { return true }
    return fail("enum", "expected \(choices(literals)), got \(excerpt(row))")
  }

  private func choices(_ literals: [SchemaLiteral]) -> String {
    var text = literals.prefix(24).map(spelled).joined(separator: ", ")
    if literals.count > 24 { text += ", … (\(literals.count) in all)" }
    return literals.count == 1 ? text : "one of \(text)"
  }

  private func spelled(_ literal: SchemaLiteral) -> String {
    switch literal {
    case .string(let bytes):
      var writer = JSONWriter()
      writer.string(utf8: bytes)
      return String(decoding: writer.bytes, as: UTF8.self)
    case .value(let node): return node.description
    }
  }

  private mutating func equals(_ literal: SchemaLiteral, _ row: Int) -> Bool {
    let entry = view[row]
    switch literal {
    case .string(let bytes):
      return entry.has(.string)
        && bytes.withUnsafeBufferPointer { view.string(entry, equals: $0) }
    case .value(let node):
      guard node.entry.kind == entry.kind else { return false }
      return spend(Int(node.entry.next) - node.row)
        && node.storage.withView { JSONEquality.equal(view, row, $0, node.row) }
    }
  }

  mutating func bound(_ bound: NumericBound, _ row: Int) -> Bool {
    let entry = view[row]
    guard entry.has(.number) else { return true }
    let raw = view.raw(entry)
    let order = bound.text.withUnsafeBufferPointer {
      Decimal.order(Decimal(number: raw), raw, bound.decimal, $0)
    }
    let holds =
      switch bound.side {
      case .minimum: order >= 0
      case .maximum: order <= 0
      case .exclusiveMinimum: order > 0
      case .exclusiveMaximum: order < 0
      }
    if holds { return true }
    let limit = String(decoding: bound.text, as: UTF8.self)
    let relation =
      switch bound.side {
      case .minimum: "at least"
      case .maximum: "at most"
      case .exclusiveMinimum: "above"
      case .exclusiveMaximum: "below"
      }
    return fail(bound.side.rawValue, "expected a number \(relation) \(limit), got \(excerpt(row))")
  }

  mutating func multiple(_ divisor: Decimal, _ row: Int) -> Bool {
    let entry = view[row]
    guard entry.has(.number) else { return true }
    let raw = view.raw(entry)
    if Decimal(number: raw).isMultiple(of: divisor, raw) { return true }
    return fail("multipleOf", "expected a multiple of \(divisor), got \(excerpt(row))")
  }

  mutating func length(_ minimum: Int, _ maximum: Int, _ row: Int) -> Bool {
    let entry = view[row]
    guard entry.has(.string) else { return true }
    guard spend(Int(entry.end - entry.start) / 64) else { return false }
    let length = view.scalarCount(entry)
    if length < minimum {
      return fail("minLength", "expected at least \(minimum) characters, got \(length)")
    }
    if length > maximum {
      return fail("maxLength", "expected at most \(maximum) characters, got \(length)")
    }
    return true
  }

  mutating func pattern(_ pattern: SchemaPattern, _ row: Int) -> Bool {
    guard view[row].has(.string) else { return true }
    return matches(pattern, row)
      || fail("pattern", "expected a string matching \(pattern.text), got \(excerpt(row))")
  }

  /// Whether a string matches; a match that costs too much ends the validation.
  mutating func matches(_ pattern: SchemaPattern, _ row: Int) -> Bool {
    let entry = view[row]
    let length = Int(entry.end - entry.start)
    guard spend(100 + length / 8) else { return false }
    var outcome = view.withUnescaped(entry) { pattern.match($0, .quick) }
    if outcome == .tooCostly, spend(20_000) {
      outcome = view.withUnescaped(entry) { pattern.match($0, .patient) }
    }
    guard outcome == .tooCostly else { return outcome == .matches }
    return exhaust("matching the pattern \(pattern.text) takes too many steps")
  }

  mutating func format(_ format: SchemaFormat, _ row: Int) -> Bool {
    let entry = view[row]
    guard entry.has(.string) else { return true }
    return view.withUnescaped(entry) { format.matches($0) }
      || fail("format", "expected a string of the format \(format.rawValue), got \(excerpt(row))")
  }
}

extension JSONView {
  /// Lends the string without its escapes.
  @inline(__always)
  func withUnescaped<Result>(
    _ entry: JSONEntry, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let content = self.content(entry)
    return entry.detail
      ? Unescaping.bytes(of: content).withUnsafeBufferPointer(body) : body(content)
  }

  /// The length of a string in Unicode scalars, which JSON Schema calls characters.
  func scalarCount(_ entry: JSONEntry) -> Int {
    let content = self.content(entry)
    var count = 0
    if entry.detail {
      var scanner = Unescaping.Scanner(content: content)
      while scanner.next() != nil { count += 1 }
    } else {
      for byte in content where byte & 0xC0 != 0x80 { count &+= 1 }
    }
    return count
  }
}
