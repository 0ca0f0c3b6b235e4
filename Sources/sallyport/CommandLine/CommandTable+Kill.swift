import Orders

extension CommandTable {
  static let kill = Command(
    name: "kill", summary: "Stop an agent, a person's agents, a tool, a server, a profile or all",
    discussion: [
      "At once, on all loops: new calls are refused, those under way are cancelled, streams and"
        + " sessions end, and tokens that the gateway made for who is stopped are revoked, for"
        + " good. What was sent already is on record as `unknown`. A stop holds over a restart,"
        + " until it is lifted.",
      "Give exactly one of --agent, --human, --tool, --upstream, --profile and --all.",
    ],
    options: [
      config, json,
      .init(long: "agent", short: "a", valueName: "NAME", help: "This agent"),
      .init(long: "human", valueName: "NAME", help: "Every agent that acts for this person"),
      .init(
        long: "tool", valueName: "NAME",
        help: "This tool; with `*` at its end every tool that begins so"),
      .init(
        long: "upstream", short: "u", valueName: "NAME",
        help: "This server, whose process or connection ends"),
      .init(long: "profile", short: "p", valueName: "NAME", help: "The endpoint of this profile"),
      .init(long: "all", help: "Everything"),
      .init(
        long: "reason", short: "r", valueName: "TEXT",
        help: "Why; needed. Whoever is refused is told"),
      .init(
        long: "keep-tokens", help: "Revoke no tokens: they count again once the stop is lifted"),
    ],
    examples: [
      .init(
        line: "sallyport kill --agent ci --reason 'its token is in a public log'",
        comment: "Stop one agent"),
      .init(line: "sallyport kill --all --reason 'incident 42'", comment: "Stop everything"),
    ],
    subcommands: [killList, killShow, killLift],
    invocation: { arguments throws(UsageError) in
      .kill(
        .stop(
          try stopTarget(arguments), reason: try arguments.reason(),
          keepsTokens: arguments.flag("keep-tokens")), arguments.common)
    })

  private static func stopTarget(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> StopTarget {
    var targets: [StopTarget] = []
    for kind in StopTarget.Kind.allCases where arguments.flag(kind.rawValue) {
      guard let target = StopTarget(kind, name: arguments.value(kind.rawValue) ?? "") else {
        throw UsageError(message: "`--\(kind.rawValue)` takes a name")
      }
      targets.append(target)
    }
    guard targets.count == 1, let target = targets.first else {
      throw UsageError(
        message: "give exactly one of --agent, --human, --tool, --upstream, --profile and --all")
    }
    return target
  }

  private static let stopID = Command.Argument(
    name: "ID", help: "The stop's name, as `kill list` shows it")

  private static let killList = Command(
    name: "list", summary: "List what is stopped, by whom and why",
    options: [config, json],
    invocation: { .kill(.list, $0.common) })

  private static let killShow = Command(
    name: "show", summary: "Show all that is known of a stop", arguments: [stopID],
    options: [config, json],
    invocation: { .kill(.show(id: $0.argument("ID") ?? ""), $0.common) })

  private static let killLift = Command(
    name: "lift", summary: "Take a stop back",
    discussion: ["Policy decides who may: `Sallyport::Action::\"lift\"`."],
    arguments: [stopID],
    options: [
      config, json,
      .init(long: "reason", short: "r", valueName: "TEXT", help: "Why; needed"),
    ],
    examples: [
      .init(
        line: "sallyport kill lift stop-1f2e3d4c5b6a --reason 'the token was replaced'",
        comment: "Let it go on")
    ],
    invocation: { arguments throws(UsageError) in
      .kill(
        .lift(id: arguments.argument("ID") ?? "", reason: try arguments.reason()),
        arguments.common)
    })
}

extension ParsedArguments {
  /// Why something is ordered.
  func reason() throws(UsageError) -> String {
    guard let reason = value("reason"), !reason.isEmpty else {
      throw UsageError(message: "`--reason` is missing")
    }
    return reason
  }
}
