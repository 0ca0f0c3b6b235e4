/// Eight bytes at a time. Each test sets the high bit of the bytes that match; the lowest set bit
/// is exact, higher ones may be echoes of a borrow.
enum Words {
  static var ones: UInt64 { 0x0101_0101_0101_0101 }
  static var highs: UInt64 { 0x8080_8080_8080_8080 }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
  }

  @inline(__always)
  static func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
    let difference = word ^ (ones &* UInt64(byte))
    return (difference &- ones) & ~difference & highs
  }

  /// What a string cannot hold as it is: quote, backslash, control characters.
  @inline(__always)
  static func special(_ word: UInt64) -> UInt64 {
    let control = (word &- (ones &* 0x20)) & ~word & highs
    return matches(word, UInt8(ascii: "\"")) | matches(word, UInt8(ascii: "\\")) | control
  }

  /// The index of the first byte that a string cannot hold as it is, or `end`. The high bits of
  /// `seen` tell afterwards whether a byte beyond ASCII was passed (or came soon after).
  @inline(__always)
  static func special(
    in base: UnsafePointer<UInt8>, from start: Int, to end: Int, seen: inout UInt64
  ) -> Int {
    var at = start
    while at &+ 8 <= end {
      let word = load(base + at)
      seen |= word
      let stop = special(word)
      if stop != 0 { return at &+ stop.trailingZeroBitCount &>> 3 }
      at &+= 8
    }
    while at < end {
      let byte = base[at]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return at }
      seen |= UInt64(byte)
      at &+= 1
    }
    return at
  }

  @inline(__always)
  static func equal(
    _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int
  ) -> Bool {
    var at = 0
    while at &+ 8 <= count {
      if load(left + at) != load(right + at) { return false }
      at &+= 8
    }
    while at < count {
      if left[at] != right[at] { return false }
      at &+= 1
    }
    return true
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit.
  @inline(__always) var hexadecimalValue: UInt32? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self &- UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self &- UInt8(ascii: "a") &+ 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self &- UInt8(ascii: "A") &+ 10)
    default: nil
    }
  }

  @inline(__always) var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}
