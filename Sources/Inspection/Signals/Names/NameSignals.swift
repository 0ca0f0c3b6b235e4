/// Names that are, or are taken for, those of other upstreams.
enum NameSignals {
  static func tool(_ name: String, of server: String, among index: NameIndex) -> Finding? {
    gravest(index.matches(name, notOf: server)) { tool(name, $0) }
  }

  static func server(_ name: String, among index: NameIndex) -> Finding? {
    gravest(index.matches(name, notOf: name)) { server(name, $0) }
  }

  /// A harmless likeness hides no other.
  private static func gravest(
    _ matches: [NameIndex.Match], _ finding: (NameIndex.Match) -> Finding?
  ) -> Finding? {
    var first: Finding?
    for match in matches {
      guard let found = finding(match) else { continue }
      if found.severity == .block { return found }
      first = first ?? found
    }
    return first
  }

  private static func tool(_ name: String, _ match: NameIndex.Match) -> Finding? {
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

  private static func server(_ name: String, _ match: NameIndex.Match) -> Finding? {
    guard match.likeness != .same else { return nil }
    // A number is how one names a second of a kind.
    if match.likeness == .oneLetter, withoutDigits(name) == withoutDigits(match.name) {
      return Finding(
        "look-alike-name", .review, visible(name),
        "The upstream's name differs from that of the upstream `\(match.name)` in a number.")
    }
    return Finding(
      "look-alike-name", .block, visible(name),
      "The upstream's name is taken for that of the upstream `\(match.name)`.")
  }

  private static func withoutDigits(_ name: String) -> String {
    String(name.lowercased().unicodeScalars.filter { !("0"..."9").contains($0) })
  }

  private static func isPlural(_ first: String, _ second: String) -> Bool {
    first.lowercased() + "s" == second.lowercased()
      || second.lowercased() + "s" == first.lowercased()
  }

  private static func visible(_ name: String) -> String { VisibleText.draw(name) }
}
