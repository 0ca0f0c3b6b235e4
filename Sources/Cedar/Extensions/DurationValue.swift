/// A span of time to the millisecond, possibly negative.
public struct DurationValue: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The span in milliseconds.
  public let milliseconds: Int64

  /// Makes a span from milliseconds.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  private static let units: [(name: StaticString, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Reads `-?` and then numbers with the units `d`, `h`, `m`, `s`, `ms` in this order, each at
  /// most once and at least one of them: `1d12h30m`; nil for other text and when out of range.
  public init?(_ text: String) {
    var scanner = ByteScanner(text)
    let isNegative = scanner.skip(UInt8(ascii: "-"))
    var total: Int64 = 0
    var unit = 0
    repeat {
      guard let number = scanner.digits(1...Int.max, negative: isNegative) else { return nil }
      guard let next = DurationValue.takeUnit(&scanner, from: unit) else { return nil }
      let (scaled, overflowed) = number.multipliedReportingOverflow(
        by: DurationValue.units[next].milliseconds)
      let (sum, overflowedAgain) = total.addingReportingOverflow(scaled)
      guard !overflowed, !overflowedAgain else { return nil }
      total = sum
      unit = next + 1
    } while !scanner.isAtEnd
    milliseconds = total
  }

  private static func takeUnit(_ scanner: inout ByteScanner, from first: Int) -> Int? {
    // `ms` starts like `m`, so it is tried first.
    if scanner.skip("ms") { return first <= 4 ? 4 : nil }
    for index in first..<max(first, 4) where scanner.skip(units[index].name) { return index }
    return nil
  }

  /// Orders by length.
  public static func < (left: DurationValue, right: DurationValue) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The span in its units, `0ms` when empty.
  public var description: String {
    guard milliseconds != 0 else { return "0ms" }
    var result = milliseconds < 0 ? "-" : ""
    var rest = milliseconds.magnitude
    for unit in DurationValue.units {
      let size = UInt64(unit.milliseconds)
      if rest >= size {
        result += "\(rest / size)\(unit.name)"
        rest %= size
      }
    }
    return result
  }
}
