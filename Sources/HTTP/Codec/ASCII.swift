/// Bytes and byte classes of HTTP's grammar (RFC 9110 §5.6, RFC 9112).
enum ASCII {
  static let tab: UInt8 = 9
  static let lineFeed: UInt8 = 10
  static let carriageReturn: UInt8 = 13
  static let space: UInt8 = 32
  static let comma: UInt8 = 44
  static let colon: UInt8 = 58
  static let semicolon: UInt8 = 59

  @inline(__always)
  static func lowercase(_ byte: UInt8) -> UInt8 {
    byte &- 65 < 26 ? byte | 0x20 : byte
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  /// A byte of a field value or reason phrase: visible, white space, or above ASCII.
  @inline(__always)
  static func isText(_ byte: UInt8) -> Bool { (byte >= 32 && byte != 127) || byte == tab }

  /// A byte of a token (RFC 9110 §5.6.2): letters, digits and !#$%&'*+-.^_`|~
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    // Most are letters.
    if (byte | 0x20) &- 97 < 26 { return true }
    guard byte < 128 else { return false }
    let bits: UInt64 = byte < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
    return bits >> UInt64(byte & 63) & 1 == 1
  }

  /// The index of the first control byte (below 32, or 127) in a range; its end without one. Looks
  /// at eight bytes at a time.
  @inline(__always)
  static func firstControl(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    precondition(start >= 0 && end <= bytes.count)
    let ones: UInt64 = 0x0101_0101_0101_0101
    let raw = bytes.bytes
    var index = start
    while index <= end - 8 {
      let word = UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
      let delete = word ^ (ones &* 127)
      // The lowest byte marked is right; a borrow may mark others above it.
      let marks =
        (((word &- ones &* 32) & ~word) | ((delete &- ones) & ~delete)) & (ones &* 128)
      if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < end, bytes[index] >= 32, bytes[index] != 127 { index += 1 }
    return index
  }

  /// Whether a range holds nothing but bytes of a field value.
  @inline(__always)
  static func isText(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    while true {
      index = firstControl(bytes, from: index, to: range.upperBound)
      guard index < range.upperBound else { return true }
      guard bytes[index] == tab else { return false }
      index += 1
    }
  }

  /// Whether a range holds this text, which is in lower case, in any case.
  @inline(__always)
  static func equal(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<range.count
    where lowercase(bytes[range.lowerBound + index]) != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether a range holds these bytes, letters in any case.
  @inline(__always)
  static func equalIgnoringCase(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ other: Span<UInt8>
  ) -> Bool {
    guard range.count == other.count else { return false }
    for index in 0..<other.count
    where lowercase(bytes[range.lowerBound + index]) != lowercase(other[index]) {
      return false
    }
    return true
  }

  /// The number that a range of decimal digits writes; nil for anything else, and for more than 18
  /// digits.
  @inline(__always)
  static func decimal(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.count <= 18 else { return nil }
    var value = 0
    for index in range {
      guard isDigit(bytes[index]) else { return nil }
      value = value * 10 + Int(bytes[index] - 48)
    }
    return value
  }

  /// A range without the blanks at its ends.
  @inline(__always)
  static func trimmed(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Range<Int> {
    var start = start
    var end = end
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
