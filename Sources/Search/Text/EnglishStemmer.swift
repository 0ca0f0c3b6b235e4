/// The English stemmer of Snowball, also called Porter2, as its published algorithm has it
/// (https://snowballstem.org/algorithms/english/stemmer.html, version 3).
///
/// Words are lower-case ASCII, perhaps with apostrophes; anything else comes back as it is.
struct EnglishStemmer {
  private var word: [UInt8]
  /// Where the regions R1 and R2 begin.
  private var r1 = 0
  private var r2 = 0

  /// The stem of a word.
  static func stem(_ word: String) -> String {
    guard word.utf8.count > 2, word.utf8.allSatisfy({ isLetter($0) || $0 == apostrophe }) else {
      return word
    }
    if let exception = EnglishStemmerTables.exceptions[word] { return exception }
    var stemmer = EnglishStemmer(word: Array(word.utf8))
    stemmer.run()
    return String(decoding: stemmer.word, as: UTF8.self)
  }

  private init(word: [UInt8]) { self.word = word }

  private mutating func run() {
    if word.first == Self.apostrophe { word.removeFirst() }
    markConsonantY()
    markRegions()
    removePossessive()
    removePlural()
    removePastAndGerund()
    replaceFinalY()
    replace(EnglishStemmerTables.step2)
    replace(EnglishStemmerTables.step3)
    removeSuffix()
    removeFinalLetter()
    for index in word.indices where word[index] == Self.consonantY { word[index] = Self.y }
  }

  /// A y at the start or after a vowel is a consonant, written Y.
  private mutating func markConsonantY() {
    for index in word.indices where word[index] == Self.y {
      if index == 0 || Self.isVowel(word[index - 1]) { word[index] = Self.consonantY }
    }
  }

  private mutating func markRegions() {
    r1 =
      EnglishStemmerTables.prefixes.first { word.starts(with: $0.utf8) }?.utf8.count
      ?? region(from: 0)
    r2 = region(from: r1)
  }

  /// After the first consonant that follows a vowel.
  private func region(from start: Int) -> Int {
    var index = start
    while index < word.count, !Self.isVowel(word[index]) { index += 1 }
    while index < word.count, Self.isVowel(word[index]) { index += 1 }
    return min(index + 1, word.count)
  }

  /// Step 0, part of step 1a in the publication.
  private mutating func removePossessive() {
    if let suffix = ["'s'", "'s", "'"].first(where: has) { word.removeLast(suffix.utf8.count) }
  }

  /// Step 1a.
  private mutating func removePlural() {
    if has("sses") {
      word.removeLast(2)
    } else if has("ied") || has("ies") {
      word.removeLast(word.count > 4 ? 2 : 1)
    } else if has("us") || has("ss") {
      return
    } else if has("s"), word.dropLast(2).contains(where: Self.isVowel) {
      word.removeLast()
    }
  }

  /// Step 1b.
  private mutating func removePastAndGerund() {
    if let suffix = ["eedly", "eed"].first(where: has) {
      let start = word.count - suffix.utf8.count
      guard start >= r1, !["succ", "proc", "exc"].contains(where: { isWhole($0, to: start) }) else {
        return
      }
      word.removeLast(suffix.utf8.count - 2)
      return
    }
    guard let suffix = ["ingly", "edly", "ing", "ed"].first(where: has) else { return }
    let start = word.count - suffix.utf8.count
    if suffix == "ing" {
      if start == 2, word[1] == Self.y, !Self.isVowel(word[0]) {
        word.removeLast(4)
        word += "ie".utf8
        return
      }
      let whole = ["even", "cann", "inn", "earr", "herr", "out"]
      if whole.contains(where: { isWhole($0, to: start) }) { return }
    }
    guard word[..<start].contains(where: Self.isVowel) else { return }
    word.removeLast(suffix.utf8.count)
    if has("at") || has("bl") || has("iz") {
      word.append(Self.e)
    } else if endsInDouble {
      if word.count == 3, "aeo".utf8.contains(word[0]) { return }
      word.removeLast()
    } else if word.count == r1, endsInShortSyllable {
      word.append(Self.e)
    }
  }

  /// Step 1c.
  private mutating func replaceFinalY() {
    guard let last = word.last, last == Self.y || last == Self.consonantY, word.count > 2,
      !Self.isVowel(word[word.count - 2])
    else { return }
    word[word.count - 1] = UInt8(ascii: "i")
  }

  /// Steps 2 and 3: the longest suffix that is there is replaced if it stands in R1.
  private mutating func replace(_ table: [EnglishStemmerTables.Replacement]) {
    let ending = WordEnding(of: word)
    guard let rule = table.first(where: { $0.suffix.ends(ending) }) else { return }
    let start = word.count - rule.suffix.count
    guard start >= (rule.needsR2 ? r2 : r1) else { return }
    if !rule.after.isEmpty {
      guard start > 0, rule.after.utf8.contains(word[start - 1]) else { return }
    }
    word.removeLast(rule.suffix.count)
    word += rule.replacement.utf8
  }

  /// Step 4.
  private mutating func removeSuffix() {
    let ending = WordEnding(of: word)
    guard let suffix = EnglishStemmerTables.step4.first(where: { $0.ends(ending) }) else { return }
    let start = word.count - suffix.count
    guard start >= r2 else { return }
    if has("ion") {
      guard start > 0, "st".utf8.contains(word[start - 1]) else { return }
    }
    word.removeLast(suffix.count)
  }

  /// Step 5.
  private mutating func removeFinalLetter() {
    let start = word.count - 1
    if has("e") {
      if start >= r2 {
        word.removeLast()
      } else if start >= r1 {
        word.removeLast()
        if endsInShortSyllable { word.append(Self.e) }
      }
    } else if has("ll"), start >= r2 {
      word.removeLast()
    }
  }

  private func has(_ suffix: String) -> Bool {
    let suffix = suffix.utf8
    guard word.count >= suffix.count else { return false }
    var index = word.count - suffix.count
    for letter in suffix {
      if word[index] != letter { return false }
      index += 1
    }
    return true
  }

  private func isWhole(_ text: String, to end: Int) -> Bool {
    end == text.utf8.count && word[..<end].elementsEqual(text.utf8)
  }

  private var endsInDouble: Bool {
    guard word.count > 1, let last = word.last else { return false }
    return last == word[word.count - 2] && "bdfgmnprt".utf8.contains(last)
  }

  private var endsInShortSyllable: Bool {
    if has("past") { return true }
    let end = word.count
    guard end >= 2, !Self.isVowel(word[end - 1]), Self.isVowel(word[end - 2]) else { return false }
    guard end > 2 else { return true }
    return !Self.isVowel(word[end - 3])
      && !"wx".utf8.contains(word[end - 1]) && word[end - 1] != Self.consonantY
  }

  private static let apostrophe = UInt8(ascii: "'")
  private static let consonantY = UInt8(ascii: "Y")
  private static let y = UInt8(ascii: "y")
  private static let e = UInt8(ascii: "e")

  private static func isLetter(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }

  private static func isVowel(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a"), e, UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"), y: true
    default: false
    }
  }
}
