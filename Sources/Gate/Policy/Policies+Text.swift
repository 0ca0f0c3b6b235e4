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
    let first = policy.place.line - 1
    guard lines.indices.contains(first) else { return nil }
    var text = lines[first..<min(lines.count, (next ?? .max) - 1)]
    // What stands between two policies is about the second.
    while let last = text.last?.drop(while: \.isWhitespace), last.isEmpty || last.hasPrefix("//") {
      text.removeLast()
    }
    return text.prefix(Self.linesMax).joined(separator: "\n")
      + (text.count > Self.linesMax ? "\n…" : "")
  }
}
