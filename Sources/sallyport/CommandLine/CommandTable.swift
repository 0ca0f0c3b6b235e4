import MCP

/// Every command, option and example. The parser, `--help`, shell completion and the reference all
/// read this table, so there is nothing beside it to keep true.
enum CommandTable {
  static let help = Command.Option(
    long: "help", short: "h", help: "Show this help")
  static let config = Command.Option(
    long: "config", short: "c", valueName: "FILE",
    help: "The configuration; without it ./sallyport.yaml, then $SALLYPORT_CONFIG, then"
      + " ~/.config/sallyport/sallyport.yaml",
    values: .file)
  static let json = Command.Option(long: "json", help: "Write JSON, for programs")
  static let version = Command.Option(long: "version", help: "Show the version")

  static let root = Command(
    name: "sallyport",
    summary: "One gate between AI agents and MCP servers",
    discussion: [
      "Sallyport stands between agents and MCP servers. Every call passes it: who asks, what the"
        + " policies say, and a record before anything happens.",
      "Exit codes: 0 done, 1 the operation failed, 2 wrong usage, 3 wrong configuration or policy,"
        + " 4 no gateway is running, 5 denied.",
    ],
    options: [config, json, version],
    examples: [
      .init(line: "sallyport init", comment: "Write a configuration to start from"),
      .init(line: "sallyport serve", comment: "Run the gateway"),
    ],
    subcommands: [
      serve, stdio, initialize, check, status, upstream, catalog, tools, call, policy, audit,
      token, approvals, grant, grants, kill, quotas, person, login, logout, whoAmI,
      versionCommand, completion, helpCommand, reference,
    ])

  static let serve = Command(
    name: "serve", summary: "Run the gateway for agents that connect over HTTP",
    discussion: [
      "Runs until it is told to stop (SIGTERM or SIGINT); calls under way may finish first."
        + " SIGHUP reads the configuration and the policies again."
    ],
    options: [config],
    examples: [
      .init(line: "sallyport serve --config /etc/sallyport/sallyport.yaml", comment: "As a service")
    ],
    invocation: { .serve($0.common) })

  static let stdio = Command(
    name: "stdio", summary: "Run the gateway for the one client that starts it",
    discussion: [
      "Speaks MCP on standard input and output, as the identity that `local` in the configuration"
        + " names. Put it where a client expects a server's command.",
      "The client sees all servers, or with an option what a client sees over HTTP at"
        + " `/mcp/PROFILE` or `/servers/NAME/mcp`.",
    ],
    options: [
      config,
      .init(long: "profile", short: "p", valueName: "NAME", help: "Only what this profile holds"),
      .init(
        long: "server", short: "s", valueName: "NAME",
        help: "Only this server, under its own names"),
    ],
    examples: [
      .init(
        line: "claude mcp add sallyport -- sallyport stdio --config ~/sallyport/sallyport.yaml",
        comment: "Let Claude Code start it"),
      .init(
        line: "sallyport stdio --server github", comment: "One server, under its own names"),
    ],
    invocation: { arguments throws(UsageError) in
      switch (arguments.value("profile"), arguments.value("server")) {
      case (nil, nil): .stdio(.everything, arguments.common)
      case (let profile?, nil): .stdio(.profile(profile), arguments.common)
      case (nil, let server?): .stdio(.server(server), arguments.common)
      default: throw UsageError(message: "give --profile or --server, not both")
      }
    })

  static let initialize = Command(
    name: "init", summary: "Write a configuration, a policy and a token to start from",
    arguments: [
      .init(
        name: "DIR", help: "Where to write; the current directory unless given", isOptional: true,
        values: .directory)
    ],
    options: [
      .init(
        long: "force", help: "Replace the configuration and the policy; an existing token stays")
    ],
    examples: [.init(line: "sallyport init ~/sallyport", comment: "Into a directory of its own")],
    invocation: { .initialize(directory: $0.argument("DIR") ?? ".", force: $0.flag("force")) })

