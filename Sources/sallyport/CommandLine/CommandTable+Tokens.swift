extension CommandTable {
  static let token = Command(
    name: "token", summary: "The tokens that the gateway makes for agents",
    subcommands: [tokenCreate, tokenList, tokenShow, tokenRotate, tokenRevoke])

  private static let identifier = Command.Argument(
    name: "ID", help: "The token's name, as `token list` shows it")

  private static let tokenCreate = Command(
    name: "create", summary: "Make a token and show it, once",
    discussion: [
      "The gateway keeps a digest of it, and nobody can see it again. It counts at once, and until"
        + " its time is over or it is revoked."
    ],
    options: [
      config, json,
      .init(long: "agent", short: "a", valueName: "NAME", help: "The agent that it names; needed"),
      .init(long: "human", valueName: "NAME", help: "On whose behalf the agent acts"),
      .init(long: "roles", valueName: "A,B", help: "Its roles"),
      .init(long: "tenant", valueName: "NAME", help: "Its tenant"),
      .init(
        long: "scopes", valueName: "A,B",
        help: "Its scopes, which policies read as `context.scopes`"),
      .init(
        long: "profile", short: "p", valueName: "NAME",
        help: "Only for the endpoint of this profile"),
      .init(
        long: "ttl", valueName: "DURATION",
        help: "How long it counts, such as 12h or 30d, at most 366d; 90d unless given"),
    ],
    examples: [
      .init(
        line: "sallyport token create --agent ci --human alice --roles build --ttl 30d",
        comment: "For a pipeline, for a month")
    ],
    invocation: { arguments throws(UsageError) in
      guard let agent = arguments.value("agent") else {
        throw UsageError(message: "`--agent` is missing")
      }
      return .token(
        .create(
          TokenDraft(
            agent: agent, human: arguments.value("human"),
            roles: arguments.value("roles")?.split(separator: ",").map(String.init) ?? [],
            tenant: arguments.value("tenant"),
            scopes: arguments.value("scopes")?.split(separator: ",").map(String.init) ?? [],
            profile: arguments.value("profile"),
            lifetime: try arguments.seconds("ttl", default: 90 * 86_400))), arguments.common)
    })

  private static let tokenList = Command(
    name: "list", summary: "List the tokens with whom they name and their last use",
    options: [config, json],
    invocation: { .token(.list, $0.common) })

  private static let tokenShow = Command(
    name: "show", summary: "Show all that is known of a token", arguments: [identifier],
    options: [config, json],
    invocation: { .token(.show(id: $0.argument("ID") ?? ""), $0.common) })

  private static let tokenRotate = Command(
    name: "rotate", summary: "Make a token in the place of another, and show it, once",
    arguments: [identifier],
    options: [
      config, json,
      .init(
        long: "overlap", valueName: "DURATION",
        help: "How long the old one still counts, such as 10m or 1d; 1h unless given"),
    ],
    examples: [
      .init(
        line: "sallyport token rotate 3f2a9c0d11e24b7a --overlap 10m",
        comment: "Ten minutes to replace it everywhere")
    ],
    invocation: { arguments throws(UsageError) in
      .token(
        .rotate(
          id: arguments.argument("ID") ?? "",
          overlap: try arguments.seconds("overlap", default: 3600)), arguments.common)
    })

  private static let tokenRevoke = Command(
    name: "revoke", summary: "Take a token back, at once", arguments: [identifier],
    options: [config, json],
    invocation: { .token(.revoke(id: $0.argument("ID") ?? ""), $0.common) })

  static let whoAmI = Command(
    name: "whoami", summary: "Show whom a token names, or whom you are at the command line",
    discussion: ["Asks the running gateway, also about tokens of issuers."],
    options: [
      config, json,
      .init(
        long: "token", short: "t", valueName: "TOKEN",
        help: "The token; `-` reads it from standard input, where no other user can see it"),
    ],
    invocation: { .whoAmI(token: $0.value("token"), $0.common) })
}

extension ParsedArguments {
  /// A duration in whole seconds: a number with `s`, `m`, `h` or `d`.
  func seconds(_ name: String, default defaultValue: Int64) throws(UsageError) -> Int64 {
    guard let text = value(name) else { return defaultValue }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      (0...1_000_000).contains(number)
    else { throw UsageError(message: "`--\(name)` takes a duration such as 30m, 12h or 30d") }
    return number * unit
  }
}
