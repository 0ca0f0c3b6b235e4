extension CommandTable {
  private static let policyPaths = Command.Argument(
    name: "PATH",
    help: "A policy file, or a directory of *.cedar files; the configured one unless given",
    isOptional: true, isRepeated: true, values: .file)
  private static let schema = Command.Option(
    long: "schema", valueName: "FILE",
    help: "Validate against this Cedar schema (.cedarschema, or .json) instead of the running"
      + " gateway's",
    values: .file)

  static let policy = Command(
    name: "policy", summary: "The Cedar policies: check, test and explain them",
    subcommands: [
      policyCheck, policyFormat, policyTest, policyExplain, policyDiff, policySchema,
    ])

  private static let policyCheck = Command(
    name: "check", summary: "Say what is wrong with policies",
    discussion: [
      "Parses the policies and validates them against the schema of the tools there are: the one"
        + " that a running gateway makes of its catalog, or a file. Without either, only what"
        + " needs no schema is checked, and the answer says so."
    ],
    arguments: [policyPaths],
    options: [
      config, json, schema,
      .init(long: "permissive", help: "Accept what is safe to evaluate although types are mixed"),
      .init(
        long: "level", valueName: "N",
        help: "Also demand that no policy follows more than N references between entities"),
    ],
    examples: [
      .init(line: "sallyport policy check", comment: "The configured policies"),
      .init(
        line: "sallyport policy check policies --schema tools.cedarschema",
        comment: "Without a gateway, in CI"),
    ],
    invocation: { arguments throws(UsageError) in
      let level =
        arguments.value("level") == nil
        ? nil : try arguments.integer("level", in: 0...100, default: 0)
      return .policy(
        .check(
          paths: arguments.positional["PATH"] ?? [], schema: arguments.value("schema"),
          isPermissive: arguments.flag("permissive"), level: level),
        arguments.common)
    })

  private static let policyFormat = Command(
    name: "format", summary: "Lay out policies and schemas in one style",
    discussion: [
      "Rewrites the files that are laid out otherwise and names them. Comments stay, and the"
        + " meaning does not change. `-` reads standard input and writes to standard output."
    ],
    arguments: [policyPaths],
    options: [
      config,
      .init(long: "check", help: "Change nothing; name the files and end with exit code 1"),
      .init(
        long: "width", valueName: "N", help: "Break lines that are longer; 80 unless given"),
    ],
    examples: [
      .init(line: "sallyport policy format --check policies", comment: "In CI")
    ],
    invocation: { arguments throws(UsageError) in
      .policy(
        .format(
          paths: arguments.positional["PATH"] ?? [], isCheck: arguments.flag("check"),
          width: try arguments.integer("width", in: 20...1000, default: 80)),
        arguments.common)
    })

  private static let policyTest = Command(
    name: "test", summary: "Run test files against policies",
    discussion: [
      "A test file is JSON: policies, entities, a schema, and requests with the decision, the"
        + " determining policies and the errors that are expected, as in Cedar's own integration"
        + " tests. A directory is searched for them. Ends with exit code 1 when a test fails."
    ],
    arguments: [
      .init(
        name: "PATH", help: "A test file, or a directory with test files", isRepeated: true,
        values: .file)
    ],
    options: [
      json,
      .init(
        long: "root", valueName: "DIR",
        help: "Where the paths inside test files start; otherwise beside the test file or above it",
        values: .directory),
    ],
    examples: [.init(line: "sallyport policy test tests/policies", comment: "In CI")],
    invocation: {
      .policy(
        .test(paths: $0.positional["PATH"] ?? [], root: $0.value("root")), $0.common)
    })

  private static let policyExplain = Command(
    name: "explain", summary: "Say why a call was, or would be, allowed or denied",
    discussion: [
      "For a recorded call, named by its id or the end of it, the decision is made again from what"
        + " the ledger holds. For a request given with --tool, --prompt or --resource, the running"
        + " gateway is asked; the request is not made.",
      "Shows the policies in whose scope the call is, which of their conditions held and with what"
        + " values, what determined the decision, and the smallest change that would allow it.",
    ],
    arguments: [
      .init(name: "CALL", help: "The id of a recorded call, as `audit` shows it", isOptional: true)
    ],
    options: [
      config, json,
      .init(long: "tool", short: "t", valueName: "NAME", help: "Explain a call of this tool"),
      .init(
        long: "args", short: "a", valueName: "JSON",
        help: "Its arguments, a JSON object; {} unless given"),
      .init(
        long: "prompt", valueName: "NAME", help: "Explain a request for this prompt"),
      .init(
        long: "resource", valueName: "URI", help: "Explain a request for this resource"),
      .init(
        long: "action", valueName: "NAME",
        help: "What is done with it: `getPrompt`, `complete` or `list`; `readResource`,"
          + " `subscribe`, `complete` or `list`. The first unless given"),
      .init(
        long: "agent", valueName: "NAME", help: "By this agent; `operator` unless given"),
    ],
    examples: [
      .init(line: "sallyport policy explain 4f1c9a02b7d3", comment: "Why was this denied?"),
      .init(
        line:
          #"sallyport policy explain --agent ops --tool git__git_commit --args '{"message": "x"}'"#,
        comment: "Would this be allowed?"),
      .init(
        line:
          "sallyport policy explain --agent ops --resource docs+file:///plan --action subscribe",
        comment: "May it follow this resource?"),
    ],
    invocation: { arguments throws(UsageError) in
      let call = arguments.argument("CALL")
      let subject = try explainedSubject(arguments)
      guard (call == nil) != (subject == nil) else {
        throw UsageError(
          message: "name one of a recorded call, `--tool`, `--prompt` and `--resource`")
      }
      let agent = arguments.value("agent")
      guard call == nil || agent == nil else {
        throw UsageError(message: "`--agent` does not go with a recorded call")
      }
      return .policy(
        call.map { .explainRecorded(call: $0) }
          ?? .explain(agent: agent, subject ?? .tool("", arguments: "{}")),
        arguments.common)
    })

  private static func explainedSubject(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> ExplainedSubject? {
    let (tool, args) = (arguments.value("tool"), arguments.value("args"))
    let action = arguments.value("action")
    let subjects: [ExplainedSubject?] = [
      tool.map { .tool($0, arguments: args ?? "{}") },
      arguments.value("prompt").map { .prompt($0, action: action) },
      arguments.value("resource").map { .resource($0, action: action) },
    ]
    let named = subjects.compactMap { $0 }
    guard named.count <= 1 else {
      throw UsageError(message: "`--tool`, `--prompt` and `--resource` exclude each other")
    }
    guard args == nil || tool != nil else {
      throw UsageError(message: "`--args` goes with `--tool`")
    }
    guard action == nil || tool == nil && !named.isEmpty else {
      throw UsageError(message: "`--action` goes with `--prompt` or `--resource`")
    }
    return named.first
  }

  private static let policyDiff = Command(
    name: "diff", summary: "List the recorded calls that other policies would decide otherwise",
    discussion: [
      "Decides the calls in the ledger with both policy directories and lists every difference."
        + " Ends with exit code 1 when there is one. Needs no running gateway."
    ],
    arguments: [
      .init(name: "OLD", help: "A policy directory", values: .directory),
      .init(name: "NEW", help: "Another policy directory", values: .directory),
    ],
    options: [
      config, json,
      .init(
        long: "since", valueName: "TIME", help: "Calls from this time on: `2h`, or RFC 3339"),
      .init(long: "until", valueName: "TIME", help: "Calls up to this time"),
      .init(long: "agent", valueName: "NAME", help: "Calls by this agent"),
    ],
    examples: [
      .init(
        line: "sallyport policy diff policies new-policies --since 30d",
        comment: "What would the new policies have changed this month?")
    ],
    invocation: { arguments throws(UsageError) in
      .policy(
        .diff(
          old: arguments.argument("OLD") ?? "", new: arguments.argument("NEW") ?? "",
          agent: arguments.value("agent"), since: try arguments.time("since"),
          until: try arguments.time("until")),
        arguments.common)
    })

  private static let policySchema = Command(
    name: "schema", summary: "Write the Cedar schema of the tools there are",
    discussion: [
      "The running gateway makes it of its catalog. Keep it beside the policies, so that editors"
        + " and `policy check --schema` know the tools and the types of their arguments."
    ],
    options: [
      config, .init(long: "json", help: "Write Cedar's JSON schema format"),
    ],
    examples: [
      .init(line: "sallyport policy schema > tools.cedarschema", comment: "For editors and CI")
    ],
    invocation: { .policy(.schema, $0.common) })
}
