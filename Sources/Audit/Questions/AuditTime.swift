/// A moment of `--since` and `--until`: so long ago, or a date.
public enum AuditTime: Sendable, Equatable {
  /// So long before now.
  case ago(milliseconds: Int)
  /// Since 1970-01-01T00:00:00Z.
  case at(unixMilliseconds: Int)

  /// `30m` and the like, `2026-11-21`, or an RFC 3339 time. A date without a zone is in UTC.
  public init?(_ text: String) {
    if let milliseconds = Self.duration(text) {
      self = .ago(milliseconds: milliseconds)
    } else if let milliseconds = Self.time(text) {
      self = .at(unixMilliseconds: milliseconds)
    } else {
      return nil
    }
  }

  /// Microseconds since 1970-01-01 UTC.
  /// - Parameter now: likewise, from which `ago` counts back.
  public func microseconds(before now: Int64) -> Int64 {
    let (value, overflows) =
      switch self {
      case .ago(let milliseconds):
        now.subtractingReportingOverflow(Self.microseconds(milliseconds))
      case .at(let unix): (Self.microseconds(unix), false)
      }
    return overflows ? .min : value
  }

  /// Of milliseconds, kept within range.
  private static func microseconds(_ milliseconds: Int) -> Int64 {
    let (product, overflows) = Int64(milliseconds).multipliedReportingOverflow(by: 1000)
    return overflows ? (milliseconds < 0 ? .min : .max) : product
  }

  private static func duration(_ text: String) -> Int? {
    let units: [Character: Int] = [
      "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]
    guard let last = text.last, let unit = units[last], let number = digits(text.dropLast()) else {
      return nil
    }
    let (product, overflows) = number.multipliedReportingOverflow(by: unit)
    return overflows ? nil : product
  }

  private static func time(_ text: String) -> Int? {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { "Tt ".contains($0) }
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard date.count == 3, date[0].count == 4, date[1].count == 2, date[2].count == 2,
      let year = digits(date[0]), let month = digits(date[1]), let day = digits(date[2]),
      (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day)
    else { return nil }
    let midnight = days(year: year, month: month, day: day) * 86_400_000
    guard parts.count == 2 else { return midnight }

    var clock = parts[1]
    var offsetMinutes = 0
    if clock.hasSuffix("Z") || clock.hasSuffix("z") {
      clock.removeLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = clock[clock.index(after: sign)...].split(separator: ":")
      guard zone.count == 2, zone.allSatisfy({ $0.count == 2 }), let hours = digits(zone[0]),
        let minutes = digits(zone[1]), hours < 24, minutes < 60
      else { return nil }
      offsetMinutes = (clock[sign] == "-" ? -1 : 1) * (hours * 60 + minutes)
      clock = clock[..<sign]
    }
    var fraction = 0
    if let dot = clock.firstIndex(of: ".") {
      let thousandths = clock[clock.index(after: dot)...]
      guard !thousandths.isEmpty, thousandths.allSatisfy({ digits(Substring("\($0)")) != nil }),
        let value = digits((thousandths + "00").prefix(3))
      else { return nil }
      fraction = value
      clock = clock[..<dot]
    }
    let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 2 || fields.count == 3, fields.allSatisfy({ $0.count == 2 }),
      let hour = digits(fields[0]), let minute = digits(fields[1]),
      let second = fields.count == 3 ? digits(fields[2]) : 0, hour < 24, minute < 60, second <= 60
    else { return nil }
    return midnight + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fraction
  }

  private static func digits(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  private static func daysIn(month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that the leap
  /// day comes last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
  }
}
