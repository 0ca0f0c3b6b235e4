import Audit

/// Changes for people, with what is different below each.
struct ChangesText {
  let output: Terminal

  func show(_ answer: ChangesAnswer) {
    if answer.omitted > 0 {
      Output.writeError("… and \(answer.omitted) earlier ones; `--limit` shows them\n")
    }
    if answer.rows.isEmpty { Output.write("nothing was changed\n") }
    for row in answer.rows { Output.write(text(of: row)) }
  }

  private func text(of row: ChangesAnswer.Row) -> String {
    var words = ["\(row.sequence)", AnswerTable.time(row.time)]
    words.append(output.styled(row.definition.map(printable) ?? printable(row.part), .bold))
    words.append(printable(row.event.replacing("_", with: " ")))
    let digests = [row.before, row.after].map { $0.map { printable(String($0.prefix(12))) } ?? "–" }
    words.append("\(digests[0]) → \(digests[1])")
    if let user = row.user {
      words.append("by \(printable(user))" + (row.via.map { " via \(printable($0))" } ?? ""))
    } else if let via = row.via {
      words.append("via \(printable(via))")
    }
    if let reason = row.reason { words.append("– \(printable(reason))") }
    var text = words.joined(separator: "  ") + "\n"
    for item in row.items {
      text += "  \(item.change.rawValue) \(output.styled(printable(item.name), .bold))\n"
      for line in item.lines { text += "    \(styled(line))\n" }
    }
    return text
  }

  private func styled(_ line: String) -> String {
    let shown = printable(line)
    switch line.first {
    case "+": return output.styled(shown, .green)
    case "-": return output.styled(shown, .red)
    case "@": return output.styled(shown, .cyan)
    default: return shown
    }
  }
}
