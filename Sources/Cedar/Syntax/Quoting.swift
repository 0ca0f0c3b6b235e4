/// How strings and names are written in policies.
enum Quoting {
  /// `text` between double quotes, with what cannot stand in a Cedar string escaped.
  static func quote(_ text: String) -> String { "\"" + escape(text) + "\"" }

  /// A pattern as `like` takes it: `*` for the wildcards, `\*` for the character.
  static func quote(_ pattern: Pattern) -> String {
    var result = "\""
    for piece in pattern.pieces {
      switch piece {
      case .text(let text): result += escape(text, star: "\\*")
      case .wildcard: result += "*"
      }
    }
    return result + "\""
  }

  /// A name where an identifier or a string may stand: quoted only when it is no identifier.
  static func name(_ text: String) -> String { isIdentifier(text) ? text : quote(text) }

  /// Whether the text is an identifier that is not reserved.
  static func isIdentifier(_ text: String) -> Bool {
    isWord(text) && !text.hasSameBytes(as: "__cedar")
      && !Lexer.reservedWords.contains { $0.description == text }
  }

  /// Whether the text is a word: an identifier or a reserved word.
  static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, !isDigit(first) else { return false }
    return text.utf8.allSatisfy { isDigit($0) || isLetter($0) }
  }

  /// Whether the text is a name of identifiers joined by `::`.
  static func isQualifiedName(_ text: String) -> Bool {
    var segments: [Substring.UTF8View] = []
    var rest = Substring(text).utf8
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      segments.append(rest[..<colon])
      rest = rest[rest.index(after: colon)...]
      guard rest.first == UInt8(ascii: ":") else { return false }
      rest = rest.dropFirst()
    }
    segments.append(rest)
    return segments.allSatisfy { isIdentifier(String(Substring($0))) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      || byte == UInt8(ascii: "_")
  }

  /// `text` with what cannot stand in a Cedar string escaped, and `*` as is said.
  static func escape(_ text: String, star: String = "*") -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0": result += "\\0"
      case "*": result += star
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
