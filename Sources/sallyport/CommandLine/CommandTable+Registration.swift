import Configuration
import Import

extension CommandTable {
  /// What is done with upstreams besides looking at them.
  static let registration = [
    upstreamAdd, upstreamRemove, upstreamEnable, upstreamDisable, upstreamRestart, upstreamLogs,
    upstreamTest, upstreamImport,
  ]

  private static let serverOptions: [Command.Option] = [
    .init(long: "url", short: "u", valueName: "URL", help: "The address of a server over HTTP"),
    .init(
      long: "type", valueName: "TYPE", help: "http or sse; found out unless given",
      values: .choice(["http", "sse"])),
    .init(
      long: "header", short: "H", valueName: "HEADER",
      help: "A header for each request, as `Name: value`; may be given again"),
    .init(
      long: "env", short: "e", valueName: "VARIABLE",
      help: "A variable for the program, as NAME=value; may be given again"),
    .init(
      long: "cwd", valueName: "DIR", help: "Where the program starts", values: .directory),
    .init(long: "timeout", valueName: "TIME", help: "How long a call may take, as 30s"),
  ]

  private static let name = Command.Argument(name: "NAME", help: "The server's name")

  private static let command = Command.Argument(
    name: "COMMAND", help: "After `--`: the program to start, and its arguments",
    isOptional: true, isRepeated: true)

  private static let upstreamAdd = Command(
    name: "add", summary: "Add a server to the running gateway",
    discussion: [
      "The server is kept in the gateway's data directory and stays over restarts. Servers of the"
        + " configuration file are changed there.",
      "A value of --env or --header that names a variable, as ${TOKEN}, is read from the gateway's"
        + " environment. Any other is a secret until you say that it is not: it is kept in"
        + " DATA/secrets/NAME.env, which nobody else can read, and not in the definition. --plain"
        + " keeps values in the definition itself.",
    ],
    arguments: [command],
    options: [
      config, json,
      .init(long: "name", short: "n", valueName: "NAME", help: "What the server is called"),
    ] + serverOptions + [
      .init(
        long: "effect", valueName: "EFFECT", help: "What its tools do, unless they are told apart",
        values: .choice(Configuration.Effect.allCases.map(\.rawValue))),
      .init(long: "plain", help: "Keep the values of --env and --header in the definition"),
      .init(long: "dry-run", help: "Check it and write its definition; change nothing"),
    ],
    examples: [
      .init(
        line: "sallyport upstream add --name time -- uvx mcp-server-time",
        comment: "A program that the gateway starts"),
      .init(
        line: "sallyport upstream add --name github --url https://api.githubcopilot.com/mcp/"
          + " --header 'Authorization: Bearer ${GITHUB_TOKEN}'",
        comment: "A server over HTTP"),
    ],
    invocation: { arguments throws(UsageError) in
      let server = try specification(arguments)
      guard !server.name.isEmpty else { throw UsageError(message: "`--name` is missing") }
      return .registration(
        .add(server, isDryRun: arguments.flag("dry-run")), arguments.common)
    })

  private static let upstreamRemove = Command(
    name: "remove", summary: "Remove a server that was added",
    discussion: ["What was accepted of it and the values kept for it go with it."],
    arguments: [name], options: [config],
    invocation: { .registration(.remove($0.argument("NAME") ?? ""), $0.common) })

  private static let upstreamEnable = Command(
    name: "enable", summary: "Let a server be used again",
    arguments: [name], options: [config],
    invocation: { .registration(.enable($0.argument("NAME") ?? "", true), $0.common) })

  private static let upstreamDisable = Command(
    name: "disable", summary: "End a server's connection and offer nothing of it",
    discussion: ["Stays so over restarts, for servers of the configuration file as well."],
    arguments: [name], options: [config],
    invocation: { .registration(.enable($0.argument("NAME") ?? "", false), $0.common) })

  private static let upstreamRestart = Command(
    name: "restart", summary: "End a server's connection and begin another",
    arguments: [name], options: [config],
    invocation: { .registration(.restart($0.argument("NAME") ?? ""), $0.common) })

