import Admin
import Audit

/// Questions that the index over the ledger answers.
extension CommandTable {
  private static let since = Command.Option(
    long: "since", valueName: "TIME", help: "From this time on: 2h ago as `2h`, or RFC 3339")
  private static let until = Command.Option(
    long: "until", valueName: "TIME", help: "Up to this time")
  private static let limit = Command.Option(
    long: "limit", short: "n", valueName: "N", help: "At most so many rows; 200 unless given")

  private static let callScope: [Command.Option] = [
    .init(long: "tool", short: "t", valueName: "NAME", help: "Calls of this tool"),
    .init(long: "server", short: "s", valueName: "NAME", help: "Calls to this server"),
    .init(long: "agent", valueName: "NAME", help: "Calls by this agent"),
    .init(long: "human", valueName: "NAME", help: "Calls on behalf of this person"),
    .init(
      long: "credential", valueName: "HEX",
      help: "Calls with this token: the first 16 digits of its SHA-256"),
    .init(
      long: "skill", valueName: "NAME",
      help: "Calls under this skill: its name, name@version, or its digest or eight digits of it"),
    .init(long: "session", valueName: "ID", help: "Calls of this session"),
    .init(long: "run", valueName: "NAME", help: "Calls of this run"),
  ]

  static let auditGraph = Command(
    name: "graph", summary: "Draw who did what with what: the graph of an incident",
    discussion: [
      "Of a call with those it is a part of and those that are part of it, of a trace, of a run, or"
        + " of what an agent did. Denied, asked, approved and tainted lines differ in shape, dash"
        + " and label.",
      "A graph has a limit of nodes; what is left out is counted in it.",
    ],
    options: [
      config, json,
      .init(long: "call", valueName: "ID", help: "Of this call; the end of the id is enough"),
      .init(
        long: "trace", valueName: "ID", help: "Of this W3C trace; the end of the id is enough"),
      .init(long: "run", valueName: "NAME", help: "Of this run, as the agent named it"),
      .init(long: "agent", valueName: "NAME", help: "Of what this agent did"),
      since, until,
      .init(
        long: "format", short: "f", valueName: "FORMAT",
        help: "How it is written; `tree` unless given",
        values: .choice(GraphFormat.allCases.map(\.rawValue))),
      .init(
        long: "limit", short: "n", valueName: "N",
        help: "At most so many nodes; 1000 unless given"),
    ],
    examples: [
      .init(
        line: "sallyport audit graph --call ac02ef5aa880222c0000000000000002",
        comment: "What is around it?"),
      .init(
        line: "sallyport audit graph --agent claude --since 1h --format svg > incident.svg",
        comment: "A picture of the last hour of an agent"),
    ],
    invocation: { arguments throws(UsageError) in
      let typed = arguments.value("format").flatMap(GraphFormat.init(rawValue:))
      guard let question = try ask("graph", GraphQuestion.parameters, arguments) else {
        throw UsageError(message: "there is no such question")
      }
      return .audit(
        .ask(question, format: arguments.flag("json") ? .json : typed ?? .tree), arguments.common)
    })

  static let auditWho = question(
    "who", "Say who did something, for whom and under which skill",
    ["One row for each agent, person, skill and tool, the latest first."],
    callScope + [
      .init(
        long: "decision", valueName: "DECISION", help: "Only what was decided so",
        values: .choice(["allow", "deny", "ask"])),
      since, until, limit,
    ], WhoQuestion.parameters,
    [
      .init(
        line: "sallyport audit who --tool github__delete_repo --since 30d",
        comment: "Who deleted a repository this month?")
    ])

  static let auditCould = Command(
    name: "could", summary: "Say who could call a tool, now or at a time",
    discussion: [
      "For every agent that may connect: yes, no, after what remedy, or on which policies it"
        + " depends. Made of the policies, tools and agents that the ledger says were in force. Of"
        + " the call only the tool is known, and its arguments when --args gives them.",
      "With --json it is also told what remains of the policies on which it depends.",
    ],
    arguments: [.init(name: "TOOL", help: "The tool, as `server__tool`")],
    options: [
      config, json,
      .init(
        long: "at", valueName: "TIME",
        help: "At this time: 2h ago as `2h`, or RFC 3339; at the newest record unless given"),
      .init(
        long: "args", short: "a", valueName: "JSON", help: "With these arguments, a JSON object"),
    ],
    examples: [
      .init(
        line: "sallyport audit could github__delete_repo --at 2026-11-20T12:00:00Z",
        comment: "Who could have deleted a repository then?"),
      .init(
        line: #"sallyport audit could git__git_commit --args '{"message": "x"}'"#,
        comment: "Who can make this commit now?"),
    ],
    invocation: { arguments throws(UsageError) in
      var values = arguments.values(of: ["at", "args"])
      values["tool"] = arguments.argument("TOOL")
      do throws(QuestionError) {
        return .audit(.could(try AccessQuestion(values)), arguments.common)
      } catch {
        throw UsageError(message: error.message)
      }
    })

