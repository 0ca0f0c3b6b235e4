import Testing

@testable import sallyport

/// Every command of the table with the words that lead to it.
private func allCommands(
  _ command: Command = CommandTable.root, path: [String] = []
) -> [(path: [String], command: Command)] {
  [(path, command)]
    + command.subcommands.flatMap { allCommands($0, path: path + [$0.name]) }
}

@Suite("Help, reference and tables")
struct HelpTests {
  @Test func `help fits the terminal and names everything`() {
    for (path, command) in allCommands() {
      let terminal = Terminal(isTerminal: true, width: 60, usesColor: false)
      let text = Help(path: path, command: command, terminal: terminal).text
      let examples = Set(command.examples.map { "  \($0.line)" })
      for line in text.split(separator: "\n") where !examples.contains(String(line)) {
        #expect(line.count <= 60, "\(line)")
      }
      for option in command.options { #expect(text.contains("--\(option.long)")) }
      for argument in command.arguments { #expect(text.contains(argument.name)) }
      for subcommand in command.subcommands {
        #expect(text.contains("  \(subcommand.name) ") != subcommand.isHidden)
      }
      #expect(!text.contains("\u{1b}"))
    }
  }

  @Test func `help is coloured only where colour shows`() {
    let terminal = Terminal(isTerminal: true, width: 80, usesColor: true)
    let text = Help(path: [], command: CommandTable.root, terminal: terminal).text
    #expect(text.contains("\u{1b}[1mUsage:\u{1b}[0m"))
  }

  @Test func `the table is sound`() {
    for (path, command) in allCommands() {
      let options = Help(path: path, command: command, terminal: .plain).options
      #expect(Set(options.map(\.long)).count == options.count, "\(path)")
      #expect(
        Set(options.compactMap(\.short)).count == options.count { $0.short != nil }, "\(path)")
      #expect(Set(command.subcommands.map(\.name)).count == command.subcommands.count)
      #expect(command.invocation != nil || path.isEmpty || !command.subcommands.isEmpty)
      #expect(command.subcommands.isEmpty || command.arguments.isEmpty)
      #expect(!command.summary.hasSuffix("."))
    }
  }

  @Test func `the examples of the table are right usage`() throws {
    for (_, command) in allCommands() {
      for example in command.examples where example.line.hasPrefix("sallyport ") {
        let line = example.line.prefix { $0 != ">" }
        // Words as a shell would see them, quotes taken off.
        var words: [String] = []
        for (index, part) in line.split(separator: "'").enumerated() {
          words += index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
        _ = try ArgumentParser.parse(Array(words.dropFirst()), table: CommandTable.root)
      }
    }
  }

  @Test func `an empty text among the choices is not shown`() throws {
    let path = ["catalog", "card"]
    let command = try #require(CommandTable.command(at: path))
    let help = Help(path: path, command: command, terminal: .plain).text
    #expect(help.contains("first-party, wrapped, third-party\n"))
    #expect(!Reference.markdown(of: CommandTable.root).contains(",  |"))
    do throws(UsageError) {
      _ = try ArgumentParser.parse(
        path + ["git", "--origin", "elsewhere"], table: CommandTable.root)
      Issue.record("it was taken")
    } catch {
      #expect(error.message.contains("first-party, wrapped, third-party, not"))
    }
  }

  @Test func `the reference has a section for each listed command`() {
    let text = Reference.markdown(of: CommandTable.root)
    for (path, command) in allCommands() {
      let heading = "\n## \((["sallyport"] + path).joined(separator: " "))\n"
      #expect(text.contains(heading) != command.isHidden)
    }
  }

  @Test func `a table aligns its columns and cuts only on a terminal`() {
    var table = TextTable([
      .init(title: "NAME"), .init(title: "CALLS", alignment: .trailing), .init(title: "ABOUT"),
    ])
    table.add([.init("time"), .init("7", .green), .init("a clock that says more than it should")])
    table.add([.init("a\u{1b}[31mb"), .init("12345678"), .init("")])
    #expect(
      table.render(on: .plain) == """
        NAME             CALLS  ABOUT
        time                 7  a clock that says more than it should
        a\\u{1b}[31mb  12345678

        """)
    let narrow = Terminal(isTerminal: true, width: 40, usesColor: true)
    let lines = table.render(on: narrow).split(separator: "\n")
    #expect(
      lines[1] == "time                 \u{1b}[32m7\u{1b}[0m  a clock that sa…")
  }

  @Test func `text is wrapped at spaces`() {
    #expect(wrapped("one two three", width: 7) == ["one two", "three"])
    #expect(wrapped("incomprehensibilities x", width: 5) == ["incomprehensibilities", "x"])
    #expect(wrapped("", width: 5) == [])
  }
}
