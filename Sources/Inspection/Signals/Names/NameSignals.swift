/// Names that are, or are taken for, those of other upstreams.
enum NameSignals {
  static func tool(_ name: String, among index: NameIndex) -> Finding? {
    guard let match = index.match(name) else { return nil }
    let other = "`\(match.name)` of the upstream `\(match.server)`"
    return switch match.likeness {
    case .same:
      Finding(
        "same-name", .review, visible(name), "It has the name of a tool of `\(match.server)`.")
    case .spelling:
      Finding(
        "look-alike-name", .review, visible(name),
        "Its name differs from \(other) in case or separators.")
    case .lookAlike:
      Finding("look-alike-name", .block, visible(name), "Its name looks like \(other).")
    case .oneLetter:
      // A plural is how one names a tool for many.
      isPlural(name, match.name)
        ? nil
        : Finding(
          "look-alike-name", .review, visible(name), "Its name differs from \(other) in a letter.")
    }
  }

  static func server(_ name: String, among index: NameIndex) -> Finding? {
    guard let match = index.match(name), match.likeness != .same else { return nil }
    return Finding(
      "look-alike-name", .block, visible(name),
      "The upstream's name is taken for that of the upstream `\(match.name)`.")
  }

  private static func isPlural(_ first: String, _ second: String) -> Bool {
    first.lowercased() + "s" == second.lowercased()
      || second.lowercased() + "s" == first.lowercased()
  }

  private static func visible(_ name: String) -> String { VisibleText.draw(name) }
}
