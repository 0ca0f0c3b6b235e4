import Glibc

/// Dates of cards, `YYYY-MM-DD`, which compare as texts.
public enum CardDate {
  private static let secondsOfDay: Int64 = 86_400

  /// Whether a text is a date of the calendar.
  public static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let month = Int(parts[1]), let day = Int(parts[2]), let year = Int(parts[0])
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...days[month - 1]).contains(day)
  }

  /// Today, in UTC.
  public static func today() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
  }

  /// Whether it is past.
  public static func isOverdue(_ date: String, today: String) -> Bool {
    isDate(date) && date < today
  }

  /// The seconds until the next day begins, in UTC.
  public static func secondsUntilTomorrow() -> Int64 {
    secondsUntilTomorrow(from: Int64(time(nil)))
  }

  /// The seconds until the next day begins, in UTC.
  /// - Parameter now: seconds since 1970-01-01 UTC.
  public static func secondsUntilTomorrow(from now: Int64) -> Int64 {
    secondsOfDay - now % secondsOfDay
  }
}
