extension CommandTable {
  static let approvals = Command(
    name: "approvals", summary: "Calls that wait for people, and the answers to them",
    discussion: [
      "An approval is for one exact call, once. Who answers must have signed in (`sallyport login`)"
        + " and must not be the one the agent acts for."
    ],
    subcommands: [
      approvalsList, approvalsShow, approvalsApprove, approvalsDeny, approvalsWatch,
    ])

  private static let approval = Command.Argument(
    name: "ID", help: "The approval, as `approvals list` shows it")

  private static let reason = Command.Option(
    long: "reason", short: "r", valueName: "TEXT",
    help: "Why, in your words; it is on record, and the agent is told")

  private static let approvalStates = [
    "pending", "approved", "denied", "expired", "voided", "used", "all",
  ]

  private static let approvalsList = Command(
    name: "list", summary: "List the calls that wait for an answer",
    options: [
      config, json,
      .init(
        long: "state", short: "s", valueName: "STATE",
        help: "Those in this state; pending unless given",
        values: .choice(approvalStates)),
    ],
    invocation: { arguments throws(UsageError) in
      let state = arguments.value("state") ?? "pending"
      guard approvalStates.contains(state) else {
        throw UsageError(
          message: "`--state` takes one of \(approvalStates.joined(separator: ", "))")
      }
      return .approvals(.list(state: state == "all" ? nil : state), arguments.common)
    })

  private static let approvalsShow = Command(
    name: "show", summary: "Show what a call would do, who asks, why it was flagged",
    discussion: [
      "In the order in which it should be read: what will happen, who asks for whom, why it was"
        + " flagged, what happened before, what cannot be undone. Invisible characters are drawn."
    ],
    arguments: [approval], options: [config, json],
    invocation: { .approvals(.show(id: $0.argument("ID") ?? ""), $0.common) })

  private static let approvalsApprove = Command(
    name: "approve", summary: "Say yes to one call, once",
    discussion: [
      "With --from-now-on the same person also gives a grant for calls exactly like this one: its"
        + " agent, its tool, these arguments. `grants list` shows it as the policy that it is."
    ],
    arguments: [approval],
    options: [
      config, json, reason,
      .init(
        long: "from-now-on", valueName: "DURATION",
        help: "Grant calls like this one for so long, such as 12h, at most 30d"),
    ],
    examples: [
      .init(
        line: "sallyport approvals approve apr_0f3a9c1d22e44b7a9c10 --reason agreed",
        comment: "After reading `approvals show`"),
      .init(
        line: "sallyport approvals approve apr_0f3a9c1d22e44b7a9c10 --from-now-on 7d",
        comment: "And for a week no more questions about this very call"),
    ],
    invocation: { arguments throws(UsageError) in
      let fromNowOn =
        arguments.value("from-now-on") == nil
        ? nil : try arguments.seconds("from-now-on", default: 0)
      return .approvals(
        .answer(
          id: arguments.argument("ID") ?? "", .approve, reason: arguments.value("reason"),
          fromNowOn: fromNowOn), arguments.common)
    })

  private static let approvalsDeny = Command(
    name: "deny", summary: "Say no to one call", arguments: [approval],
    options: [config, json, reason],
    invocation: { arguments throws(UsageError) in
      guard let why = arguments.value("reason"), !why.isEmpty else {
        throw UsageError(message: "`--reason` is missing: the agent is told why")
      }
      return .approvals(
        .answer(id: arguments.argument("ID") ?? "", .deny, reason: why), arguments.common)
    })

  private static let approvalsWatch = Command(
    name: "watch", summary: "Show approvals as they come and change, until interrupted",
    discussion: ["With --json each line is an object, as `approvals list --json` has them."],
    options: [config, json],
    invocation: { .approvals(.watch, $0.common) })
}
