/// A moment in time to the millisecond, in the proleptic Gregorian calendar and without leap
/// seconds.
public struct DatetimeValue: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  static let millisecondsPerDay: Int64 = 86_400_000

  /// Makes a moment from milliseconds since 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Reads `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ssZ` or `YYYY-MM-DDThh:mm:ss.SSSZ`, the last two also
  /// with `+hhmm` or `-hhmm` instead of `Z`; nil for other text.
  public init?(_ text: String) {
    var scanner = ByteScanner(text)
    guard let year = scanner.fixedDigits(4), scanner.skip("-"),
      let month = scanner.fixedDigits(2), scanner.skip("-"),
      let day = scanner.fixedDigits(2),
      (1...12).contains(month), (1...DatetimeValue.days(inMonth: month, of: year)).contains(day)
    else { return nil }
    let midnight = DatetimeValue.days(toYear: year, month: month, day: day)
    guard !scanner.isAtEnd else {
      milliseconds = midnight * DatetimeValue.millisecondsPerDay
      return
    }
    guard scanner.skip("T"),
      let hour = scanner.fixedDigits(2), hour < 24, scanner.skip(":"),
      let minute = scanner.fixedDigits(2), minute < 60, scanner.skip(":"),
      let second = scanner.fixedDigits(2), second < 60
    else { return nil }
    var fraction: Int64 = 0
    if scanner.skip(".") {
      guard let digits = scanner.fixedDigits(3) else { return nil }
      fraction = digits
    }
    var offset: Int64 = 0
    if !scanner.skip("Z") {
      let isEast = scanner.skip("+")
      guard isEast || scanner.skip("-"),
        let hours = scanner.fixedDigits(2), hours < 24,
        let minutes = scanner.fixedDigits(2), minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * 60_000 * (isEast ? 1 : -1)
    }
    guard scanner.isAtEnd else { return nil }
    let time = ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    milliseconds = midnight * DatetimeValue.millisecondsPerDay + time - offset
  }

  /// Orders by time.
  public static func < (left: DatetimeValue, right: DatetimeValue) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The moment later by `duration`; nil when out of range.
  public func offset(by duration: DurationValue) -> DatetimeValue? {
    let (sum, overflowed) = milliseconds.addingReportingOverflow(duration.milliseconds)
    return overflowed ? nil : DatetimeValue(milliseconds: sum)
  }

  /// The time since `other`; nil when out of range.
  public func durationSince(_ other: DatetimeValue) -> DurationValue? {
    let (sum, overflowed) = milliseconds.subtractingReportingOverflow(other.milliseconds)
    return overflowed ? nil : DurationValue(milliseconds: sum)
  }

  /// The midnight at or before this moment; nil when out of range.
  public var date: DatetimeValue? {
    let (start, overflowed) = milliseconds.subtractingReportingOverflow(time.milliseconds)
    return overflowed ? nil : DatetimeValue(milliseconds: start)
  }

  /// The time since the midnight at or before this moment.
  public var time: DurationValue {
    let rest = milliseconds % DatetimeValue.millisecondsPerDay
    return DurationValue(milliseconds: rest < 0 ? rest + DatetimeValue.millisecondsPerDay : rest)
  }

  /// The moment in ISO 8601 with milliseconds and `Z`; years beyond four digits come as they are.
  public var description: String {
    let timeOfDay = time.milliseconds
    // Exact also for the smallest moment, whose midnight is out of range.
    let dayNumber = (milliseconds / 1000 - timeOfDay / 1000) / 86_400
    let (year, month, day) = DatetimeValue.date(ofDay: dayNumber)
    func padded(_ number: Int64, _ width: Int) -> String {
      let digits = String(number.magnitude)
      let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
      return (number < 0 ? "-" : "") + zeros + digits
    }
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + padded(timeOfDay / 3_600_000, 2) + ":" + padded(timeOfDay / 60_000 % 60, 2) + ":"
      + padded(timeOfDay / 1000 % 60, 2) + "." + padded(timeOfDay % 1000, 3) + "Z"
  }

  private static func isLeap(_ year: Int64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The day number counted from 1970-01-01, by years that start in March.
  private static func days(toYear year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func date(ofDay number: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
