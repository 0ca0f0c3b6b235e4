import JSON

/// One place of a text at which words came or went, with a little of what stands around it.
struct WordHunk: Equatable {
  /// A part of a line.
  struct Piece: Equatable {
    var text: String
    /// Whether it is of this side alone.
    var differs: Bool
  }

  /// What stays between two changes and is not longer is told with both.
  private static let joinedMax = 40
  private static let aroundMax = 40

  private(set) var before: [Piece] = []
  private(set) var after: [Piece] = []

  private mutating func keep(_ text: String) {
    guard !text.isEmpty else { return }
    before.append(Piece(text: text, differs: false))
    after.append(Piece(text: text, differs: false))
  }

  /// The places in order.
  /// - Parameter words: parts as the admin API tells them.
  static func hunks(_ words: JSONNode) -> [WordHunk] {
    let parts = words.elements.map { part in
      (kind: part[member: "kind"]?.string ?? "", text: part[member: "text"]?.string ?? "")
    }
    var hunks: [WordHunk] = []
    var current: WordHunk?
    var lead = ""
    for (index, part) in parts.enumerated() {
      if part.kind == "same" {
        guard var hunk = current else {
          lead = end(of: part.text)
          continue
        }
        if index + 1 < parts.count, part.text.count <= joinedMax {
          hunk.keep(part.text)
          current = hunk
        } else {
          hunk.keep(start(of: part.text))
          hunks.append(hunk)
          current = nil
          lead = end(of: part.text)
        }
        continue
      }
      var hunk = current ?? WordHunk()
      if current == nil { hunk.keep(lead) }
      let piece = Piece(text: part.text, differs: true)
      if part.kind == "removed" { hunk.before.append(piece) } else { hunk.after.append(piece) }
      current = hunk
    }
    return current.map { hunks + [$0] } ?? hunks
  }

  /// The last words of what stands before a place.
  private static func end(of text: String) -> String {
    guard text.count > aroundMax else { return text }
    let end = text.suffix(aroundMax)
    return "…" + (end.firstIndex(of: " ").map { end[$0...] } ?? end)
  }

  /// The first words of what stands behind a place.
  private static func start(of text: String) -> String {
    guard text.count > aroundMax else { return text }
    let start = text.prefix(aroundMax)
    return (start.lastIndex(of: " ").map { start[...$0] } ?? start) + "…"
  }
}