  private static let upstreamLogs = Command(
    name: "logs", summary: "Show what a server wrote to standard error",
    discussion: [
      "The last 64 KiB, and between them when its connection began and ended. They are kept in"
        + " memory while the gateway runs."
    ],
    arguments: [name],
    options: [config, json, .init(long: "follow", short: "f", help: "Go on as lines come")],
    invocation: {
      .registration(.logs($0.argument("NAME") ?? "", follow: $0.flag("follow")), $0.common)
    })

  private static let upstreamTest = Command(
    name: "test", summary: "Connect to a server and say how that went",
    discussion: [
      "A registered server is tested by the gateway, with a connection of its own. With --url or a"
        + " command after `--`, a server is tested from here and needs no gateway. Its lists are"
        + " read; nothing is called.",
      "Ends with exit code 1 when something failed.",
    ],
    arguments: [
      .init(
        name: "NAME", help: "The server's name; or after `--` a program and its arguments",
        isOptional: true, isRepeated: true)
    ],
    options: [config, json] + serverOptions,
    examples: [
      .init(line: "sallyport upstream test github", comment: "One that is registered"),
      .init(line: "sallyport upstream test -- uvx mcp-server-time", comment: "One that is not"),
    ],
    invocation: { arguments throws(UsageError) in
      let words = arguments.positional["NAME"] ?? []
      if arguments.value("url") == nil, !arguments.optionsEnded {
        guard let name = words.first else { throw UsageError(message: "NAME is missing") }
        guard words.count == 1 else {
          throw UsageError(message: "a command to test stands after `--`")
        }
        return .registration(.test(name), arguments.common)
      }
      var server = try specification(arguments)
      server.command = words
      server.name = "test"
      server.isPlain = true
      return .registration(.trial(server), arguments.common)
    })

  private static let upstreamImport = Command(
    name: "import", summary: "Add the servers of other programs' configurations",
    discussion: [
      "Looks where Claude Desktop, Claude Code, Cursor, VS Code, Windsurf, Codex and Gemini usually"
        + " have their files, or reads the FILEs. Shows what would be added, and adds it when you"
        + " say so; the files stay as they are.",
      "Values of variables and headers, and arguments that look like secrets, are kept in"
        + " DATA/secrets/NAME.env and shown nowhere.",
    ],
    arguments: [
      .init(
        name: "FILE", help: "A configuration file; `-` reads standard input", isOptional: true,
        isRepeated: true, values: .file)
    ],
    options: [
      config, json,
      .init(
        long: "from", valueName: "PROGRAM", help: "Whose files; may be given again",
        values: .choice(ClientApplication.allCases.map(\.rawValue))),
      .init(long: "only", valueName: "NAME", help: "Only this server; may be given again"),
      .init(long: "dry-run", help: "Show the plan; change nothing"),
      .init(long: "yes", short: "y", help: "Ask nobody"),
    ],
    examples: [
      .init(line: "sallyport upstream import --dry-run", comment: "What would come?"),
      .init(
        line: "sallyport upstream import --from codex --only docs", comment: "One server"),
    ],
    invocation: {
      .registration(
        .importing(
          ImportRequest(
            files: $0.positional["FILE"] ?? [], clients: $0.options["from"] ?? [],
            names: $0.options["only"] ?? [], isDryRun: $0.flag("dry-run"),
            isConfirmed: $0.flag("yes"))), $0.common)
    })

  private static func specification(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> ServerSpecification {
    ServerSpecification(
      name: arguments.value("name") ?? "", type: arguments.value("type"),
      url: arguments.value("url"), headers: arguments.options["header"] ?? [],
      environment: arguments.options["env"] ?? [], workingDirectory: arguments.value("cwd"),
      command: arguments.positional["COMMAND"] ?? [], effect: arguments.value("effect"),
      timeout: arguments.value("timeout"), isPlain: arguments.flag("plain"))
  }
}
