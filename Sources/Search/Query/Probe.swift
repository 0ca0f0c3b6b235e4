/// One word of a query, and the terms of an index that stand for it.
struct Probe {
  /// A term, and what it is worth of the word.
  struct Alternative {
    var term: Int
    /// As it is written, or its stem.
    var text: String
    var factor: Float
    var reason: WordMatch.Reason
  }

  var text: String
  /// Of the word in the query, without its rarity.
  var weight: Float
  /// Best first.
  var alternatives: [Alternative]
  /// The word's rarity in the index.
  var rarity: Float
  /// The probe of the next word in the query.
  var next: Int?
  /// Whether it is the first plain word of the query.
  var isLeading = false

  /// What a match of an alternative scores, before the tool's own weight: a common synonym of a
  /// rare word is no rarer than it is.
  func worth(_ alternative: Alternative, rarity: Float) -> Float {
    weight * alternative.factor * min(self.rarity, rarity)
  }
}

extension ToolIndex {
  /// The most unknown words that are guessed at in one query.
  static let guessedWordsMax = 4

  /// How rare a term is, as BM25 has it: ln(1 + (N - n + ½) / (n + ½)).
  @inline(__always)
  func rarity(_ term: Int) -> Float { wholeLogarithm - Logarithms.of(Int(counts[term])) }

  /// The query's words as terms of this index. Words that nothing stands for are left out.
  func probes(for query: SearchQuery) -> [Probe] {
    var probes: [Probe] = []
    var places: [Int?] = []
    var guessed = 0
    let lead = query.words.firstIndex { $0.kind == .plain }
    for (index, word) in query.words.enumerated() {
      var probe = Probe(text: word.text, weight: weight(of: word), alternatives: [], rarity: 0)
      let stem = EnglishStemmer.stem(word.text)
      if let term = live(stem: stem) {
        probe.alternatives = [.init(term: term, text: word.text, factor: 1, reason: .same)]
        probe.rarity = rarity(term)
      } else if addSubjects(ofName: stem, to: &probe) {
        // Known by what the service is about, so that nothing is guessed at.
      } else if word.kind != .hint, word.kind != .number, guessed < Self.guessedWordsMax {
        guessed += 1
        probe.alternatives = guesses(for: word, isLast: index == query.words.count - 1)
      }
      if word.kind == .plain || word.kind == .hint { addSynonyms(of: stem, to: &probe) }
      if word.kind == .plain { addPhrases(of: word, in: query, to: &probe) }
      if probe.rarity == 0 {
        probe.rarity = probe.alternatives.map { rarity($0.term) }.max() ?? 0
      }
      guard !probe.alternatives.isEmpty, probe.weight > 0 else {
        places.append(nil)
        continue
      }
      probe.isLeading = index == lead
      places.append(probes.count)
      probes.append(probe)
    }
    for (index, word) in query.words.enumerated() {
      if let place = places[index], let next = word.next { probes[place].next = places[next] }
    }
    return probes
  }

  private func weight(of word: SearchQuery.Word) -> Float {
    let base: Float =
      switch word.kind {
      case .plain: word.isName ? weights.properName : 1
      case .literal: weights.literal
      case .number: weights.number
      case .hint: weights.hint
      }
    let place = word.isHead ? weights.head : 1
    return place * base * (1 + weights.repetition * Float(min(word.count, 4) - 1))
  }

  private func live(stem: String) -> Int? {
    guard let term = vocabulary.term(stem: stem), !postings[term].isEmpty else { return nil }
    return term
  }

  private func guesses(for word: SearchQuery.Word, isLast: Bool) -> [Probe.Alternative] {
    func made(_ found: [Vocabulary.Guess], _ reason: WordMatch.Reason, _ factor: Float)
      -> [Probe.Alternative]
    {
      found.map { .init(term: $0.term, text: $0.text, factor: factor, reason: reason) }
    }
    let halves = vocabulary.halves(of: word.text)
    if !halves.isEmpty { return made(halves, .part, weights.guess) }
    if isLast {
      let longer = vocabulary.words(beginningWith: word.text)
      if !longer.isEmpty { return made(longer, .beginning, weights.guess) }
    }
    let similar = vocabulary.words(spelledLike: word.text)
    let edits = similar.first?.edits ?? 0
    return made(similar, .spelling, edits > 1 ? weights.guess * weights.guess : weights.guess)
  }

  private func addSynonyms(of stem: String, to probe: inout Probe) {
    guard let number = Synonyms.number(of: stem) else { return }
    for synonym in Synonyms.of(number) { add(synonym: synonym, to: &probe) }
  }

  private func addSubjects(ofName stem: String, to probe: inout Probe) -> Bool {
    guard let number = Synonyms.number(of: stem) else { return false }
    for subject in Synonyms.of(name: number) { add(synonym: subject, to: &probe) }
    return !probe.alternatives.isEmpty
  }

  /// Phrases with the next word that says something, and with small words beside it (`how many`).
  private func addPhrases(
    of word: SearchQuery.Word, in query: SearchQuery, to probe: inout Probe
  ) {
    if let next = word.next { addPhrase(word.text, query.words[next].text, to: &probe) }
    if let after = word.after, StopWords.contains(after) {
      addPhrase(word.text, after, to: &probe)
    }
    if let before = word.before, StopWords.contains(before) {
      addPhrase(before, word.text, to: &probe)
    }
  }

  private func addPhrase(_ word: String, _ next: String, to probe: inout Probe) {
    for other in Synonyms.of(phrase: word, next).map(EnglishStemmer.stem) {
      guard let number = Synonyms.number(of: other) else { continue }
      add(synonym: Int32(number), to: &probe)
      for synonym in Synonyms.of(number) { add(synonym: synonym, to: &probe) }
    }
    // Two words that tools write as one.
    if let term = vocabulary.term(form: word + next), !postings[term].isEmpty {
      add(term, word + next, .joined, weights.guess, to: &probe)
    }
  }

  private func add(synonym: Int32, to probe: inout Probe) {
    guard let term = vocabulary.term(synonym: Int(synonym)), counts[term] > 0 else { return }
    add(term, vocabulary.termTexts[term], .synonym, weights.synonym, to: &probe)
  }

  private func add(
    _ term: Int, _ text: String, _ reason: WordMatch.Reason, _ factor: Float,
    to probe: inout Probe
  ) {
    guard factor > 0, !probe.alternatives.contains(where: { $0.term == term }) else { return }
    probe.alternatives.append(.init(term: term, text: text, factor: factor, reason: reason))
  }
}
