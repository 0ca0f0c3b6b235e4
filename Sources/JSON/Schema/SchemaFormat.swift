/// The formats that can be asserted (2020-12 validation section 7.3). Others are never asserted.
enum SchemaFormat: String, Sendable {
  case dateTime = "date-time"
  case date, time, duration, email
  case idnEmail = "idn-email"
  case hostname, ipv4, ipv6, uri
  case uriReference = "uri-reference"
  case iri
  case iriReference = "iri-reference"
  case uuid
  case uriTemplate = "uri-template"
  case jsonPointer = "json-pointer"
  case relativeJSONPointer = "relative-json-pointer"
  case regex

  /// Whether UTF-8 is of the format.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var cursor = FormatCursor(text: text)
    switch self {
    case .dateTime: return cursor.date() && cursor.skip("Tt") && cursor.time() && cursor.isAtEnd
    case .date: return cursor.date() && cursor.isAtEnd
    case .time: return cursor.time() && cursor.isAtEnd
    case .duration: return cursor.duration() && cursor.isAtEnd
    case .email: return EmailFormat.matches(text, allowsUnicode: false)
    case .idnEmail: return EmailFormat.matches(text, allowsUnicode: true)
    case .hostname: return HostFormat.isName(text[...])
    case .ipv4: return HostFormat.isIPv4(text[...])
    case .ipv6: return HostFormat.isIPv6(text[...])
    case .uri: return URIFormat.matches(text, allowsUnicode: false, needsScheme: true)
    case .uriReference: return URIFormat.matches(text, allowsUnicode: false, needsScheme: false)
    case .iri: return URIFormat.matches(text, allowsUnicode: true, needsScheme: true)
    case .iriReference: return URIFormat.matches(text, allowsUnicode: true, needsScheme: false)
    case .uuid: return cursor.uuid() && cursor.isAtEnd
    case .uriTemplate: return URITemplateFormat.matches(text)
    case .jsonPointer: return JSONPointer.tokens(of: String(decoding: text, as: UTF8.self)) != nil
    case .relativeJSONPointer: return cursor.relativePointer()
    case .regex:
      return (try? SchemaPattern(String(decoding: text, as: UTF8.self))) != nil
        && ECMAScriptPattern.isItsSyntax(text)
    }
  }
}

extension ECMAScriptPattern {
  /// Whether the letters after backslashes and the groups are ECMA-262's; PCRE2 has more.
  static func isItsSyntax(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at < text.count {
      if text[at...].starts(with: "(?".utf8) {
        let rest = text[(at + 2)...]
        guard let kind = rest.first, ":=!<".utf8.contains(kind) else { return false }
      }
      if text[at] == UInt8(ascii: "\\") {
        guard at + 1 < text.count else { return false }
        let letter = text[at + 1] | 0x20
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
        if isLetter, !"bBcdDfknpPrsStuvwWx0".utf8.contains(text[at + 1]) { return false }
        at += 1
      }
      at += 1
    }
    return true
  }
}

/// Reads dates, times and the like.
struct FormatCursor {
  let text: UnsafeBufferPointer<UInt8>
  var at = 0

  init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var isAtEnd: Bool { at == text.count }
  var next: UInt8? { at < text.count ? text[at] : nil }

  /// Passes one of these characters.
  mutating func skip(_ characters: StaticString) -> Bool {
    guard let next else { return false }
    let found = characters.withUTF8Buffer { $0.contains(next) }
    if found { at += 1 }
    return found
  }

  /// Passes so many digits.
  mutating func digits(_ count: Int) -> Int? {
    guard at + count <= text.count else { return nil }
    var value = 0
    for _ in 0..<count {
      guard text[at].isDigit else { return nil }
      value = value * 10 + Int(text[at] - UInt8(ascii: "0"))
      at += 1
    }
    return value
  }

  /// RFC 3339 `full-date`.
  mutating func date() -> Bool {
    guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
      (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return day >= 1 && day <= lengths[month - 1]
  }

  /// RFC 3339 `full-time`. A leap second is one only at 23:59:60 UTC.
  mutating func time() -> Bool {
    guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"),
      let second = digits(2), hour < 24, minute < 60, second <= 60
    else { return false }
    if skip(".") {
      guard digits(1) != nil else { return false }
      while digits(1) != nil {}
    }
    var offset = 0
    if !skip("Zz") {
      let isWest = next == UInt8(ascii: "-")
      guard skip("+-"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24,
        minutes < 60
      else { return false }
      offset = (isWest ? -1 : 1) * (hours * 60 + minutes)
    }
    let minuteOfDay = (hour * 60 + minute - offset + 2 * 1440) % 1440
    return second < 60 || minuteOfDay == 23 * 60 + 59
  }

  /// RFC 3339 appendix A `duration`: units in order, none left out between two given ones.
  mutating func duration() -> Bool {
    guard skip("P") else { return false }
    if isWeeks() { return true }
    guard let days = units("YMD"), let times = clock() else { return false }
    return days || times
  }

  private mutating func isWeeks() -> Bool {
    let start = at
    while next?.isDigit == true { at += 1 }
    if at > start, skip("W") { return true }
    at = start
    return false
  }

  private mutating func clock() -> Bool? {
    guard skip("T") else { return false }
    return units("HMS") == true ? true : nil
  }

  /// Passes numbers with consecutive units; whether there was one, or nil when that is malformed.
  private mutating func units(_ letters: StaticString) -> Bool? {
    var last: Int?
    while next?.isDigit == true {
      while next?.isDigit == true { at += 1 }
      guard let letter = next,
        let index = letters.withUTF8Buffer({ $0.firstIndex(of: letter) })
      else { return nil }
      if let last, index != last + 1 { return nil }
      last = index
      at += 1
    }
    return last != nil
  }

  /// RFC 4122.
  mutating func uuid() -> Bool {
    for (index, count) in [8, 4, 4, 4, 12].enumerated() {
      if index > 0, !skip("-") { return false }
      for _ in 0..<count where !skip("0123456789abcdefABCDEF") { return false }
    }
    return true
  }

  /// A relative JSON pointer: a count without leading zeros, then a pointer or `#`.
  mutating func relativePointer() -> Bool {
    let start = at
    while next?.isDigit == true { at += 1 }
    guard at > start, at == start + 1 || text[start] != UInt8(ascii: "0") else { return false }
    if skip("#") { return isAtEnd }
    return JSONPointer.tokens(of: String(decoding: text[at...], as: UTF8.self)) != nil
  }
}
