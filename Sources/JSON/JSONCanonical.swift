/// The canonical form of JSON (RFC 8785), for digests: two texts with the same data have the same
/// canonical bytes.
public enum JSONCanonical {
  /// What happens to an integer that the canonical spelling would change, such as 2^53 + 1. RFC
  /// 8785 rounds it to a double, so that two different integers would have one digest: an approval
  /// of one would be an approval of the other.
  public enum BigIntegers: Sendable {
    /// Throws `integerNotExact`.
    case refused
    /// Writes it as it came. Beyond RFC 8785, yet different integers stay different.
    case verbatim
    /// Rounds to the nearest double, as RFC 8785 says.
    case rounded
  }

  /// Encodes a value.
  ///
  /// Members are sorted by their names' UTF-16 code units, numbers are spelled as ECMAScript does.
  /// - Throws: for a number beyond a double's range (`1e400`); for an integer, however spelled,
  ///   whose canonical spelling denotes another integer, unless told otherwise (all integers up to
  ///   2^53 are safe); for a string with a lone surrogate.
  public static func encode(
    _ node: JSONNode, bigIntegers: BigIntegers = .refused
  ) throws(JSONCanonicalError) -> [UInt8] {
    var encoder = CanonicalEncoder(storage: node.storage, bigIntegers: bigIntegers)
    encoder.bytes.reserveCapacity(node.rawRange.count)
    try encoder.encode(node.row)
    return encoder.bytes
  }
}

/// Why a value has no canonical form.
public enum JSONCanonicalError: Error, Sendable, Equatable {
  /// The number is beyond a double's range. The offset is that in the document.
  case numberOutOfRange(offset: Int)
  /// The canonical spelling would denote another integer.
  case integerNotExact(offset: Int)
  /// A string has half of a surrogate pair.
  case loneSurrogate(offset: Int)
}

/// Writes one value. Recursion is bounded by the depth of the document.
struct CanonicalEncoder {
  let storage: JSONStorage
  let bigIntegers: JSONCanonical.BigIntegers
  var bytes: [UInt8] = []

  init(storage: JSONStorage, bigIntegers: JSONCanonical.BigIntegers) {
    self.storage = storage
    self.bigIntegers = bigIntegers
  }

  mutating func encode(_ row: Int) throws(JSONCanonicalError) {
    let entry = storage.row(row)
    switch entry.kind {
    case .object: try object(row, entry)
    case .array: try array(row, entry)
    case .string: try string(entry)
    case .number: try number(entry)
    case .true: bytes += "true".utf8
    case .false: bytes += "false".utf8
    case .null: bytes += "null".utf8
    }
  }

  private mutating func array(_ row: Int, _ entry: JSONEntry) throws(JSONCanonicalError) {
    bytes.append(UInt8(ascii: "["))
    var element = row + 1
    for index in 0..<entry.count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      try encode(element)
      element = Int(storage.row(element).next)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func object(_ row: Int, _ entry: JSONEntry) throws(JSONCanonicalError) {
    bytes.append(UInt8(ascii: "{"))
    for (index, name) in sortedNames(of: row, count: entry.count).enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      try string(storage.row(name))
      bytes.append(UInt8(ascii: ":"))
      try encode(name + 1)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func string(_ entry: JSONEntry) throws(JSONCanonicalError) {
    guard entry.detail else {
      bytes += storage.bytes[Int(entry.start)..<Int(entry.end)]
      return
    }
    let unescaped = storage.withView { view -> [UInt8]? in
      let content = view.content(entry)
      return Unescaping.hasLoneSurrogate(content) ? nil : Unescaping.bytes(of: content)
    }
    guard let unescaped else { throw .loneSurrogate(offset: Int(entry.start)) }
    unescaped.withUnsafeBufferPointer { JSONQuoting.append($0, to: &bytes) }
  }

  private mutating func number(_ entry: JSONEntry) throws(JSONCanonicalError) {
    let (decimal, double) = storage.withView { view in
      let raw = view.raw(entry)
      return (Decimal(number: raw), Decimal.double(of: raw))
    }
    guard let double else { throw .numberOutOfRange(offset: Int(entry.start)) }
    let start = bytes.count
    ECMAScriptNumber.append(double, to: &bytes)
    guard bigIntegers != .rounded, decimal.isInteger,
      decimal.coefficient > 1 << 53 || !decimal.isExact
    else { return }
    let written = bytes[start...].withUnsafeBufferPointer { Decimal(number: $0) }
    if decimal.isExact, written == decimal { return }
    guard bigIntegers == .verbatim else { throw .integerNotExact(offset: Int(entry.start)) }
    bytes.removeSubrange(start...)
    bytes += storage.bytes[Int(entry.start)..<Int(entry.end)]
  }

  /// The rows of an object's names by UTF-16 code units (RFC 8785 section 3.2.3).
  private func sortedNames(of row: Int, count: Int) -> [Int] {
    var names: [Int] = []
    names.reserveCapacity(count)
    var name = row + 1
    for _ in 0..<count {
      names.append(name)
      name = Int(storage.row(name + 1).next)
    }
    storage.withView { view in
      names.sort { view.precedes(view[$0], view[$1]) }
    }
    return names
  }
}

extension JSONView {
  /// Whether one name comes before another by UTF-16 code units.
  fileprivate func precedes(_ left: JSONEntry, _ right: JSONEntry) -> Bool {
    var left = Unescaping.Scanner(content: content(left))
    var right = Unescaping.Scanner(content: content(right))
    while true {
      let (first, second) = (left.next(), right.next())
      guard let second else { return false }
      guard let first else { return true }
      if first != second { return Self.utf16Order(first) < Self.utf16Order(second) }
    }
  }

  /// Orders scalars as UTF-16 does: beyond the BMP they start with a surrogate, which sorts before
  /// U+E000 to U+FFFF.
  private static func utf16Order(_ scalar: UInt32) -> UInt32 {
    scalar >= 0x10000 ? 0xD800_0000 | scalar : scalar << 16
  }
}
