extension JSONNode {
  /// The string without its escapes; nil when it is no string.
  public var string: String? {
    let entry = self.entry
    guard entry.has(.string) else { return nil }
    return storage.withView { $0.string(entry) }
  }

  /// The content between the quotes when it is a string without escapes. Copies nothing.
  public var stringSlice: ArraySlice<UInt8>? {
    let entry = self.entry
    guard entry.has(.string), !entry.detail else { return nil }
    return storage.bytes[Int(entry.start) + 1..<Int(entry.end) - 1]
  }

  /// The UTF-8 of the string without its escapes; nil when it is no string.
  public var stringBytes: [UInt8]? {
    let entry = self.entry
    guard entry.has(.string) else { return nil }
    return storage.withView { view in
      entry.detail
        ? Unescaping.bytes(of: view.content(entry)) : [UInt8](view.content(entry))
    }
  }

  /// Whether it is this string. Allocates nothing.
  public func equals(_ text: StaticString) -> Bool {
    let entry = self.entry
    guard entry.has(.string), entry.canHold(text.utf8CodeUnitCount) else { return false }
    return text.withUTF8Buffer { text in
      storage.withView { $0.string(entry, equals: text) }
    }
  }

  /// Whether it is this string. Allocates nothing.
  @_disfavoredOverload
  public func equals(_ text: String) -> Bool {
    let entry = self.entry
    guard entry.has(.string), entry.canHold(text.utf8.count) else { return false }
    var text = text
    return text.withUTF8 { text in
      storage.withView { $0.string(entry, equals: text) }
    }
  }

  /// `true` or `false`; nil when it is neither.
  public var bool: Bool? {
    switch entry.kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// The number when it is an integer within range, whatever its spelling (`1`, `1.0`, `1e2`).
  public var int64: Int64? {
    let entry = self.entry
    guard entry.has(.number) else { return nil }
    return storage.withView { view in
      let text = view.raw(entry)
      // Most are plain and short.
      if !entry.detail, text.count <= 18 { return Self.integer(text) }
      return Decimal(number: text).int64
    }
  }

  /// The value of digits, perhaps with a sign, that cannot overflow.
  @inline(__always)
  private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
    let isNegative = text[0] == UInt8(ascii: "-")
    var value: Int64 = 0
    for index in (isNegative ? 1 : 0)..<text.count {
      value = value &* 10 &+ Int64(text[index] &- UInt8(ascii: "0"))
    }
    return isNegative ? -value : value
  }

  /// The nearest double; nil when it is no number, or beyond the range of a double (`1e400`).
  public var double: Double? {
    let entry = self.entry
    guard entry.has(.number) else { return nil }
    return storage.withView { Decimal.double(of: $0.raw(entry)) }
  }

  /// Whether it is the same value as another: numbers by value, members in any order.
  /// O(n log n).
  public func equals(_ other: JSONNode) -> Bool {
    storage.withView { view in
      other.storage.withView { JSONEquality.equal(view, row, $0, other.row) }
    }
  }
}
