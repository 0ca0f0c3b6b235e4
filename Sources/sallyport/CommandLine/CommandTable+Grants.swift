extension CommandTable {
  static let grant = Command(
    name: "grant", summary: "Let an agent use a tool for a time",
    discussion: [
      "Becomes a Cedar policy over the policy files, checked against the types of the tool's"
        + " arguments before it is in force, and gone when its time is over. It overrides no"
        + " `forbid`; where one wants an approval, the grant stands for the word of who gave it."
    ],
    options: [
      config, json,
      .init(long: "agent", short: "a", valueName: "NAME", help: "Only this agent"),
      .init(long: "human", valueName: "NAME", help: "Only agents that act for this person"),
      .init(
        long: "tool", short: "t", valueName: "NAME",
        help: "The tool by its public name, or `server__*` for all of a server; needed"),
      .init(
        long: "where", short: "w", valueName: "CEDAR",
        help: "What must hold besides, a Cedar expression over `context.input`"),
      .init(
        long: "for", valueName: "DURATION", help: "How long, such as 30m, at most 30d; needed"),
      .init(long: "reason", short: "r", valueName: "TEXT", help: "Why; needed"),
      .init(long: "dry-run", help: "Only check it and show its policy"),
    ],
    examples: [
      .init(
        line: "sallyport grant --agent ci --tool deploy__restart --for 30m"
          + #" --where 'context.input.service like "payments-*"' --reason 'incident 42'"#,
        comment: "For half an hour, and only these services")
    ],
    invocation: { arguments throws(UsageError) in
      guard arguments.value("agent") != nil || arguments.value("human") != nil else {
        throw UsageError(message: "`--agent` or `--human` is missing")
      }
      guard let tool = arguments.value("tool") else {
        throw UsageError(message: "`--tool` is missing")
      }
      guard arguments.value("for") != nil else {
        throw UsageError(message: "`--for` is missing")
      }
      return .grants(
        .give(
          GrantRequest(
            agent: arguments.value("agent"), human: arguments.value("human"), tool: tool,
            condition: arguments.value("where"),
            lifetime: try arguments.seconds("for", default: 0), reason: try arguments.reason(),
            isDryRun: arguments.flag("dry-run"))), arguments.common)
    })

  private static let grantID = Command.Argument(
    name: "ID", help: "The grant's name, as `grants list` shows it")

  static let grants = Command(
    name: "grants", summary: "The grants in force",
    subcommands: [
      Command(
        name: "list", summary: "List the grants in force", options: [config, json],
        invocation: { .grants(.list, $0.common) }),
      Command(
        name: "show", summary: "Show a grant with its policy", arguments: [grantID],
        options: [config, json],
        invocation: { .grants(.show(id: $0.argument("ID") ?? ""), $0.common) }),
      Command(
        name: "revoke", summary: "Take a grant back, at once", arguments: [grantID],
        options: [
          config, json, .init(long: "reason", short: "r", valueName: "TEXT", help: "Why"),
        ],
        invocation: {
          .grants(
            .revoke(id: $0.argument("ID") ?? "", reason: $0.value("reason")), $0.common)
        }),
    ])
}
