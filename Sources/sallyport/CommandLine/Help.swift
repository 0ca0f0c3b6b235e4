/// The text of `--help`, made from the table.
struct Help {
  /// Longer lines are hard to read, however wide the terminal is.
  static let maxWidth = 100

  var path: [String]
  var command: Command
  var terminal: Terminal

  private var width: Int { min(terminal.width ?? 80, Self.maxWidth) }
  private var name: String { (["sallyport"] + path).joined(separator: " ") }

  /// The whole text, each line ended.
  var text: String {
    var parts = [wrapped("\(command.summary).", width: width).joined(separator: "\n") + "\n"]
    parts.append(heading("Usage") + "  \(usage)\n")
    for paragraph in command.discussion {
      parts.append(wrapped(paragraph, width: width).joined(separator: "\n") + "\n")
    }
    let commands = command.visibleSubcommands.map { ($0.name, $0.summary) }
    parts.append(contentsOf: list("Commands", commands))
    parts.append(contentsOf: list("Arguments", command.arguments.map { ($0.name, help($0)) }))
    parts.append(contentsOf: list("Options", options.map { ($0.usage, help($0)) }))
    if !command.examples.isEmpty {
      let lines = command.examples.map { example in
        "  \(terminal.styled("# \(example.comment)", .dim))\n  \(example.line)\n"
      }
      parts.append(heading("Examples") + lines.joined(separator: "\n"))
    }
    if !commands.isEmpty {
      let hint = "Run `\(name) COMMAND --help` for more about a command."
      parts.append(wrapped(hint, width: width).joined(separator: "\n") + "\n")
    }
    return parts.joined(separator: "\n")
  }

  /// The usage line.
  var usage: String {
    var words = [name]
    if !command.visibleSubcommands.isEmpty { words.append("COMMAND") }
    words.append("[OPTIONS]")
    words += command.arguments.map(\.usage)
    return words.joined(separator: " ")
  }

  /// The command's options and `--help`.
  var options: [Command.Option] { command.options + [CommandTable.help] }

  private func heading(_ title: String) -> String {
    terminal.styled("\(title):", .bold) + "\n"
  }

  private func help(_ option: Command.Option) -> String {
    option.values.choices.map { "\(option.help): \($0)" } ?? option.help
  }

  private func help(_ argument: Command.Argument) -> String { argument.help }

  private func list(_ title: String, _ items: [(term: String, help: String)]) -> [String] {
    guard !items.isEmpty else { return [] }
    let indent = min(items.map(\.term.count).max() ?? 0, 24) + 4
    let lines = items.map { item in
      let help = wrapped(item.help, width: max(width - indent, 20))
      let margin = "\n" + String(repeating: " ", count: indent)
      let term = "  " + terminal.styled(item.term, .cyan)
      let gap = indent - item.term.count - 2
      let separator = gap >= 2 ? String(repeating: " ", count: gap) : margin
      return term + separator + help.joined(separator: margin) + "\n"
    }
    return [heading(title) + lines.joined()]
  }
}
