extension EntityType {
  /// Whether a policy could spell the name: identifiers joined by `::`, none of them reserved.
  var isWellFormed: Bool {
    var isStart = true
    var start = name.utf8.startIndex
    var index = start
    while index < name.utf8.endIndex {
      let byte = name.utf8[index]
      if byte == UInt8(ascii: ":") {
        guard EntityType.isIdentifier(name.utf8[start..<index]) else { return false }
        index = name.utf8.index(after: index)
        guard index < name.utf8.endIndex, name.utf8[index] == byte else { return false }
        start = name.utf8.index(after: index)
        isStart = true
      } else {
        guard EntityType.isWordByte(byte, first: isStart) else { return false }
        isStart = false
      }
      index = name.utf8.index(after: index)
    }
    return EntityType.isIdentifier(name.utf8[start...])
  }

  private static func isWordByte(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
    default: false
    }
  }

  /// Whether a word is neither empty nor reserved.
  private static func isIdentifier(_ word: Substring.UTF8View) -> Bool {
    guard !word.isEmpty, !word.elementsEqual("__cedar".utf8) else { return false }
    let count = word.count
    return !Lexer.reservedWords.contains { reserved in
      reserved.utf8CodeUnitCount == count
        && reserved.withUTF8Buffer { $0.elementsEqual(word) }
    }
  }
}
