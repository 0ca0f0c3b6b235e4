/// Hints for errors: what someone who wrote this probably meant.
enum Suggestions {
  /// A hint for a mark that Cedar does not use.
  static func mark(_ kind: Token.Kind) -> String? {
    switch kind {
    case .assign: "compare with `==`"
    case .divide, .modulo: "Cedar has no division; it has `+`, `-` and `*`"
    case .unexpected: "`&&`, `||`, `!` combine conditions; strings stand between double quotes"
    default: nil
    }
  }

  /// `help` that offers the candidate nearest to `word`, if one is near.
  static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    nearestName(to: word, among: candidates).map { "did you mean `\($0)`?" }
  }

  /// The candidate nearest to `word`, if one is near.
  static func nearestName(to word: String, among candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= 40 else { return nil }
    let bytes = Array(word.lowercased().utf8)
    var best: (name: String, distance: Int)?
    for candidate in candidates where abs(candidate.utf8.count - bytes.count) <= bytes.count {
      let distance = editDistance(bytes, Array(candidate.lowercased().utf8))
      if distance <= max(1, bytes.count / 3), distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (left == right ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
