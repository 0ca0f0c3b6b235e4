/// A place in a TOML text, and what is read at it: blanks, comments, keys and strings.
struct TOMLCursor {
  private let text: [UInt8]
  private(set) var offset = 0
  private(set) var line = 1

  init(_ text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { offset >= text.count }
  var next: UInt8? { isAtEnd ? nil : text[offset] }

  func error(_ message: String) -> TOMLError { TOMLError(line: line, message: message) }

  /// Takes an ASCII character if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private func comes(_ ahead: String) -> Bool {
    text[offset...].starts(with: ahead.utf8)
  }

  mutating func skipBlanks() {
    while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { offset += 1 }
  }

  /// Takes a comment, if there is one, and the end of the line or of the text after it.
  /// - Returns: whether it was there.
  mutating func endLine() throws(TOMLError) -> Bool {
    if next == UInt8(ascii: "#") {
      while let byte = next, byte != UInt8(ascii: "\n") {
        if byte == UInt8(ascii: "\r"), comes("\r\n") { break }
        guard byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t") else {
          throw error("a comment holds a control character")
        }
        offset += 1
      }
    }
    if isAtEnd { return true }
    return takeLineEnd()
  }

  private mutating func takeLineEnd() -> Bool {
    if comes("\r\n") {
      offset += 2
    } else if next == UInt8(ascii: "\n") {
      offset += 1
    } else {
      return false
    }
    line += 1
    return true
  }

  /// Blanks, comments and ends of lines, as they may stand in a list.
  mutating func skipLines() throws(TOMLError) {
    while true {
      skipBlanks()
      guard !isAtEnd, try endLine() else { return }
    }
  }

  /// A bare or quoted part of a key.
  mutating func readKeyPart() throws(TOMLError) -> String {
    if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
      guard !comes("\"\"\""), !comes("'''") else {
        throw error("a key is a string of several lines")
      }
      return try readString()
    }
    let bare = word { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard !bare.isEmpty else { throw error("expected a key") }
    return bare
  }

  /// The bytes that `accepts` wants, which are ASCII.
  mutating func word(_ accepts: (UInt8) -> Bool) -> String {
    let start = offset
    while let byte = next, accepts(byte) { offset += 1 }
    return String(decoding: text[start..<offset], as: UTF8.self)
  }

  // MARK: - Strings

  /// A string of any of the four kinds.
  mutating func readString() throws(TOMLError) -> String {
    if comes("\"\"\"") { return try readLines(quote: UInt8(ascii: "\"")) }
    if comes("'''") { return try readLines(quote: UInt8(ascii: "'")) }
    guard let quote = next else { throw error("expected a string") }
    offset += 1
    var bytes: [UInt8] = []
    while let byte = next {
      offset += 1
      if byte == quote { return String(decoding: bytes, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        try readEscape(into: &bytes)
      } else {
        guard byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t") else {
          throw error("a string of one line holds a control character or the line's end")
        }
        bytes.append(byte)
      }
    }
    throw error("a string is never closed")
  }

  /// Between three quotes; one or two more before them belong to the text.
  private mutating func readLines(quote: UInt8) throws(TOMLError) -> String {
    offset += 3
    _ = takeLineEnd()
    var bytes: [UInt8] = []
    while let byte = next {
      if byte == quote {
        var quotes = 0
        while next == quote, quotes < 5 {
          quotes += 1
          offset += 1
        }
        if quotes >= 3 {
          bytes += Array(repeating: quote, count: quotes - 3)
          return String(decoding: bytes, as: UTF8.self)
        }
        bytes += Array(repeating: quote, count: quotes)
        continue
      }
      let start = offset
      if takeLineEnd() {
        bytes += text[start..<offset]
        continue
      }
      offset += 1
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        if !skipFold() { try readEscape(into: &bytes) }
      } else {
        guard byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t") else {
          throw error("a string holds a control character")
        }
        bytes.append(byte)
      }
    }
    throw error("a string is never closed")
  }

  /// A backslash at the end of a line takes all white space after it away.
  private mutating func skipFold() -> Bool {
    let (start, startLine) = (offset, line)
    skipBlanks()
    guard takeLineEnd() else {
      (offset, line) = (start, startLine)
      return false
    }
    repeat { skipBlanks() } while takeLineEnd()
    return true
  }

  private mutating func readEscape(into bytes: inout [UInt8]) throws(TOMLError) {
    guard let byte = next else { throw error("a string is never closed") }
    offset += 1
    switch byte {
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "n"): bytes.append(0x0a)
    case UInt8(ascii: "f"): bytes.append(0x0c)
    case UInt8(ascii: "r"): bytes.append(0x0d)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case UInt8(ascii: "u"): try readScalar(digits: 4, into: &bytes)
    case UInt8(ascii: "U"): try readScalar(digits: 8, into: &bytes)
    default: throw error("a string holds an escape that does not exist")
    }
  }

  private mutating func readScalar(digits: Int, into bytes: inout [UInt8]) throws(TOMLError) {
    guard offset + digits <= text.count else { throw error("a string is never closed") }
    let hex = text[offset..<offset + digits]
    let isHex = hex.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard isHex, let value = UInt32(String(decoding: hex, as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw error("a string holds an escape that is no character") }
    offset += digits
    bytes += Array(String(Character(scalar)).utf8)
  }
}
