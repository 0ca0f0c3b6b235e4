/// Finds words with a capital where a sentence would not have one: names and acronyms.
struct ProperNames {
  private var beginsSentence = true

  /// Those of a piece of a query; pieces come in their order.
  mutating func words(of text: String) -> Set<String> {
    var found: Set<String> = []
    for token in text.utf8.split(whereSeparator: { $0 <= 0x20 }) {
      if token.contains(where: Self.mayBeCapital), isName(Substring(token)) {
        found.formUnion(WordSplitter.words(of: String(Substring(token))))
      }
      beginsSentence = token.last.map(Self.endsSentence) ?? beginsSentence
    }
    return found
  }

  private func isName(_ token: Substring) -> Bool {
    let word = token.drop { !$0.isLetter && !$0.isNumber }
    guard let first = word.first else { return false }
    return Self.isAcronym(word) || !beginsSentence && first.isUppercase
  }

  private static func isAcronym(_ word: Substring) -> Bool {
    word.count > 1 && word.contains(where: \.isUppercase) && !word.contains(where: \.isLowercase)
  }

  private static func mayBeCapital(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "A") < 26 || byte >= 0x80
  }

  private static func endsSentence(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ":"): true
    default: false
    }
  }
}
