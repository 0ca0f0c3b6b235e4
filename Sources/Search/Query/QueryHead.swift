/// Tells what a query is for from its circumstances: `list all tables`, and not `in the workspace
/// of the team`. It begins with what is to be done and ends at the first preposition after two
/// words that say something.
struct QueryHead {
  /// Whether the next word still belongs to it.
  private(set) var isOpen = true
  private var count = 0

  /// Goes over a word.
  mutating func pass(_ word: String) {
    guard isOpen else { return }
    if count >= Self.wordsMin, Self.ends.contains(word) {
      isOpen = false
    } else if !StopWords.contains(word) {
      count += 1
    }
  }

  /// `search for papers` has its preposition after one.
  private static let wordsMin = 2

  /// Not `of` and `and`: what they join is wanted alike.
  private static let ends: Set<String> = [
    "about", "after", "against", "as", "at", "before", "between", "by", "called", "during",
    "for", "from", "if", "in", "including", "into", "named", "on", "over", "since", "so", "that",
    "to", "under", "using", "via", "when", "where", "which", "whose", "with", "within",
  ]
}
