import Catalog

extension CommandTable {
  private static let server = Command.Argument(
    name: "NAME", help: "The server's name in the configuration")
  private static let items = Command.Argument(
    name: "ITEM",
    help: "`server`, `instructions`, a tool's own name, `prompt:NAME`, `template:URI` or"
      + " `page:URI`; `*` stands for any characters of those that wait",
    isOptional: true, isRepeated: true)
  private static let reason = Command.Option(
    long: "reason", short: "r", valueName: "TEXT", help: "Why; it goes on record")

  private static let rejectingAsPerson =
    "After `sallyport login` policy must permit `Sallyport::Action::\"reject\"` to the person who"
    + " signed in; without a session the user of the socket always may."

  static let upstreamShow = Command(
    name: "show", summary: "Show how a server is doing, what it lists and what waits",
    discussion: [
      "First the state of its connection, the last error and what to do about it, and what became"
        + " of the calls of the last five minutes. Of a server that is not quarantined it shows"
        + " what it lists, with the effects of tools.",
      "For each item that waits: what it says, with invisible characters drawn, what is suspicious"
        + " about it, what a tool seems to do, and what differs from what was approved.",
    ],
    arguments: [server],
    options: [config, json, .init(long: "all", short: "a", help: "What is approved, too")],
    examples: [
      .init(line: "sallyport upstream show github", comment: "What waits?"),
      .init(line: "sallyport upstream show github --all", comment: "Everything it lists"),
    ],
    invocation: {
      .review(.show(server: $0.argument("NAME") ?? "", all: $0.flag("all")), $0.common)
    })

  static let upstreamApprove = Command(
    name: "approve", summary: "Let agents see items of a server",
    discussion: [
      "Shows what waits, or the items that are named, and asks. What is approved is exactly what"
        + " was shown; if the server lists something else by then, nothing is. A later change of an"
        + " item holds that item back again.",
      "Policy must permit `Sallyport::Action::\"approve\"` to the agent `operator`; after"
        + " `sallyport login` to the person who signed in.",
    ],
    arguments: [server, items],
    options: [
      config, json,
      .init(
        long: "effect", valueName: "TOOL=EFFECT",
        help: "What a tool does: read, write, destructive, egress or admin; `draft` takes what was"
          + " drafted. TOOL may be a pattern. Unset counts as destructive, unless the configuration"
          + " says otherwise"),
      .init(
        long: "despite", valueName: "RULE", help: "Approve although this rule stops an approval"),
      reason,
      .init(long: "yes", short: "y", help: "Do not ask; needed where nobody can be asked"),
    ],
    examples: [
      .init(line: "sallyport upstream approve github", comment: "Everything that waits"),
      .init(
        line: "sallyport upstream approve github server get_issue --effect get_issue=read",
        comment: "One tool, which only reads"),
      .init(
        line: "sallyport upstream approve github 'list_*' --effect '*=draft' --yes",
        comment: "A pattern, with the effects that were drafted"),
    ],
    invocation: { arguments throws(UsageError) in
      var request = decision(.approve, arguments)
      for text in arguments.options["effect"] ?? [] {
        let bytes = text.utf8
        guard let mark = bytes.lastIndex(of: UInt8(ascii: "=")), mark > bytes.startIndex,
          bytes.index(after: mark) < bytes.endIndex
        else { throw UsageError(message: "`--effect` takes TOOL=EFFECT, such as get_issue=read") }
        request.effects[String(text[..<mark])] = String(text[bytes.index(after: mark)...])
      }
      request.despite = Set(arguments.options["despite"] ?? [])
      return .review(
        .decide(
          request, server: arguments.argument("NAME") ?? "", isConfirmed: arguments.flag("yes")),
        arguments.common)
    })

  static let upstreamReject = Command(
    name: "reject", summary: "Turn down items of a server",
    discussion: [
      "Agents do not see them, and they do not wait any more. Another definition waits again.",
      rejectingAsPerson,
    ],
    arguments: [server, items], options: [config, json, reason],
    examples: [
      .init(
        line: "sallyport upstream reject github delete_repository --reason 'nobody needs it'",
        comment: "One tool")
    ],
    invocation: { decided(.reject, $0) })

  static let upstreamRevoke = Command(
    name: "revoke", summary: "Take approvals back",
    discussion: [
      "Agents do not see the items any more. Without an ITEM: all of the server.",
      rejectingAsPerson,
    ],
    arguments: [server, items], options: [config, json, reason],
    examples: [
      .init(line: "sallyport upstream revoke github merge_pull_request", comment: "One tool")
    ],
    invocation: { decided(.revoke, $0) })

  private static func decision(
    _ verb: ReviewRequest.Verb, _ arguments: ParsedArguments
  ) -> ReviewRequest {
    var request = ReviewRequest(verb)
    request.items = arguments.positional["ITEM"] ?? []
    request.reason = arguments.value("reason")
    return request
  }

  private static func decided(
    _ verb: ReviewRequest.Verb, _ arguments: ParsedArguments
  ) -> Invocation {
    .review(
      .decide(
        decision(verb, arguments), server: arguments.argument("NAME") ?? "", isConfirmed: true),
      arguments.common)
  }
}
