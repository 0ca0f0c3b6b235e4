/// Finds the known name that a misspelt one was probably meant to be.
public enum SpellingSuggestion {
  /// Longer names are not compared: the cost is the product of the lengths.
  static let maxLength = 64

  /// The candidate closest to `name`, or nil when none is close. Case, `-` and `_` do not count.
  public static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count <= maxLength else { return nil }
    var best: (distance: Int, name: String)?
    for candidate in candidates {
      let known = folded(candidate)
      guard known.count <= maxLength else { continue }
      let allowed = max(1, min(wanted.count, known.count) / 3)
      guard abs(known.count - wanted.count) <= allowed else { continue }
      let distance = editDistance(wanted, known)
      if distance <= allowed, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
  static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var cost = min(row[j] + 1, previous[j + 1] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforePrevious[j - 1] + 1)
        }
        row.append(cost)
      }
      beforePrevious = previous
      previous = row
    }
    return previous[b.count]
  }

  private static func folded(_ name: String) -> [UInt8] {
    name.utf8.compactMap { byte in
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "_"): nil
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      default: byte
      }
    }
  }
}
