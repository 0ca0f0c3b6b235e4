/// Completion scripts for shells, made from the table. Each first walks the typed words to find the
/// command, then offers what the table has there.
enum Completion {
  static func script(for shell: Shell, table: Command) -> String {
    let places = places(below: table, path: [table.name])
    return switch shell {
    case .bash: bash(places)
    case .zsh: zsh(places)
    case .fish: fish(places)
    }
  }

  /// A command and the words that lead to it, the program's name first.
  struct Place {
    var path: [String]
    var command: Command

    var words: String { path.joined(separator: " ") }
    var options: [Command.Option] { command.options + [CommandTable.help] }
    var optionsWithValue: [Command.Option] { options.filter { $0.valueName != nil } }

    /// How an option is typed: `--long`, and `-s` if it has a letter.
    func spellings(of option: Command.Option) -> [String] {
      ["--\(option.long)"] + (option.short.map { ["-\($0)"] } ?? [])
    }
  }

  private static func places(below command: Command, path: [String]) -> [Place] {
    var places = [Place(path: path, command: command)]
    for subcommand in command.visibleSubcommands {
      places += Self.places(below: subcommand, path: path + [subcommand.name])
    }
    return places
  }

  /// `text` as one word of a POSIX shell, or of fish.
  static func shellQuoted(_ text: String, isFish: Bool = false) -> String {
    let escaped =
      isFish
      ? text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      : text.replacing("'", with: "'\\''")
    return "'\(escaped)'"
  }
}
