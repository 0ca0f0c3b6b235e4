import Configuration

/// Turns the words of a command line into an invocation, by a table of commands. Pure.
///
/// Options may stand anywhere after the command they belong to; those that the root has may stand
/// before it too. `--opt=value`, `--opt value`, `-n5`, `-n 5`, `-fn 5` and `--` mean what they mean
/// elsewhere.
struct ArgumentParser {
  private var command: Command
  private var path: [String] = []
  private var parsed = ParsedArguments()
  private var positional: [String] = []
  private var rest: ArraySlice<String>

  static func parse(
    _ words: [String], table: Command
  ) throws(UsageError) -> Invocation {
    var parser = ArgumentParser(command: table, rest: words[...])
    do {
      return try parser.run()
    } catch {
      throw UsageError(
        message: error.message, suggestion: error.suggestion, path: parser.path)
    }
  }

  private init(command: Command, rest: ArraySlice<String>) {
    self.command = command
    self.rest = rest
  }

  private mutating func run() throws(UsageError) -> Invocation {
    while let word = rest.popFirst() {
      if parsed.optionsEnded || word == "-" || !word.hasPrefix("-") {
        try take(word)
      } else if word == "--" {
        parsed.optionsEnded = true
      } else if word.hasPrefix("--") {
        try takeLong(word.dropFirst(2))
      } else {
        try takeShort(word.dropFirst())
      }
      if parsed.flag("help") { return .help(path: path) }
    }
    if path.isEmpty, parsed.flag("version") { return .version(json: parsed.flag("json")) }
    guard let invocation = command.invocation else {
      if path.isEmpty { return .help(path: []) }
      let names = command.visibleSubcommands.map(\.name).joined(separator: ", ")
      throw UsageError(message: "`\(path.joined(separator: " "))` needs one of: \(names)")
    }
    try refuseForeignOptions()
    try assignPositional()
    return try invocation(parsed)
  }

  private mutating func take(_ word: String) throws(UsageError) {
    guard !command.subcommands.isEmpty else {
      positional.append(word)
      return
    }
    guard let next = command.subcommands.first(where: { $0.name == word }) else {
      let suggestion = SpellingSuggestion.closest(
        to: word, among: command.visibleSubcommands.map(\.name))
      throw UsageError(
        message: "unknown command `\(printable(word))`",
        suggestion: suggestion.map { (["sallyport"] + path + [$0]).joined(separator: " ") })
    }
    command = next
    path.append(word)
  }

  private mutating func takeLong(_ word: Substring) throws(UsageError) {
    let name = String(word.prefix { $0 != "=" })
    let inline = name.endIndex == word.endIndex ? nil : word.firstIndex(of: "=")
    let value = inline.map { String(word[word.index(after: $0)...]) }
    guard let option = options.first(where: { $0.long == name }) else {
      let suggestion = SpellingSuggestion.closest(to: name, among: options.map(\.long))
      throw UsageError(
        message: "unknown option `--\(printable(name))`", suggestion: suggestion.map { "--\($0)" })
    }
    guard option.valueName != nil else {
      if value != nil { throw UsageError(message: "`--\(name)` takes no value") }
      parsed.options[option.long, default: []].append("")
      return
    }
    try set(option, to: value, typed: "--\(name)")
  }

  private mutating func takeShort(_ word: Substring) throws(UsageError) {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = options.first(where: { $0.short == letter }) else {
        throw UsageError(message: "unknown option `-\(printable(String(letter)))`")
      }
      if option.valueName == nil {
        parsed.options[option.long, default: []].append("")
      } else {
        let inline = letters.first == "=" ? letters.dropFirst() : letters
        let value = letters.isEmpty ? nil : String(inline)
        letters = ""
        try set(option, to: value, typed: "-\(letter)")
      }
    }
  }

  private mutating func set(
    _ option: Command.Option, to inline: String?, typed: String
  ) throws(UsageError) {
    var value = inline
    if value == nil, let next = rest.first {
      guard next == "-" || !next.hasPrefix("-") else {
        throw UsageError(
          message: "`\(typed)` needs a value",
          suggestion: "--\(option.long)=\(printable(next))")
      }
      value = rest.popFirst()
    }
    guard let value else {
      throw UsageError(message: "`\(typed)` needs a value (\(option.valueName ?? ""))")
    }
    try check(value, of: "`\(typed)`", option.values)
    parsed.options[option.long, default: []].append(value)
  }

  private func check(
    _ value: String, of name: String, _ values: Command.Values
  ) throws(UsageError) {
    guard case .choice(let names) = values, !names.contains(value) else { return }
    throw UsageError(
      message: "\(name) is one of \(values.choices ?? ""), not `\(printable(value))`",
      suggestion: SpellingSuggestion.closest(to: value, among: names))
  }

  /// Options typed before a command must be ones that the command has.
  private func refuseForeignOptions() throws(UsageError) {
    let known = Set(options.map(\.long))
    for name in parsed.options.keys.sorted() where !known.contains(name) {
      throw UsageError(message: "`\(path.joined(separator: " "))` has no option `--\(name)`")
    }
  }

  private mutating func assignPositional() throws(UsageError) {
    var words = positional[...]
    for argument in command.arguments {
      guard let word = words.popFirst() else {
        if argument.isOptional { continue }
        throw UsageError(message: "\(argument.name) is missing")
      }
      try check(word, of: argument.name, argument.values)
      parsed.positional[argument.name] = [word]
      if argument.isRepeated {
        parsed.positional[argument.name] = [word] + words
        words = []
      }
    }
    if let extra = words.first {
      throw UsageError(message: "unexpected argument `\(printable(extra))`")
    }
  }

  private var options: [Command.Option] { command.options + [CommandTable.help] }
}
