extension JSONParser {
  /// Reads the string whose opening quote is here; returns whether it has escapes.
  @inline(__always)
  mutating func string() throws(JSONError) -> Bool {
    var escaped = false
    var cursor = at &+ 1
    while true {
      cursor = Words.special(in: base, from: cursor, to: end, seen: &seen)
      guard cursor < end else { throw unexpectedEnd("a closing quote") }
      let byte = base[cursor]
      if byte == UInt8(ascii: "\"") {
        at = cursor &+ 1
        return escaped
      }
      guard byte == UInt8(ascii: "\\") else { throw error(.controlCharacter, at: cursor) }
      escaped = true
      cursor = try escape(at: cursor)
    }
  }

  /// Checks the escape at `start`; returns the place after it.
  private func escape(at start: Int) throws(JSONError) -> Int {
    guard start &+ 1 < end else { throw unexpectedEnd("an escaped character") }
    switch base[start &+ 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start &+ 2
    case UInt8(ascii: "u"):
      let unit = try codeUnit(at: start &+ 2, of: start)
      guard unit & 0xF800 == 0xD800 else { return start &+ 6 }
      if unit < 0xDC00, start &+ 7 < end, base[start &+ 6] == UInt8(ascii: "\\"),
        base[start &+ 7] == UInt8(ascii: "u"),
        try codeUnit(at: start &+ 8, of: start &+ 6) & 0xFC00 == 0xDC00
      {
        return start &+ 12
      }
      guard limits.allowsLoneSurrogates else { throw error(.loneSurrogate, at: start) }
      return start &+ 6
    default:
      throw error(.invalidEscape, at: start)
    }
  }

  private func codeUnit(at first: Int, of escape: Int) throws(JSONError) -> UInt32 {
    guard first &+ 4 <= end else { throw unexpectedEnd("four hexadecimal digits") }
    var unit: UInt32 = 0
    for index in first..<first &+ 4 {
      guard let digit = base[index].hexadecimalValue else {
        throw error(.invalidEscape, at: escape)
      }
      unit = unit &<< 4 | digit
    }
    return unit
  }

  /// Reads the number that starts here; returns whether it has a fraction or an exponent.
  @inline(__always)
  mutating func number() throws(JSONError) -> Bool {
    var cursor = at
    var fractional = false
    if base[cursor] == UInt8(ascii: "-") { cursor &+= 1 }
    guard cursor < end else { throw unexpectedEnd("a digit") }
    if base[cursor] == UInt8(ascii: "0") {
      cursor &+= 1
      if cursor < end, base[cursor].isDigit {
        throw error(.expected("no digit after a leading zero"), at: cursor)
      }
    } else {
      cursor = try digits(from: cursor)
    }
    if cursor < end, base[cursor] == UInt8(ascii: ".") {
      fractional = true
      cursor = try digits(from: cursor &+ 1)
    }
    if cursor < end, base[cursor] | 0x20 == UInt8(ascii: "e") {
      fractional = true
      cursor &+= 1
      if cursor < end, base[cursor] == UInt8(ascii: "+") || base[cursor] == UInt8(ascii: "-") {
        cursor &+= 1
      }
      cursor = try digits(from: cursor)
    }
    at = cursor
    return fractional
  }

  /// Passes one digit or more.
  @inline(__always)
  private func digits(from start: Int) throws(JSONError) -> Int {
    var cursor = start
    while cursor < end, base[cursor].isDigit { cursor &+= 1 }
    if cursor == start {
      throw start < end ? error(.expected("a digit"), at: start) : unexpectedEnd("a digit")
    }
    return cursor
  }

  @inline(__always)
  mutating func literal(_ word: StaticString, _ kind: JSONEntry.Kind) throws(JSONError) {
    let length = word.utf8CodeUnitCount
    guard at &+ length <= end, Words.equal(base + at, word.utf8Start, count: length) else {
      throw error(.expected("a value"), at: at)
    }
    guard table.count < limits.nodes else {
      throw error(.tooManyNodes(limit: limits.nodes), at: at)
    }
    table.append(JSONEntry(kind, start: at, end: at &+ length, next: table.count &+ 1))
    at &+= length
  }
}
