import JSON

/// What differs at one place of a definition, as a person reads it. Each line begins with a mark of
/// ours, so that no foreign text is taken for another line.
struct ChangeText {
  private static let indent = "  "

  let terminal: Terminal

  func text(of change: JSONNode) -> String {
    func part(_ member: String) -> String? { change[member: member]?.string }
    let kind = part("kind") ?? ""
    var head = Self.indent + terminal.styled(printable(kind), .cyan)
    // Elsewhere nearly everything is more than before.
    if kind == "schema" || kind == "output", change[member: "widens"]?.bool == true {
      head += " " + terminal.styled("wider", .red)
    }
    if let place = part("place"), !place.isEmpty { head += " \(printable(place))" }
    head += ": \(printable(part("meaning") ?? ""))\n"
    let hunks = change[member: "words"].map(WordHunk.hunks) ?? []
    guard hunks.isEmpty else { return head + hunks.map(text).joined() }
    return head + line("-", part("before"), .red) + line("+", part("after"), .green)
  }

  private func text(_ hunk: WordHunk) -> String {
    line("-", hunk.before, .red) + line("+", hunk.after, .green)
  }

  private func line(_ mark: String, _ pieces: [WordHunk.Piece], _ style: Terminal.Style) -> String {
    let text = pieces.map {
      $0.differs ? terminal.styled(printable($0.text), style) : printable($0.text)
    }
    return "\(Self.indent)  \(terminal.styled(mark, style)) \(text.joined())\n"
  }

  private func line(_ mark: String, _ value: String?, _ style: Terminal.Style) -> String {
    guard let value else { return "" }
    var line = "\(Self.indent)  " + terminal.styled("\(mark) \(printable(value))", style) + "\n"
    // JSON never ends so.
    if value.hasSuffix("…") {
      line += "\(Self.indent)    (cut; `--json` has the whole definition)\n"
    }
    return line
  }
}
