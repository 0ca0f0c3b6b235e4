/// Reads the escapes of Cedar's string literals.
enum StringEscapes {
  /// The text of a string literal. `bytes` are those between the quotes, which start at `offset`
  /// in the source.
  static func text(
    of bytes: ArraySlice<UInt8>, at offset: Int
  ) throws(SyntaxError) -> String {
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    try read(bytes, at: offset, allowStar: false) { piece in
      if case .bytes(let bytes) = piece { result.append(contentsOf: bytes) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The pattern that a string literal means after `like`.
  static func pattern(
    of bytes: ArraySlice<UInt8>, at offset: Int
  ) throws(SyntaxError) -> Pattern {
    var elements: [Pattern.Element] = []
    try read(bytes, at: offset, allowStar: true) { piece in
      switch piece {
      case .bytes(let bytes): elements.append(contentsOf: bytes.map { .byte($0) })
      case .wildcard: elements.append(.wildcard)
      }
    }
    return Pattern(elements)
  }

  private enum Piece {
    case bytes([UInt8])
    case wildcard
  }

  private static func read(
    _ bytes: ArraySlice<UInt8>, at offset: Int, allowStar: Bool, _ emit: (Piece) -> Void
  ) throws(SyntaxError) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "\\") else {
        emit(allowStar && byte == UInt8(ascii: "*") ? .wildcard : .bytes([byte]))
        index += 1
        continue
      }
      let place = offset + index - bytes.startIndex
      let rest = bytes[(index + 1)...]
      guard let letter = rest.first else { throw SyntaxError(at: place, "unfinished escape") }
      switch letter {
      case UInt8(ascii: "n"): emit(.bytes([10]))
      case UInt8(ascii: "r"): emit(.bytes([13]))
      case UInt8(ascii: "t"): emit(.bytes([9]))
      case UInt8(ascii: "0"): emit(.bytes([0]))
      case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): emit(.bytes([letter]))
      case UInt8(ascii: "*") where allowStar: emit(.bytes([letter]))
      case UInt8(ascii: "x"):
        let digits = rest.dropFirst().prefix(2)
        guard let value = scalarValue(digits, counts: 2...2), value < 0x80 else {
          throw SyntaxError(
            at: place, "expected two hexadecimal digits up to 7F after `\\x`",
            help: "write characters beyond ASCII as they are or as `\\u{e9}`")
        }
        emit(.bytes([UInt8(value)]))
        index += 2
      case UInt8(ascii: "u"):
        let braced = rest.dropFirst()
        let digits = braced.dropFirst().prefix { $0 != UInt8(ascii: "}") }
        guard braced.first == UInt8(ascii: "{"), digits.endIndex < bytes.endIndex,
          let value = scalarValue(digits, counts: 1...6), let scalar = Unicode.Scalar(value)
        else {
          throw SyntaxError(
            at: place, "expected a Unicode scalar value as `\\u{1f600}`")
        }
        emit(.bytes(Array(String(scalar).utf8)))
        index += digits.count + 2
      default:
        guard letter >= 0x20 else {
          throw SyntaxError(
            at: place, "a backslash at the end of a line is not an escape",
            help: #"write `\\` for a backslash, `\n` for a line break"#)
        }
        let text = String(decoding: rest.prefix(4), as: UTF8.self)
        let shown = text.unicodeScalars.first.map { String($0) } ?? ""
        throw SyntaxError(
          at: place, "`\\\(shown)` is not an escape",
          help: letter == UInt8(ascii: "*")
            ? "only a pattern after `like` knows `\\*`; elsewhere write `*`"
            : #"the escapes are \n \r \t \\ \" \' \0 \x41 \u{1f600}"#)
      }
      index += 2
    }
  }

  private static func scalarValue(
    _ digits: ArraySlice<UInt8>, counts: ClosedRange<Int>
  ) -> UInt32? {
    guard digits.first != UInt8(ascii: "_") else { return nil }
    let significant = digits.filter { $0 != UInt8(ascii: "_") }
    guard counts.contains(significant.count) else { return nil }
    var value: UInt32 = 0
    for digit in significant {
      guard let digit = digit.hexadecimalDigit else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
