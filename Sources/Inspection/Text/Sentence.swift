/// A sentence, as far as rules look at it.
struct Sentence {
  /// One word.
  struct Word {
    let text: String
    let classes: WordClass
    /// Where it stands in `InspectedText.ascii`.
    let range: Range<Int>
  }

  /// Something that is no word of the language.
  struct Reference {
    let kind: Kind
    let text: String
    let range: Range<Int>

    enum Kind { case identifier, quoted, url, secretPath, systemPath, command }
  }

  var words: [Word] = []
  var references: [Reference] = []
  /// All classes of its words.
  var classes: WordClass = []
  /// How the sentence begins, when it begins with what a model does.
  var beginsWithAct = false

  var isEmpty: Bool { words.isEmpty && references.isEmpty }

  /// Where it stands in `InspectedText.ascii`.
  var range: Range<Int> {
    let starts = [words.first?.range.lowerBound, references.first?.range.lowerBound]
    let ends = [words.last?.range.upperBound, references.last?.range.upperBound]
    let start = starts.compactMap(\.self).min() ?? 0
    return start..<max(start, ends.compactMap(\.self).max() ?? start)
  }

  func first(_ kinds: Reference.Kind...) -> Reference? {
    references.first { kinds.contains($0.kind) }
  }

  /// Whether a word of one class is followed by one of another within a few words.
  func follows(_ first: WordClass, _ second: WordClass, within distance: Int) -> Range<Int>? {
    guard classes.isSuperset(of: first.union(second)) else { return nil }
    var last: Int?
    for (index, word) in words.enumerated() {
      if let last, index - last <= distance, word.classes.isSuperset(of: second) {
        return words[last].range.lowerBound..<word.range.upperBound
      }
      if word.classes.isSuperset(of: first) { last = index }
    }
    return nil
  }
}
