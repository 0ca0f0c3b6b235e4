/// Words of a tool that takes many things at once.
enum BatchWords {
  static func contains(_ word: String) -> Bool { words.contains(word) }

  private static let words: Set<String> = ["batch", "bulk", "many", "multi", "multiple", "several"]
}
