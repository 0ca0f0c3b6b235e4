/// Booleans, numbers, dates and times.
enum TOMLScalar {
  static func read(_ cursor: inout TOMLCursor) throws(TOMLError) -> TOMLValue {
    var word = cursor.word(isPart)
    guard !word.isEmpty else { throw cursor.error("expected a value") }
    // `1979-05-27 07:32:00`: a blank may stand for the `T`.
    if isDate(word), cursor.next == UInt8(ascii: " ") {
      var ahead = cursor
      ahead.skipBlanks()
      let time = ahead.word(isPart)
      if isTime(time) {
        cursor = ahead
        return .date("\(word)T\(time)")
      }
    }
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "inf", "+inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    case "nan", "+nan", "-nan": return .float(.nan)
    default: break
    }
    if isDate(word) || isTime(word) || isDateAndTime(word) { return .date(word) }
    if let number = integer(word) { return .integer(number) }
    guard isFloat(word) else { throw cursor.error("expected a value; text needs quotes") }
    word.removeAll { $0 == "_" }
    guard let number = Double(word) else { throw cursor.error("expected a number") }
    return .float(number)
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  // MARK: - Numbers

  private static func integer(_ word: String) -> Int64? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
      let digits = word.dropFirst(2)
      guard !digits.hasPrefix("+"), !digits.hasPrefix("-"), let plain = ungrouped(digits) else {
        return nil
      }
      return Int64(plain, radix: radix)
    }
    let digits = word.hasPrefix("+") || word.hasPrefix("-") ? word.dropFirst() : word[...]
    guard isWhole(digits), let plain = ungrouped(digits) else { return nil }
    return Int64((word.hasPrefix("-") ? "-" : "") + plain)
  }

  /// Digits without a zero in front of others.
  private static func isWhole(_ digits: Substring) -> Bool {
    guard digits.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) else { return false }
    return digits == "0" || !digits.hasPrefix("0")
  }

  /// Without the `_` that may stand between two digits; nil where one stands elsewhere.
  private static func ungrouped(_ digits: Substring) -> String? {
    guard !digits.isEmpty, !digits.hasPrefix("_"), !digits.hasSuffix("_"),
      !digits.contains("__")
    else { return nil }
    return digits.filter { $0 != "_" }
  }

  private static func isFloat(_ word: String) -> Bool {
    var rest = word.hasPrefix("+") || word.hasPrefix("-") ? word.dropFirst() : word[...]
    let whole = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "_") }
    guard isWhole(whole), ungrouped(whole) != nil else { return false }
    rest = rest.dropFirst(whole.count)
    guard !rest.isEmpty else { return false }
    if rest.hasPrefix(".") {
      let fraction = rest.dropFirst().prefix { $0.isASCII && ($0.isNumber || $0 == "_") }
      guard ungrouped(fraction) != nil else { return false }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard let mark = rest.first else { return true }
    guard mark == "e" || mark == "E" else { return false }
    rest = rest.dropFirst()
    if rest.hasPrefix("+") || rest.hasPrefix("-") { rest = rest.dropFirst() }
    return rest.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") }
      && ungrouped(rest) != nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  // MARK: - Dates and times (RFC 3339)

  private static func isDate(_ word: some StringProtocol) -> Bool {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && isNumber(parts[0], 4) && isNumber(parts[1], 2, 1...12)
      && isNumber(parts[2], 2, 1...31)
  }

  /// Without an offset, or with one.
  private static func isTime(_ word: some StringProtocol) -> Bool {
    var time = Substring(word)
    if time.hasSuffix("Z") || time.hasSuffix("z") {
      time = time.dropLast()
    } else if let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let offset = time[time.index(after: sign)...].split(
        separator: ":", omittingEmptySubsequences: false)
      guard offset.count == 2, isNumber(offset[0], 2, 0...23), isNumber(offset[1], 2, 0...59)
      else { return false }
      time = time[..<sign]
    }
    if let point = time.firstIndex(of: ".") {
      let fraction = time[time.index(after: point)...]
      guard !fraction.isEmpty, fraction.utf8.allSatisfy(isDigit) else { return false }
      time = time[..<point]
    }
    let parts = time.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 3 && isNumber(parts[0], 2, 0...23) && isNumber(parts[1], 2, 0...59)
      && isNumber(parts[2], 2, 0...60)
  }

  private static func isDateAndTime(_ word: String) -> Bool {
    guard let mark = word.firstIndex(where: { $0 == "T" || $0 == "t" }) else { return false }
    return isDate(word[..<mark]) && isTime(word[word.index(after: mark)...])
  }

  private static func isNumber(
    _ text: some StringProtocol, _ digits: Int, _ range: ClosedRange<Int> = 0...9999
  ) -> Bool {
    guard text.utf8.count == digits, text.utf8.allSatisfy(isDigit), let number = Int(text) else {
      return false
    }
    return range.contains(number)
  }
}
