/// Why a tool was found: what each word of the query and each addition is worth. The parts add up
/// to the score.
public struct Explanation: Sendable, Equatable {
  /// The tool.
  public var id: String
  /// All parts together.
  public var score: Float
  /// The words of the query that the tool has, in the order of the query.
  public var words: [WordMatch]
  /// The words of the query that it does not have.
  public var missing: [String]
  /// What came beside the words.
  public var additions: [Addition]

  /// A part of the score that no single word has.
  public struct Addition: Sendable, Equatable {
    /// What it is for.
    public var title: String
    /// Its part of the score.
    public var score: Float
  }
}

/// A word of the query in a tool.
public struct WordMatch: Sendable, Equatable {
  /// How the tool's word and the query's go together.
  public enum Reason: String, Sendable {
    /// The same word, perhaps in another form.
    case same
    /// A word that means the same.
    case synonym
    /// A word that goes on where the query's last one ends.
    case beginning
    /// A word that is spelled almost like it.
    case spelling
    /// A part of it is this word.
    case part
    /// It is one word with the next.
    case joined
  }

  /// The word in the query.
  public var word: String
  /// The word in the tool.
  public var matched: String
  /// How they go together.
  public var reason: Reason
  /// What the word is worth: how rare it is, times what it weighs in the query.
  public var worth: Float
  /// The fields that have it, with what it weighs in each.
  public var fields: [FieldMatch]
  /// Its part of the score.
  public var score: Float

  /// A field that has the word.
  public struct FieldMatch: Sendable, Equatable {
    /// The field.
    public var field: Field
    /// How often the word stands there.
    public var count: Int
    /// The field's weight for each time, after its length.
    public var weight: Float
  }
}

extension ToolIndex {
  /// Why a query finds a tool; nil when there is no such tool. A tool that the query does not find
  /// has score 0.
  public func explain(_ query: String, id: String) -> Explanation? {
    guard let slot = slot(of: id), let entry = entries[slot] else { return nil }
    let query = SearchQuery(query)
    let probes = self.probes(for: query)
    var explanation = Explanation(id: id, score: 0, words: [], missing: [], additions: [])
    var mask: UInt32 = 0
    let fields = Field.allCases.map { ($0, entry.tool.words(of: $0).map(EnglishStemmer.stem)) }
    for (number, probe) in probes.enumerated() {
      guard let match = match(probe, at: Int32(slot), fields) else { continue }
      mask |= 1 << UInt32(number & 31)
      explanation.words.append(match)
      explanation.score += match.score
    }
    let found = Set(explanation.words.map(\.word))
    explanation.missing = query.words.filter { $0.kind != .hint && !found.contains($0.text) }
      .map(\.text)
    guard mask != 0 else { return explanation }
    let scorer = CloseScorer(index: self, query: query, probes: probes)
    let bonuses = scorer.bonuses(of: entry, mask: mask)
    explanation.additions = [
      ("part of the query in the tool", bonuses.query),
      ("part of the name in the query", bonuses.name),
      ("part of the purpose in the query", bonuses.purpose),
      ("part of the server's name in the query", bonuses.server),
      ("what both are about", bonuses.meaning),
      ("it takes several at once, and the query has several", bonuses.severalValues),
      ("words in the same order", bonuses.phrases), ("the tool's own name", bonuses.exactName),
      ("what is to be done stands in the name", bonuses.leadingWord),
      ("it changes where the query looks, or looks where it changes", bonuses.role),
    ].filter { $0.1 != 0 }.map { .init(title: $0.0, score: $0.1) }
    explanation.score += bonuses.total
    return explanation
  }

  private func match(
    _ probe: Probe, at slot: Int32, _ fields: [(Field, [String])]
  ) -> WordMatch? {
    for alternative in probe.alternatives {
      guard let posting = postings[alternative.term].first(where: { $0.tool == slot }) else {
        continue
      }
      let worth = probe.worth(alternative, rarity: rarity(alternative.term))
      let stem = vocabulary.termTexts[alternative.term]
      let matches = fields.compactMap { field, stems -> WordMatch.FieldMatch? in
        let count = stems.count { $0 == stem }
        guard count > 0 else { return nil }
        let norm = fieldNorms[field.rawValue]
        let length = min(Float(stems.count) / field.usualLength, 4)
        return .init(
          field: field, count: count,
          weight: fieldWeights[field.rawValue] / (1 - norm + norm * length))
      }
      return WordMatch(
        word: probe.text, matched: alternative.text, reason: alternative.reason, worth: worth,
        fields: matches, score: worth * posting.weight)
    }
    return nil
  }
}
