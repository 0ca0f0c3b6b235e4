/// What changed between two texts, line by line, as `diff -u` shows it.
enum TextDifference {
  /// Lines beyond which the texts are not compared, only counted.
  static let linesMax = 20_000
  /// Changed lines beyond which everything is shown as replaced.
  static let changesMax = 1_000
  static let context = 3

  /// The hunks; empty when the texts are the same.
  static func unified(_ old: String, _ new: String) -> [String] {
    guard old != new else { return [] }
    let before = lines(old)
    let after = lines(new)
    guard before.count <= linesMax, after.count <= linesMax else {
      return ["(\(before.count) lines became \(after.count))"]
    }
    return hunks(script(before, after))
  }

  private enum Edit {
    case same(Substring)
    case removed(Substring)
    case added(Substring)

    var line: String {
      switch self {
      case .same(let text): " \(text)"
      case .removed(let text): "-\(text)"
      case .added(let text): "+\(text)"
      }
    }

    var isSame: Bool { if case .same = self { true } else { false } }
    var isOld: Bool { if case .added = self { false } else { true } }
    var isNew: Bool { if case .removed = self { false } else { true } }
  }

  private static func lines(_ text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// The shortest edit script (Myers, An O(ND) Difference Algorithm, 1986).
  private static func script(_ old: [Substring], _ new: [Substring]) -> [Edit] {
    let most = min(old.count + new.count, changesMax)
    var furthest = [0: 0]
    var trail: [[Int: Int]] = []
    for changes in 0...most {
      trail.append(furthest)
      for diagonal in stride(from: -changes, through: changes, by: 2) {
        let down = furthest[diagonal + 1] ?? -1
        let right = furthest[diagonal - 1] ?? -1
        var x = diagonal == -changes || diagonal != changes && right < down ? down : right + 1
        if changes == 0 { x = 0 }
        var y = x - diagonal
        while x < old.count, y < new.count, y >= 0, old[x] == new[y] {
          x += 1
          y += 1
        }
        furthest[diagonal] = x
        if x >= old.count, y >= new.count { return walk(trail, old, new) }
      }
    }
    return old.map { .removed($0) } + new.map { .added($0) }
  }

  private static func walk(
    _ trail: [[Int: Int]], _ old: [Substring], _ new: [Substring]
  ) -> [Edit] {
    var edits: [Edit] = []
    var x = old.count
    var y = new.count
    for changes in stride(from: trail.count - 1, through: 0, by: -1) {
      let furthest = trail[changes]
      let diagonal = x - y
      let down = furthest[diagonal + 1] ?? -1
      let right = furthest[diagonal - 1] ?? -1
      let isDown = diagonal == -changes || diagonal != changes && right < down
      let startX = changes == 0 ? 0 : isDown ? down : right
      let startY = changes == 0 ? 0 : startX - (isDown ? diagonal + 1 : diagonal - 1)
      while x > startX, y > startY, x > 0, y > 0, old[x - 1] == new[y - 1] {
        edits.append(.same(old[x - 1]))
        x -= 1
        y -= 1
      }
      guard changes > 0 else { break }
      if isDown {
        edits.append(.added(new[y - 1]))
        y -= 1
      } else {
        edits.append(.removed(old[x - 1]))
        x -= 1
      }
    }
    return edits.reversed()
  }

  private static func hunks(_ edits: [Edit]) -> [String] {
    var shown = Array(repeating: false, count: edits.count)
    for (index, edit) in edits.enumerated() where !edit.isSame {
      for near in max(0, index - context)...min(edits.count - 1, index + context) {
        shown[near] = true
      }
    }
    var lines: [String] = []
    var oldLine = 1
    var newLine = 1
    for (index, edit) in edits.enumerated() {
      if shown[index] {
        if index == 0 || !shown[index - 1] {
          let hunk = edits[index...].enumerated().prefix { shown[index + $0.offset] }
          let oldCount = hunk.count { $0.element.isOld }
          let newCount = hunk.count { $0.element.isNew }
          lines.append("@@ -\(oldLine),\(oldCount) +\(newLine),\(newCount) @@")
        }
        lines.append(edit.line)
      }
      if edit.isOld { oldLine += 1 }
      if edit.isNew { newLine += 1 }
    }
    return lines
  }
}
