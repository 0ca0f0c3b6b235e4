/// A word or mark of the language: its kind and the bytes it covers.
struct Token {
  enum Kind: UInt8 {
    // `true`, `false`, `if`, `then`, `else`, `in`, `is`, `like`, `has`: never names.
    case reserved
    case identifier, number, string, slot
    case at, dot, comma, semicolon, colon, doubleColon
    case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case or, and, plus, minus, times, divide, modulo, not, assign
    case unexpected, unterminatedString
    case end
  }

  let kind: Kind
  let start: Int32
  let end: Int32
}