  static let check = Command(
    name: "check", summary: "Say whether the configuration and the policies are right",
    discussion: ["Reports everything that is wrong at once, with its place. Starts nothing."],
    options: [config, json],
    invocation: { .check($0.common) })

  static let status = Command(
    name: "status", summary: "Show how the running gateway is doing",
    options: [config, json],
    invocation: { .status($0.common) })

  static let quotas = Command(
    name: "quotas", summary: "Show what is left of quotas, for whom some of it is used",
    options: [config, json],
    invocation: { .quotas($0.common) })

  static let upstream = Command(
    name: "upstream", summary: "The MCP servers behind the gateway",
    subcommands: [
      Command(
        name: "list", summary: "List the servers with their state",
        discussion: [
          "P95 is the time within which 95 of 100 calls of the last five minutes ended, ERRORS the"
            + " share of those that went wrong. What a terminal is too narrow for is left out;"
            + " `upstream show` and --json have it."
        ],
        options: [config, json],
        invocation: { .upstreamList($0.common) }),
      upstreamShow, upstreamApprove, upstreamReject, upstreamRevoke,
    ] + registration)

  static let call = Command(
    name: "call", summary: "Call one tool through the gate",
    discussion: [
      "The call is decided and recorded like an agent's, as the agent `operator` in the role"
        + " `operator`, acting for your Unix user. A denied call ends with exit code 5."
    ],
    arguments: [
      .init(name: "SERVER__TOOL", help: "The tool's public name, as `tools list` shows it")
    ],
    options: [
      config, json,
      .init(
        long: "args", short: "a", valueName: "JSON",
        help: "The arguments, a JSON object; `-` reads them from standard input; {} unless given"),
    ],
    examples: [
      .init(
        line: #"sallyport call time__get_current_time --args '{"timezone": "Europe/Berlin"}'"#,
        comment: "Ask a server for the time")
    ],
    invocation: {
      .call(
        tool: $0.argument("SERVER__TOOL") ?? "", arguments: $0.value("args") ?? "{}", $0.common)
    })

  private static let versionCommand = Command(
    name: "version", summary: "Show the version",
    options: [json],
    invocation: { .version(json: $0.flag("json")) })

  private static let completion = Command(
    name: "completion", summary: "Write a completion script for a shell",
    arguments: [
      .init(
        name: "SHELL", help: "bash, zsh or fish",
        values: .choice(Shell.allCases.map(\.rawValue)))
    ],
    examples: [
      .init(line: "source <(sallyport completion bash)", comment: "In ~/.bashrc"),
      .init(
        line: "sallyport completion zsh > \"${fpath[1]}/_sallyport\"", comment: "Once, for zsh"),
      .init(
        line: "sallyport completion fish > ~/.config/fish/completions/sallyport.fish",
        comment: "Once, for fish"),
    ],
    invocation: { .completion($0.argument("SHELL").flatMap(Shell.init) ?? .bash) })

  private static let helpCommand = Command(
    name: "help", summary: "Show the help of a command",
    arguments: [
      .init(name: "COMMAND", help: "The command's name", isOptional: true, isRepeated: true)
    ],
    invocation: { arguments throws(UsageError) in
      let path = arguments.positional["COMMAND"] ?? []
      guard path.isEmpty || command(at: path) != nil else {
        throw UsageError(message: "there is no command `\(printable(path.joined(separator: " ")))`")
      }
      return .help(path: path)
    })

  /// Writes docs/reference/cli.md; a test compares that file with it.
  private static let reference = Command(
    name: "reference", summary: "Write the reference of the command line as Markdown",
    isHidden: true, invocation: { _ in .reference })

  /// The command with these names below the root.
  static func command(at path: [String]) -> Command? {
    var command = root
    for name in path {
      guard let next = command.subcommands.first(where: { $0.name == name }) else { return nil }
      command = next
    }
    return command
  }
}
