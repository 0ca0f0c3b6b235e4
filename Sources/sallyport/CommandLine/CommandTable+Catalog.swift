import Configuration

extension CommandTable {
  static let catalog = Command(
    name: "catalog", summary: "Servers of registries, and what is known of those that are here",
    subcommands: [catalogList, catalogSearch, catalogShow, catalogAdd, catalogCard])

  private static let registry = Command.Option(
    long: "registry", short: "r", valueName: "WHERE",
    help: "A server.json, a directory of them, or the https address of a registry",
    values: .file)

  private static let authorities = Command.Option(
    long: "ca", valueName: "FILE",
    help: "Trust the authorities in this PEM file instead of the system's", values: .file)

  private static let risks = Configuration.Card.Risk.allCases.map(\.rawValue)

  private static let catalogList = Command(
    name: "list", summary: "List the servers that are here, and what is known of each",
    discussion: [
      "One line a server, of the configuration file and of the store, also those of which nothing"
        + " is known. Of several filters all must fit."
    ],
    options: [
      config, json,
      .init(long: "owner", valueName: "WHO", help: "Only those that this one answers for"),
      .init(
        long: "risk", valueName: "TIER", help: "Only those of this risk", values: .choice(risks)),
      .init(long: "overdue", help: "Only those whose review is overdue"),
    ],
    examples: [
      .init(line: "sallyport catalog list --overdue", comment: "What is to be looked at again")
    ],
    invocation: {
      .registration(
        .catalog(
          .list(
            CatalogFilter(
              owner: $0.value("owner"), risk: $0.value("risk"), isOverdue: $0.flag("overdue")))),
        $0.common)
    })

  private static let catalogSearch = Command(
    name: "search", summary: "Find servers of a registry",
    discussion: [
      "Reads `server.json` files of the MCP registry, or asks a registry over https. Nothing is"
        + " asked but the one that --registry names. Of a registry with more than 50 pages the"
        + " first 50 are read, and standard error says so."
    ],
    arguments: [.init(name: "WORDS", help: "What is looked for", isRepeated: true)],
    options: [
      config, json, registry, authorities,
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
    options: [config, json, registry, authorities],
    invocation: { arguments throws(UsageError) in
      .registration(
        .catalog(.show(arguments.argument("NAME") ?? "", registry: try source(arguments))),
        arguments.common)
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
      config, json, registry, authorities,
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
        + " shown. Each change is on record. A card that stands in the configuration file is"
        + " changed there."
    ],
    arguments: [.init(name: "NAME", help: "The server's name")],
    options: [
      config, json,
      .init(long: "owner", valueName: "WHO", help: "Who answers for it"),
      .init(long: "purpose", valueName: "TEXT", help: "What it is for"),
      .init(
        long: "risk", valueName: "TIER", help: "How much it can do",
        values: .choice(risks + [""])),
      .init(
        long: "environment", valueName: "NAME", help: "Where it may be used; may be given again"),
      .init(
        long: "data-class", valueName: "CLASS", help: "What data it sees; may be given again"),
      .init(
        long: "origin", valueName: "KIND", help: "Who made it",
        values: .choice(Configuration.Card.Origin.allCases.map(\.rawValue) + [""])),
      .init(long: "review-by", valueName: "DATE", help: "When it is looked at again: 2027-01-31"),
      .init(
        long: "conformance", valueName: "VERDICT", help: "How it did in a conformance test",
        values: .choice(Configuration.Card.Verdict.allCases.map(\.rawValue) + [""])),
      .init(long: "conformance-date", valueName: "DAY", help: "When that test was"),
      .init(
        long: "conformance-note", valueName: "WHY", help: "What is to be said of that test"),
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
        ("conformance-date", "conformanceDate"), ("conformance-note", "conformanceNote"),
      ] {
        if let text = arguments.value(option) { members[member] = .text(text) }
      }
      for (option, member) in [("environment", "environments"), ("data-class", "dataClasses")] {
        guard let texts = arguments.options[option] else { continue }
        members[member] = .list(texts.filter { !$0.isEmpty })
      }
      for option in ["review-by", "conformance-date"] {
        guard let date = arguments.value(option), !date.isEmpty, !CardDate.isDate(date) else {
          continue
        }
        throw UsageError(message: "`--\(option)` takes a date such as 2027-01-31")
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

  private static func required(_ arguments: ParsedArguments) throws(UsageError) -> RegistrySource {
    guard let source = try source(arguments) else {
      throw UsageError(message: "`--registry` is missing: no registry is asked by itself")
    }
    return source
  }

  private static func source(_ arguments: ParsedArguments) throws(UsageError) -> RegistrySource? {
    let place = arguments.value("registry")
    let authorities = arguments.value("ca")
    guard authorities == nil || place?.lowercased().hasPrefix("https://") == true else {
      throw UsageError(message: "`--ca` goes with an https address in `--registry`")
    }
    return place.map { RegistrySource(place: $0, certificateAuthorities: authorities) }
  }
}
