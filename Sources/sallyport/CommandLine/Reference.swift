/// The reference of the command line in Markdown (docs/reference/cli.md), made from the table.
enum Reference {
  static func markdown(of root: Command) -> String {
    var text = "# Command line\n\nThis page is made from the program's own table of commands.\n"
    append(root, path: [], to: &text)
    return text
  }

  private static func append(_ command: Command, path: [String], to text: inout String) {
    let help = Help(path: path, command: command, terminal: .plain)
    let name = (["sallyport"] + path).joined(separator: " ")
    text += "\n## \(name)\n\n\(command.summary).\n\n```\n\(help.usage)\n```\n"
    for paragraph in command.discussion { text += "\n\(paragraph)\n" }
    if !command.visibleSubcommands.isEmpty {
      text += "\n| command | |\n|---|---|\n"
      for subcommand in command.visibleSubcommands {
        text += "| `\(name) \(subcommand.name)` | \(cell(subcommand.summary)) |\n"
      }
    }
    if !command.arguments.isEmpty {
      text += "\n| argument | |\n|---|---|\n"
      for argument in command.arguments {
        text += "| `\(argument.usage)` | \(cell(argument.help)) |\n"
      }
    }
    text += "\n| option | |\n|---|---|\n"
    for option in help.options {
      var explanation = option.help
      if let choices = option.values.choices { explanation += ": \(choices)" }
      text += "| `\(option.usage)` | \(cell(explanation)) |\n"
    }
    for example in command.examples {
      text += "\n\(example.comment):\n\n```sh\n\(example.line)\n```\n"
    }
    for subcommand in command.visibleSubcommands {
      append(subcommand, path: path + [subcommand.name], to: &text)
    }
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|")
  }
}
