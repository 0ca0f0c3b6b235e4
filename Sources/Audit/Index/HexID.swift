/// An identifier of 32 hexadecimal digits (calls, traces), kept backwards: so those that end in
/// some digits, which is how people name a call, stand side by side.
struct HexID: Hashable, Sendable {
  static let digits = 32

  /// The last 16 digits, the last one in the highest four bits.
  private let end: UInt64
  /// The first 16 digits, likewise.
  private let start: UInt64

  private init(end: UInt64, start: UInt64) {
    self.end = end
    self.start = start
  }

  /// From 32 digits of either case; nil for anything else.
  init?(hex bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.digits else { return nil }
    var start: UInt64 = 0
    var end: UInt64 = 0
    for index in 0..<16 {
      let first = HexDigits.value(bytes[15 - index])
      let second = HexDigits.value(bytes[31 - index])
      guard first | second < 16 else { return nil }
      start = start << 4 | UInt64(first)
      end = end << 4 | UInt64(second)
    }
    self.init(end: end, start: start)
  }

  /// From what `endKey` and `startKey` gave.
  init(endKey: Int64, startKey: Int64) {
    self.init(end: Self.unkeyed(endKey), start: Self.unkeyed(startKey))
  }

  /// The last 16 digits as they are stored: the order is that of the digits read backwards.
  var endKey: Int64 { Self.keyed(end) }

  /// The first 16 digits, likewise.
  var startKey: Int64 { Self.keyed(start) }

  /// SQLite's integers have a sign.
  private static func keyed(_ half: UInt64) -> Int64 { Int64(bitPattern: half ^ 1 << 63) }

  private static func unkeyed(_ key: Int64) -> UInt64 { UInt64(bitPattern: key) ^ 1 << 63 }

  /// The 32 digits.
  var hex: String {
    var digits: [UInt8] = []
    digits.reserveCapacity(Self.digits)
    for half in [start, end] {
      for index in 0..<16 {
        digits.append(HexDigits.digit(UInt8(half >> UInt64(index * 4) & 15)))
      }
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Where those that end so can be: the first and the last; nil when `text` is not 1 to 32
  /// hexadecimal digits.
  static func range(endingIn text: String) -> (first: HexID, last: HexID)? {
    let typed = Array(text.utf8)
    guard (1...digits).contains(typed.count) else { return nil }
    func padded(_ fill: UInt8) -> HexID? {
      let whole = [UInt8](repeating: fill, count: digits - typed.count) + typed
      return whole.withUnsafeBytes { HexID(hex: $0) }
    }
    guard let first = padded(UInt8(ascii: "0")), let last = padded(UInt8(ascii: "f")) else {
      return nil
    }
    return (first, last)
  }
}

/// Hexadecimal digits and their values.
enum HexDigits {
  /// The value of a digit of either case; 16 and above for anything else.
  @inline(__always)
  static func value(_ digit: UInt8) -> UInt8 {
    let number = digit &- 0x30
    let letter = (digit | 0x20) &- 0x61
    return number < 10 ? number : letter < 6 ? letter &+ 10 : 255
  }

  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
  }

  /// Appends the bytes that pairs of digits stand for; false, and nothing appended, when they are
  /// not `count` pairs, at most 32.
  static func append(
    _ hex: UnsafeRawBufferPointer, count: Int, to bytes: inout [UInt8]
  ) -> Bool {
    guard count <= 32, hex.count == count * 2 else { return false }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { decoded in
      var wrong: UInt8 = 0
      for index in 0..<count {
        let high = value(hex[index &* 2])
        let low = value(hex[index &* 2 &+ 1])
        wrong |= high | low
        decoded[index] = high << 4 | low
      }
      guard wrong < 16 else { return false }
      bytes += decoded[..<count]
      return true
    }
  }
}
