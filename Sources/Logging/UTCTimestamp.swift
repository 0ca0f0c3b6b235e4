/// A moment in UTC, printed as RFC 3339 with milliseconds.
public struct UTCTimestamp: Sendable, CustomStringConvertible {
  /// Milliseconds since the Unix epoch.
  public let milliseconds: Int64

  /// A moment, in milliseconds since the Unix epoch.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// For example `2026-11-21T01:02:03.456Z`.
  public var description: String {
    let (seconds, millis) = milliseconds.quotientAndFloorRemainder(1000)
    let (days, rest) = seconds.quotientAndFloorRemainder(86_400)
    // Civil date from the day number: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms.
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))"
    let time =
      "\(Self.digits(rest / 3600, 2)):\(Self.digits(rest / 60 % 60, 2))"
      + ":\(Self.digits(rest % 60, 2))"
    return "\(date)T\(time).\(Self.digits(millis, 3))Z"
  }

  private static func digits(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}

extension Int64 {
  fileprivate func quotientAndFloorRemainder(_ divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
