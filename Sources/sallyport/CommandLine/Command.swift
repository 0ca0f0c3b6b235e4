/// One command of the command line, or a group of them. Help, completion and the reference are all
/// made from these values.
struct Command: Sendable {
  var name: String
  /// One line, without a full stop.
  var summary: String
  /// Paragraphs for `--help`.
  var discussion: [String] = []
  var arguments: [Argument] = []
  var options: [Option] = []
  var examples: [Example] = []
  var subcommands: [Command] = []
  /// Hidden commands work but are not listed.
  var isHidden = false
  /// Makes the invocation from what was typed; nil for a group.
  var invocation: (@Sendable (ParsedArguments) throws(UsageError) -> Invocation)?

  /// A positional argument.
  struct Argument: Sendable {
    var name: String
    var help: String
    var isOptional = false
    var isRepeated = false
    var values = Values.any

    /// As it stands in a usage line.
    var usage: String {
      let repeated = isRepeated ? "\(name)…" : name
      return isOptional ? "[\(repeated)]" : repeated
    }
  }

  /// An option: a flag, or with a value when `valueName` is set.
  struct Option: Sendable {
    /// Without the dashes.
    var long: String
    var short: Character?
    var valueName: String?
    var help: String
    var values = Values.any

    /// As help shows it.
    var usage: String {
      let value = valueName.map { " \($0)" } ?? ""
      return (short.map { "-\($0), " } ?? "") + "--\(long)\(value)"
    }
  }

  /// What a value may be; shells complete it.
  enum Values: Sendable, Equatable {
    case any, file, directory
    case choice([String])

    /// What there is to choose, for a person; nil for any. An empty text takes something away.
    var choices: String? {
      guard case .choice(let names) = self else { return nil }
      return names.filter { !$0.isEmpty }.joined(separator: ", ")
    }
  }

  /// A line to type and why.
  struct Example: Sendable {
    var line: String
    var comment: String
  }

  /// The subcommands that are listed.
  var visibleSubcommands: [Command] { subcommands.filter { !$0.isHidden } }
}
