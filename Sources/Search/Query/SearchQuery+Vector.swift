extension SearchQuery {
  /// What the wish is about: what is only a value says nothing of that.
  var vector: TextVector {
    var sum = TextVector.Sum()
    for word in words where word.kind == .plain {
      sum.add(WordVectors.row(of: EnglishStemmer.stem(word.text)), times: Float(word.count))
    }
    return sum.vector
  }
}
