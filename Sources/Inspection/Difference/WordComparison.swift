/// Compares two texts word by word.
enum WordComparison {
  /// Texts of more words are told as wholes.
  static let wordsMax = 1_000
  /// Longer texts, in bytes, are told as wholes, too.
  static let textMax = 1 << 16
  /// How many scalars are told of each end of a part that stayed.
  static let endMax = 2_048

  /// The parts in order; empty when a text is too long, or too many words were compared before.
  static func compare(
    _ before: String, _ after: String, _ budget: inout WordBudget
  ) -> [WordDifference] {
    guard before.utf8.count <= textMax, after.utf8.count <= textMax else { return [] }
    let (old, new) = (words(of: before), words(of: after))
    let start = zip(old, new).prefix(while: isSame).count
    let end = zip(old[start...].reversed(), new[start...].reversed()).prefix(while: isSame).count
    let (left, right) = (old[start..<old.count - end], new[start..<new.count - end])
    guard left.count <= wordsMax, right.count <= wordsMax,
      left.count * right.count <= budget.pairsLeft
    else { return [] }
    budget.pairsLeft -= left.count * right.count
    var parts: [(kind: WordDifference.Kind, text: String)] = []
    add(.same, old[..<start].joined(), to: &parts)
    compare(Array(left), Array(right), &parts)
    add(.same, old[(old.count - end)...].joined(), to: &parts)
    return parts.map { kind, text in
      WordDifference(
        kind: kind,
        text: kind == .same ? ends(of: text) : VisibleText.draw(text, limit: textMax))
    }
  }

  /// A part that stayed, without the middle when it is long.
  private static func ends(of text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count > 2 * endMax else { return VisibleText.draw(text, limit: 2 * endMax) }
    return VisibleText.draw(scalars, 0..<endMax) + "…"
      + VisibleText.draw(scalars, scalars.count - endMax..<scalars.count)
  }

  /// The longest common subsequence; quadratic in at most `wordsMax` words.
  private static func compare(
    _ old: [String], _ new: [String], _ parts: inout [(kind: WordDifference.Kind, text: String)]
  ) {
    let width = new.count + 1
    var lengths = [UInt16](repeating: 0, count: (old.count + 1) * width)
    for i in old.indices.reversed() {
      for j in new.indices.reversed() {
        lengths[i * width + j] =
          isSame(old[i], new[j])
          ? lengths[(i + 1) * width + j + 1] + 1
          : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
      }
    }
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, j < new.count, isSame(old[i], new[j]) {
        add(.same, old[i], to: &parts)
        (i, j) = (i + 1, j + 1)
      } else if i < old.count,
        j == new.count || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]
      {
        add(.removed, old[i], to: &parts)
        i += 1
      } else {
        add(.added, new[j], to: &parts)
        j += 1
      }
    }
  }

  /// Words and what is between them, so that joined they are the text again. Compared by their
  /// scalars: canonically equivalent texts differ.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var isBlank = false
    for scalar in text.unicodeScalars {
      let blank = scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
      if blank != isBlank, !word.isEmpty {
        words.append(String(word))
        word = String.UnicodeScalarView()
      }
      isBlank = blank
      word.append(scalar)
    }
    return word.isEmpty ? words : words + [String(word)]
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8)
  }

  private static func add(
    _ kind: WordDifference.Kind, _ text: String,
    to parts: inout [(kind: WordDifference.Kind, text: String)]
  ) {
    guard !text.isEmpty else { return }
    if let last = parts.last, last.kind == kind {
      parts[parts.count - 1].text += text
    } else {
      parts.append((kind, text))
    }
  }
}
