extension SearchQuery {
  /// What the wish is about: what is only a value says nothing of that; a name, and what it is for,
  /// count as much as the weights have it.
  func vector(_ weights: RankingWeights) -> TextVector {
    var sum = TextVector.Sum()
    for word in words where word.kind == .plain {
      let weight = (word.isName ? weights.properName : 1) * (word.isHead ? weights.head : 1)
      sum.add(
        WordVectors.row(of: EnglishStemmer.stem(word.text)), times: weight * Float(word.count))
    }
    return sum.vector
  }
}
