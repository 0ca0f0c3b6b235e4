/// The date format of HTTP.
enum HTTPDate {
  private static let days: StaticString = "ThuFriSatSunMonTueWed"
  private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

  /// Appends a moment as an IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
  /// - Parameter seconds: since 1970, not negative.
  ///
  /// Source: RFC 9110 §5.6.7.
  static func append(_ seconds: Int, to bytes: inout [UInt8]) {
    let day = seconds / 86_400
    let time = seconds % 86_400
    let (year, month, dayOfMonth) = civil(day)
    append(days, day % 7, to: &bytes)
    bytes += [ASCII.comma, ASCII.space]
    append(pair: dayOfMonth, to: &bytes)
    bytes.append(ASCII.space)
    append(months, month - 1, to: &bytes)
    bytes.append(ASCII.space)
    append(pair: year / 100, to: &bytes)
    append(pair: year % 100, to: &bytes)
    bytes.append(ASCII.space)
    append(pair: time / 3600, to: &bytes)
    bytes.append(ASCII.colon)
    append(pair: time / 60 % 60, to: &bytes)
    bytes.append(ASCII.colon)
    append(pair: time % 60, to: &bytes)
    bytes += " GMT".utf8
  }

  /// Year, month and day of the month of a day since 1970, in the Gregorian calendar. Years are
  /// counted from March, so that the leap day is the last of them.
  private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
  }

  private static func append(_ names: StaticString, _ index: Int, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: names.utf8Start + index * 3, count: 3))
  }

  private static func append(pair number: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(48 + number / 10 % 10))
    bytes.append(UInt8(48 + number % 10))
  }
}