  static let auditTouched = question(
    "touched", "Say what a credential, agent, skill or tool touched: its blast radius",
    [
      "Name one credential, agent, person, skill, tool, server, session or run. `direct` counts the"
        + " allowed calls it took part in. `reached` counts those that they may have led to: parts"
        + " of these calls, and whatever came later in the same session, run or trace."
    ], callScope + [since, until, limit], TouchedQuestion.parameters,
    [
      .init(
        line: "sallyport audit touched --credential 9f86d081884c7d65 --since 2026-11-20",
        comment: "A token leaked: what was reached with it?"),
      .init(
        line: "sallyport audit touched --server weather --since 7d",
        comment: "A bad server: where may its answers have gone?"),
    ])

  static let auditBoundary = question(
    "boundary", "Say what left the boundary: bytes to each server and back",
    [
      "Bytes of arguments and results of allowed calls, by server, agent and effect, and exports of"
        + " the ledger itself."
    ], callScope + [since, until], BoundaryQuestion.parameters,
    [.init(line: "sallyport audit boundary --since 1d", comment: "Of the last day")])

  static let auditApprovals = question(
    "approvals", "Say how people answer when they are asked for approval",
    [
      "For each approver how many answers, how long they took (median, and what 90 of 100 stay"
        + " below), how many in one hour at most, and how many came too fast to have been read."
    ],
    [
      .init(long: "approver", valueName: "NAME", help: "Only this person"),
      .init(
        long: "fast", valueName: "SECONDS",
        help: "What counts as too fast; below 5 seconds unless given"),
      since, until,
    ], ApprovalsQuestion.parameters,
    [.init(line: "sallyport audit approvals --since 30d", comment: "Of this month")])

  static let auditUnused = question(
    "unused", "List the permits in force that nobody used",
    ["A permit is used when it determines an allow."],
    [
      .init(
        long: "since", valueName: "TIME", help: "Not used since then; 90 days ago unless given")
    ], UnusedQuestion.parameters,
    [.init(line: "sallyport audit unused --since 30d", comment: "Not used for 30 days")])

  static let auditChanges = question(
    "changes", "List changes of configuration, policies, tools, agents and servers",
    [
      "With the digests before and after, who did it and how. Policy files are shown as `diff -u`"
        + " shows them; of tools and agents what was added, removed and changed."
    ],
    [
      .init(
        long: "of", valueName: "PART", help: "Only changes of this",
        values: .choice([
          "configuration", "policies", "tools", "agents", "upstream", "pins",
        ])),
      since, until, limit,
    ], ChangesQuestion.parameters,
    [.init(line: "sallyport audit changes --of policies --since 30d", comment: "Of this month")])

  static let auditGaps = question(
    "gaps", "List what the ledger does not say: calls in doubt, missing records, crashes",
    [
      "Calls without outcome, sequences that are missing, what was cut off when the ledger was"
        + " opened, starts without a stop before, a clock that went back. Ends with exit code 1"
        + " when something wants an explanation."
    ],
    [
      since, until,
      .init(
        long: "limit", short: "n", valueName: "N", help: "At most so many rows; 1000 unless given"),
    ], GapsQuestion.parameters,
    [.init(line: "sallyport audit gaps", comment: "Is the record whole?")])

  static let auditReindex = Command(
    name: "reindex", summary: "Make the index over the ledger anew",
    discussion: [
      "Questions read an index, `index.sqlite` in the data directory, and bring it up to date"
        + " first. It is made of the ledger and can be removed at any time."
    ],
    options: [config, json],
    examples: [.init(line: "sallyport audit reindex", comment: "After it was damaged")],
    invocation: { .audit(.reindex, $0.common) })

  private static func question(
    _ name: String, _ summary: String, _ discussion: [String], _ options: [Command.Option],
    _ parameters: [String], _ examples: [Command.Example]
  ) -> Command {
    Command(
      name: name, summary: summary, discussion: discussion, options: [config, json] + options,
      examples: examples,
      invocation: { arguments throws(UsageError) in
        guard let question = try ask(name, parameters, arguments) else {
          throw UsageError(message: "there is no such question")
        }
        return .audit(.ask(question, format: .tree), arguments.common)
      })
  }

  private static func ask(
    _ name: String, _ parameters: [String], _ arguments: ParsedArguments
  ) throws(UsageError) -> AuditQuestion? {
    do {
      return try AuditQuestion(name, arguments.values(of: parameters))
    } catch {
      throw UsageError(message: error.message)
    }
  }
}
