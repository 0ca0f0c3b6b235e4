/// Words that mean much the same of a tool, and words that are written in two ways.
enum Synonyms {
  /// The stems that a stem may also be written with, nearest first; a word stands for less than
  /// itself, by `RankingWeights.synonym`.
  static func of(stem: String) -> [String] { byStem[stem] ?? [] }

  /// A phrase of two words, and the words that it may stand for.
  static func of(phrase first: String, _ second: String) -> [String] {
    phrases[first]?[second] ?? []
  }

  private static let byStem: [String: [String]] = {
    var byStem: [String: [String]] = [:]
    func add(_ other: String, to stem: String) {
      guard other != stem, byStem[stem]?.contains(other) != true else { return }
      byStem[stem, default: []].append(other)
    }
    func stems(_ words: Substring) -> [String] {
      words.split(separator: " ").map { EnglishStemmer.stem(String($0)) }
    }
    for line in SynonymTable.groups {
      let sides = line.split(separator: ">")
      let left = stems(sides[0])
      let right = sides.count > 1 ? stems(sides[1]) : left
      for stem in left { for other in right { add(other, to: stem) } }
    }
    return byStem
  }()

  private static let phrases: [String: [String: [String]]] = {
    var phrases: [String: [String: [String]]] = [:]
    for (phrase, words) in SynonymTable.phrases {
      let parts = phrase.split(separator: " ").map(String.init)
      guard parts.count == 2 else { continue }
      phrases[parts[0], default: [:]][parts[1]] = words.split(separator: " ").map(String.init)
    }
    return phrases
  }()
}
