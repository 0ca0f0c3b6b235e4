/// A fixed-point number with four digits after the point, within ±922337203685477.5807.
public struct DecimalValue: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number times 10,000.
  public let tenThousandths: Int64

  /// Makes a number from its ten-thousandths.
  public init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

  /// Reads `-?[0-9]+.[0-9]{1,4}`; nil for other text and when out of range.
  public init?(_ text: String) {
    var scanner = ByteScanner(text)
    let isNegative = scanner.skip(UInt8(ascii: "-"))
    guard let whole = scanner.digits(1...Int.max, negative: isNegative),
      scanner.skip(UInt8(ascii: "."))
    else { return nil }
    let start = scanner.position
    guard var fraction = scanner.digits(1...4, negative: isNegative), scanner.isAtEnd else {
      return nil
    }
    for _ in (scanner.position - start)..<4 { fraction *= 10 }
    let (scaled, overflowed) = whole.multipliedReportingOverflow(by: 10_000)
    let (sum, overflowedAgain) = scaled.addingReportingOverflow(fraction)
    guard !overflowed, !overflowedAgain else { return nil }
    tenThousandths = sum
  }

  /// Orders by size.
  public static func < (left: DecimalValue, right: DecimalValue) -> Bool {
    left.tenThousandths < right.tenThousandths
  }

  /// The number with one to four digits after the point.
  public var description: String {
    let magnitude = tenThousandths.magnitude
    var fraction = String(magnitude % 10_000)
    fraction = String(repeating: "0", count: 4 - fraction.utf8.count) + fraction
    while fraction.utf8.count > 1, fraction.hasSuffix("0") { fraction.removeLast() }
    return (tenThousandths < 0 ? "-" : "") + "\(magnitude / 10_000).\(fraction)"
  }
}
