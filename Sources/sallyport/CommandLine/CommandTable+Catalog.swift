extension CommandTable {
  static let catalog = Command(
    name: "catalog", summary: "Servers of registries, and what is known of those that are here",
    subcommands: [catalogSearch, catalogShow, catalogAdd, catalogCard])

  private static let registry = Command.Option(
    long: "registry", short: "r", valueName: "WHERE",
    help: "A server.json, a directory of them, or the https address of a registry",
    values: .file)

  private static let catalogSearch = Command(
    name: "search", summary: "Find servers of a registry",
    discussion: [
      "Reads `server.json` files of the MCP registry, or asks a registry over https. Nothing is"
        + " asked but the one that --registry names."
    ],
    arguments: [.init(name: "WORDS", help: "What is looked for", isRepeated: true)],
    options: [
      config, json, registry,
      .init(
        long: "limit", valueName: "N", help: "At most so many results; 20 unless given"),
    ],
    examples: [
      .init(
        line: "sallyport catalog search github"
          + " --registry https://registry.modelcontextprotocol.io",
        comment: "In the public registry")
    ],
    invocation: { arguments throws(UsageError) in
      .registration(
        .catalog(
          .search(
            (arguments.positional["WORDS"] ?? []).joined(separator: " "),
            registry: try required(arguments),
            limit: try arguments.integer("limit", in: 1...1000, default: 20))), arguments.common)
    })

  private static let catalogShow = Command(
    name: "show", summary: "Show a server of a registry, or what is known of one that is here",
    arguments: [.init(name: "NAME", help: "The server's name")],
    options: [config, json, registry],
    invocation: {
      .registration(
        .catalog(.show($0.argument("NAME") ?? "", registry: $0.value("registry"))), $0.common)
    })

  private static let catalogAdd = Command(
    name: "add", summary: "Add a server of a registry to the running gateway",
    discussion: [
      "Shows the command or the address first. A package is started in the one version that its"
        + " entry names.",
      "Values that it needs are given with --env, also those of headers and arguments. One that"
        + " names a variable, as ${TOKEN}, is read from the gateway's environment; any other is"
        + " kept in DATA/secrets/NAME.env.",
    ],
    arguments: [.init(name: "NAME", help: "The server's name in the registry")],
    options: [
      config, json, registry,
      .init(long: "as", valueName: "NAME", help: "What the server is called here"),
      .init(
        long: "package", short: "p", valueName: "KIND", help: "How it is had",
        values: .choice(["npm", "pypi", "oci", "remote"])),
      .init(
        long: "env", short: "e", valueName: "VALUE",
        help: "A value that it needs, as NAME=value; may be given again"),
      .init(long: "dry-run", help: "Check it and write its definition; change nothing"),
    ],
    examples: [
      .init(
        line: "sallyport catalog add io.github.example/weather --registry server.json"
          + " --env 'API_KEY=${WEATHER_KEY}'",
        comment: "From a file")
    ],
    invocation: { arguments throws(UsageError) in
      .registration(
        .catalog(
          .add(
            CatalogAddition(
              name: arguments.argument("NAME") ?? "", registry: try required(arguments),
              alias: arguments.value("as"), way: arguments.value("package"),
              values: arguments.options["env"] ?? [], isDryRun: arguments.flag("dry-run")))),
        arguments.common)
    })

  private static let catalogCard = Command(
    name: "card", summary: "Say what is known of a server: its owner, its risk, what it is for",
    discussion: [
      "What is not named stays; an empty text takes a member away. Without options the card is"
        + " shown. Each change is on record."
    ],
    arguments: [.init(name: "NAME", help: "The server's name")],
    options: [
      config, json,
      .init(long: "owner", valueName: "WHO", help: "Who answers for it"),
      .init(long: "purpose", valueName: "TEXT", help: "What it is for"),
      .init(
        long: "risk", valueName: "TIER", help: "How much it can do",
        values: .choice(["low", "medium", "high", "critical", ""])),
      .init(
        long: "environment", valueName: "NAME", help: "Where it may be used; may be given again"),
      .init(
        long: "data-class", valueName: "CLASS", help: "What data it sees; may be given again"),
      .init(
        long: "origin", valueName: "KIND", help: "Who made it",
        values: .choice(["first-party", "wrapped", "third-party", ""])),
      .init(long: "review-by", valueName: "DATE", help: "When it is looked at again: 2027-01-31"),
      .init(long: "conformance", valueName: "TEXT", help: "How it did in a conformance test"),
      .init(long: "clear", help: "Take the card away"),
    ],
    examples: [
      .init(
        line: "sallyport catalog card github --owner platform@example.com --risk high"
          + " --environment production --review-by 2027-06-30",
        comment: "Who answers for it, and until when")
    ],
    invocation: { arguments throws(UsageError) in
      var members: [String: CardValue] = [:]
      for (option, member) in [
        ("owner", "owner"), ("purpose", "purpose"), ("risk", "risk"), ("origin", "origin"),
        ("review-by", "reviewBy"), ("conformance", "conformance"),
      ] {
        if let text = arguments.value(option) { members[member] = .text(text) }
      }
      for (option, member) in [("environment", "environments"), ("data-class", "dataClasses")] {
        guard let texts = arguments.options[option] else { continue }
        members[member] = .list(texts.filter { !$0.isEmpty })
      }
      if case .text(let date)? = members["reviewBy"], !date.isEmpty, !CardDate.isDate(date) {
        throw UsageError(message: "`--review-by` takes a date such as 2027-01-31")
      }
      let isCleared = arguments.flag("clear")
      guard members.isEmpty || !isCleared else {
        throw UsageError(message: "`--clear` stands alone")
      }
      return .registration(
        .catalog(
          .card(arguments.argument("NAME") ?? "", members: members, isCleared: isCleared)),
        arguments.common)
    })

  private static func required(_ arguments: ParsedArguments) throws(UsageError) -> String {
    guard let registry = arguments.value("registry") else {
      throw UsageError(message: "`--registry` is missing: no registry is asked by itself")
    }
    return registry
  }
}
