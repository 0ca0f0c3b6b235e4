/// A receiver's wish when to try again.
///
/// Source: RFC 9110 section 10.2.3; dates as IMF-fixdate only (section 5.6.7).
public enum RetryAfter {
  /// Nil for what is neither a number of seconds nor such a date.
  /// - Parameter now: seconds since 1970.
  public static func wait(_ text: String, now: Int64) -> Duration? {
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return .seconds(min(Int64(text) ?? .max, 1 << 32))
    }
    return date(text).map { .seconds(max(0, $0 - now)) }
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970.
  private static func date(_ text: String) -> Int64? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
      let day = number(words[1], digits: 2), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])),
      let year = number(words[3], digits: 4), year >= 1970
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
      .map { number($0, digits: 2) }
    guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2]
    else { return nil }
    let shifted = month > 1 ? year : year - 1
    let monthFromMarch = Int64((month + 10) % 12)
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    let days = shifted * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
    return days * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static func number(_ text: Substring, digits: Int) -> Int64? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int64(text)
  }
}
