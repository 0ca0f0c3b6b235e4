/// How much more may be compared word by word. One that is handed on from difference to difference
/// bounds the time of all of them; beyond it texts are told as wholes.
public struct WordBudget: Sendable {
  /// Pairs of words.
  var pairsLeft = WordComparison.wordsMax * WordComparison.wordsMax

  /// As much as two texts of the most words take.
  public init() {}
}
