extension CommandTable {
  static let tools = Command(
    name: "tools", summary: "The tools of all servers",
    subcommands: [toolsList, toolsSearch])

  private static let toolsList = Command(
    name: "list", summary: "List the tools with their effect",
    options: [
      config, json,
      .init(long: "server", short: "s", valueName: "NAME", help: "Only this server's tools"),
    ],
    examples: [
      .init(line: "sallyport tools list --server github", comment: "One server's tools")
    ],
    invocation: { .toolsList(server: $0.value("server"), $0.common) })

  private static let toolsSearch = Command(
    name: "search", summary: "Find the tools that fit a wish in plain words",
    discussion: [
      "Searches the tools of the running gateway, best first: the names, descriptions and"
        + " parameters of the tools and the names of their servers. Each result is the tool with"
        + " the parameters that it must be given, and the first sentence of its description.",
      "With --as it finds what that agent would find with `search_tools`: the tools that policy"
        + " lets it see and call. Without it, all that agents may see at all.",
      "With --catalog it searches a file instead, one JSON object a line (`id`, `server`, `name`,"
        + " `description`, `schema`, and `server_description` if there is one), and needs no"
        + " gateway. With --queries as well (`query`, `relevant` with the ids that fit) it says how"
        + " well the search finds what it should.",
    ],
    arguments: [
      .init(name: "QUERY", help: "What is to be done, or the beginning of it", isOptional: true)
    ],
    options: [
      config, json,
      .init(
        long: "k", short: "k", valueName: "N", help: "At most so many results; 10 unless given"),
      .init(long: "server", short: "s", valueName: "NAME", help: "Only this server's tools"),
      .init(
        long: "as", valueName: "AGENT", help: "Only what this agent of the configuration may use"),
      .init(
        long: "tokens", valueName: "N",
        help: "Only what fits into about so many tokens, at four bytes each"),
      .init(long: "explain", help: "Say why each was found, word by word"),
      .init(
        long: "catalog", valueName: "FILE", help: "Search these tools, one a line", values: .file),
      .init(
        long: "queries", valueName: "FILE", help: "Score these queries, one a line", values: .file),
    ],
    examples: [
      .init(
        line: "sallyport tools search 'open a bug report' --k 5", comment: "Which tool does it?"),
      .init(
        line: "sallyport tools search 'open a bug report' --as claude",
        comment: "What would this agent find?"),
      .init(
        line: "sallyport tools search --catalog tools.jsonl --queries queries.jsonl",
        comment: "How good is the search for these queries?"),
    ],
    invocation: { arguments throws(UsageError) in
      let query = arguments.argument("QUERY")
      let catalog = arguments.value("catalog")
      if let queries = arguments.value("queries") {
        guard query == nil else {
          throw UsageError(message: "a QUERY and `--queries` cannot be asked for at once")
        }
        guard let catalog else {
          throw UsageError(message: "`--queries` needs `--catalog` with the tools")
        }
        return .toolsScore(catalog: catalog, queries: queries, arguments.common)
      }
      guard let query else { throw UsageError(message: "QUERY is missing") }
      let agent = arguments.value("as")
      guard catalog == nil || agent == nil else {
        throw UsageError(message: "`--as` asks the running gateway, `--catalog` does not")
      }
      return .toolsSearch(
        ToolSearch(
          query: query, catalog: catalog, agent: agent, server: arguments.value("server"),
          limit: try arguments.integer("k", in: 1...1000, default: 10),
          tokens: arguments.value("tokens") == nil
            ? nil : try arguments.integer("tokens", in: 1...1_000_000, default: 0),
          isExplained: arguments.flag("explain")), arguments.common)
    })
}
