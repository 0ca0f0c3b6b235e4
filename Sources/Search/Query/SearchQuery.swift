/// A query as words with weights: politeness gone, and what is only a value (quoted text, numbers,
/// addresses) made light.
struct SearchQuery: Equatable {
  /// The longest query that is looked at, in UTF-8 bytes; the rest is left out.
  static let bytesMax = 4096
  /// The most words that are looked at; each has a bit of its own while tools are scored.
  static let wordsMax = 32

  /// One word, once however often it stands in the query.
  struct Word: Equatable {
    var text: String
    /// How often it stands there.
    var count: Int
    var kind: Kind
    /// Whether it stands with a capital where a sentence would not have one.
    var isName = false
    /// Whether it says what the query is for (`QueryHead`).
    var isHead = false
    /// Its neighbour to the right in the query, as an index into `words`.
    var next: Int?
    /// What stands right beside it, also if that says nothing.
    var before: String?
    var after: String?
  }

  enum Kind: Equatable {
    case plain
    /// Stands in quotes, or is part of an address or a path.
    case literal
    case number
    /// Not in the query: what kind of value a literal is (`url`, `email`, `file`).
    case hint
  }

  private(set) var words: [Word] = []
  /// The words as they stand, with those that say nothing; for names.
  private(set) var sequence: [String] = []
  /// Whether it has several values of one kind: two addresses, three quoted texts.
  private(set) var hasSeveralValues = false

  init(_ text: String) {
    let spans = QueryLiterals.spans(of: Self.bounded(text))
    var last: Int?
    var names = ProperNames()
    var head = QueryHead()
    var kindsOfValues: Set<String> = []
    for span in spans {
      let found = WordSplitter.words(of: span.text, limit: 2 * Self.wordsMax)
      let named = span.isLiteral ? [] : names.words(of: span.text)
      for (place, word) in found.enumerated() {
        guard words.count < Self.wordsMax else { return }
        sequence.append(word)
        if !span.isLiteral { head.pass(word) }
        guard !StopWords.contains(word) else { continue }
        let kind: Kind =
          span.isLiteral ? .literal : Self.isNumber(word) ? .number : .plain
        let index = add(word, kind)
        if let last, last != index { words[last].next = index }
        if named.contains(word) { words[index].isName = true }
        if !span.isLiteral, head.isOpen { words[index].isHead = true }
        if place > 0 { words[index].before = found[place - 1] }
        if place + 1 < found.count { words[index].after = found[place + 1] }
        last = index
      }
      if span.isLiteral, !kindsOfValues.insert(span.hint ?? "").inserted {
        hasSeveralValues = true
      }
      if let hint = span.hint {
        _ = add(hint, .hint)
        last = nil
      }
    }
    // A query of nothing else is about these words.
    if words.isEmpty { for word in sequence { _ = add(word, .plain) } }
    if words.allSatisfy({ $0.kind != .plain }) {
      for index in words.indices where words[index].kind != .hint { words[index].kind = .plain }
    }
  }

  private mutating func add(_ word: String, _ kind: Kind) -> Int {
    if let index = words.firstIndex(where: { $0.text == word }) {
      words[index].count += 1
      if kind == .plain { words[index].kind = .plain }
      return index
    }
    words.append(Word(text: word, count: 1, kind: kind))
    return words.count - 1
  }

  private static func bounded(_ text: String) -> String {
    guard text.utf8.count > bytesMax else { return text }
    return String(decoding: text.utf8.prefix(bytesMax), as: UTF8.self)
  }

  private static func isNumber(_ word: String) -> Bool {
    word.utf8.allSatisfy(isDigit) || numerals.contains(word)
  }

  private static let numerals: Set<String> = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty",
    "hundred", "thousand",
  ]

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
