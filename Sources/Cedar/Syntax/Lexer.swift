/// Cuts a source into tokens. It never fails: what is no token becomes one of kind `unexpected` or
/// `unterminatedString`, and the parser says what is wrong with it.
struct Lexer {
  private let bytes: ContiguousArray<UInt8>
  private var position = 0

  init(_ bytes: ContiguousArray<UInt8>) { self.bytes = bytes }

  /// All tokens, the last of kind `end`.
  static func tokens(of bytes: ContiguousArray<UInt8>) -> ContiguousArray<Token> {
    var lexer = Lexer(bytes)
    var tokens = ContiguousArray<Token>()
    tokens.reserveCapacity(bytes.count / 4 + 1)
    repeat { tokens.append(lexer.next()) } while tokens.last?.kind != .end
    return tokens
  }

  private func byte(at offset: Int) -> UInt8 {
    position + offset < bytes.count ? bytes[position + offset] : 0
  }

  private mutating func next() -> Token {
    skipSpace()
    guard position < bytes.count else { return token(.end, length: 0) }
    let first = bytes[position]
    switch first {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "_"):
      return word()
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      var length = 1
      while isDigit(byte(at: length)) { length += 1 }
      return token(.number, length: length)
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "?"):
      var length = 1
      while isWordByte(byte(at: length)) { length += 1 }
      return token(length > 1 ? .slot : .unexpected, length: length)
    default: return mark(first)
    }
  }

  private mutating func mark(_ first: UInt8) -> Token {
    let second = byte(at: 1)
    switch first {
    case UInt8(ascii: "@"): return token(.at, length: 1)
    case UInt8(ascii: "."): return token(.dot, length: 1)
    case UInt8(ascii: ","): return token(.comma, length: 1)
    case UInt8(ascii: ";"): return token(.semicolon, length: 1)
    case UInt8(ascii: ":"):
      return second == UInt8(ascii: ":")
        ? token(.doubleColon, length: 2) : token(.colon, length: 1)
    case UInt8(ascii: "("): return token(.leftParenthesis, length: 1)
    case UInt8(ascii: ")"): return token(.rightParenthesis, length: 1)
    case UInt8(ascii: "{"): return token(.leftBrace, length: 1)
    case UInt8(ascii: "}"): return token(.rightBrace, length: 1)
    case UInt8(ascii: "["): return token(.leftBracket, length: 1)
    case UInt8(ascii: "]"): return token(.rightBracket, length: 1)
    case UInt8(ascii: "="):
      return second == UInt8(ascii: "=") ? token(.equal, length: 2) : token(.assign, length: 1)
    case UInt8(ascii: "!"):
      return second == UInt8(ascii: "=") ? token(.notEqual, length: 2) : token(.not, length: 1)
    case UInt8(ascii: "<"):
      return second == UInt8(ascii: "=")
        ? token(.lessOrEqual, length: 2) : token(.less, length: 1)
    case UInt8(ascii: ">"):
      return second == UInt8(ascii: "=")
        ? token(.greaterOrEqual, length: 2) : token(.greater, length: 1)
    case UInt8(ascii: "|") where second == first: return token(.or, length: 2)
    case UInt8(ascii: "&") where second == first: return token(.and, length: 2)
    case UInt8(ascii: "+"): return token(.plus, length: 1)
    case UInt8(ascii: "-"): return token(.minus, length: 1)
    case UInt8(ascii: "*"): return token(.times, length: 1)
    case UInt8(ascii: "/"): return token(.divide, length: 1)
    case UInt8(ascii: "%"): return token(.modulo, length: 1)
    default:
      var length = 1
      while byte(at: length) & 0xC0 == 0x80 { length += 1 }
      return token(.unexpected, length: length)
    }
  }

  private mutating func word() -> Token {
    var length = 1
    while isWordByte(byte(at: length)) { length += 1 }
    let isReserved = Lexer.reservedWords.contains { word in
      word.utf8CodeUnitCount == length
        && word.withUTF8Buffer { $0.elementsEqual(bytes[position..<position + length]) }
    }
    return token(isReserved ? .reserved : .identifier, length: length)
  }

  /// The words that are never names.
  static let reservedWords: [StaticString] = [
    "true", "false", "if", "then", "else", "in", "is", "like", "has",
  ]

  private mutating func string() -> Token {
    var length = 1
    while position + length < bytes.count {
      switch bytes[position + length] {
      case UInt8(ascii: "\""): return token(.string, length: length + 1)
      case UInt8(ascii: "\\"): length += 2
      default: length += 1
      }
    }
    return token(.unterminatedString, length: bytes.count - position)
  }

  private mutating func token(_ kind: Token.Kind, length: Int) -> Token {
    let start = position
    position += length
    return Token(kind: kind, start: Int32(start), end: Int32(position))
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      let first = bytes[position]
      if first == UInt8(ascii: " ") || first >= 9 && first <= 13 {
        position += 1
      } else if first == UInt8(ascii: "/"), byte(at: 1) == first {
        while position < bytes.count, bytes[position] != 10, bytes[position] != 13 {
          position += 1
        }
      } else if first >= 0xC2, let length = unicodeSpace(first) {
        position += length
      } else {
        return
      }
    }
  }

  /// The length of the white space beyond ASCII that starts here: U+0085, U+00A0, U+1680,
  /// U+2000…200A, U+2028, U+2029, U+202F, U+205F, U+3000.
  private func unicodeSpace(_ first: UInt8) -> Int? {
    let second = byte(at: 1)
    let third = byte(at: 2)
    switch (first, second) {
    case (0xC2, 0x85), (0xC2, 0xA0): return 2
    case (0xE1, 0x9A): return third == 0x80 ? 3 : nil
    case (0xE2, 0x80):
      return (0x80...0x8A).contains(third) || [0xA8, 0xA9, 0xAF].contains(third) ? 3 : nil
    case (0xE2, 0x81): return third == 0x9F ? 3 : nil
    case (0xE3, 0x80): return third == 0x80 ? 3 : nil
    default: return nil
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      || isDigit(byte) || byte == UInt8(ascii: "_")
  }
}
