/// One header field line.
public struct HTTPField: Sendable, Hashable {
  /// The name as it was sent; names are compared without regard to ASCII case.
  public var name: String
  /// The value without surrounding white space.
  public var value: String

  /// A field of a name and a value.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// Header fields in the order they came, duplicates included; lookups ignore ASCII case.
///
/// Source: RFC 9110 §5.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// All fields in order.
  public private(set) var fields: [HTTPField]

  /// Headers of the given fields.
  public init(_ fields: [HTTPField] = []) {
    self.fields = fields
  }

  /// Headers of literal names and values, in the order written.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { HTTPField(name: $0.0, value: $0.1) }
  }

  /// The first value of a name, nil without one.
  public subscript(name: String) -> String? {
    for field in fields where equalIgnoringASCIICase(field.name, name) { return field.value }
    return nil
  }

  /// All values of a name in order.
  public func values(_ name: String) -> [String] {
    fields.filter { equalIgnoringASCIICase($0.name, name) }.map(\.value)
  }

  /// Appends a field.
  public mutating func add(_ name: String, _ value: String) {
    fields.append(HTTPField(name: name, value: value))
  }

  /// Replaces all fields of a name by one; it takes the place of the first.
  public mutating func set(_ name: String, _ value: String) {
    guard let first = fields.firstIndex(where: { equalIgnoringASCIICase($0.name, name) }) else {
      add(name, value)
      return
    }
    fields[first].value = value
    let rest = fields[(first + 1)...].filter { !equalIgnoringASCIICase($0.name, name) }
    fields.replaceSubrange((first + 1)..., with: rest)
  }

  /// Removes all fields of a name.
  public mutating func remove(_ name: String) {
    fields.removeAll { equalIgnoringASCIICase($0.name, name) }
  }
}

/// Compares as HTTP compares names: ASCII letters without regard to case, all else exactly.
func equalIgnoringASCIICase(_ left: String, _ right: String) -> Bool {
  guard left.utf8.count == right.utf8.count else { return false }
  let left = left.utf8Span.span
  return ASCII.equalIgnoringCase(left, 0..<left.count, right.utf8Span.span)
}
