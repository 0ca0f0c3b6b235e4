import Cedar

extension Policies {
  /// Lines of a policy that are shown.
  private static let linesMax = 100

  /// The text of a policy as its file has it, for people; nil when there is none of this name.
  public func text(of name: String) -> String? {
    guard let policy = self.set.policy(named: name),
      let source = self.set.sources.first(where: { $0.file == policy.place.file })
    else { return nil }
    let next = self.set.policies.lazy.map(\.place)
      .filter { $0.file == policy.place.file && $0.line > policy.place.line }.map(\.line).min()
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(policy.place.line - 1) else { return nil }
    let first = Self.beginning(of: policy.place.line - 1, in: lines)
    let end = min(lines.count, next.map { Self.beginning(of: $0 - 1, in: lines) } ?? .max)
    guard first < end else { return nil }
    var text = lines[first..<end]
    // What stands between two policies is about the second.
    while let last = text.last?.drop(while: \.isWhitespace), last.isEmpty || last.hasPrefix("//") {
      text.removeLast()
    }
    return text.prefix(Self.linesMax).joined(separator: "\n")
      + (text.count > Self.linesMax ? "\n…" : "")
  }

  /// Where the annotations of a policy begin, whose place is its `permit` or `forbid`.
  private static func beginning(of line: Int, in lines: [Substring]) -> Int {
    var first = min(line, lines.count)
    while first > 0, lines[first - 1].first(where: { !$0.isWhitespace }) == "@" { first -= 1 }
    return first
  }
}
