extension CommandTable {
  static let audit = Command(
    name: "audit", summary: "The ledger: what was asked, decided and done",
    subcommands: [
      auditTail, auditList, auditGraph, auditWho, auditCould, auditTouched, auditBoundary,
      auditApprovals, auditUnused, auditChanges, auditGaps, auditReindex, auditExport, auditReport,
    ] + evidence)

  private static let auditTail = Command(
    name: "tail", summary: "Show the latest records",
    options: [
      config, json,
      .init(long: "follow", short: "f", help: "Go on with new records as they are written"),
      .init(
        long: "lines", short: "n", valueName: "N",
        help: "How many records to begin with; 20 unless given"),
    ],
    examples: [.init(line: "sallyport audit tail -f", comment: "Watch what agents do")],
    invocation: { arguments throws(UsageError) in
      .auditTail(
        follow: arguments.flag("follow"),
        count: try arguments.integer("lines", in: 0...100_000, default: 20), arguments.common)
    })

  private static let auditList = Command(
    name: "list", summary: "List the records that match",
    discussion: ["All conditions must hold. Without any, the latest records are listed."],
    options: [
      config, json,
      .init(long: "kind", valueName: "KIND", help: "Records of this kind"),
      .init(
        long: "decision", valueName: "DECISION", help: "What was decided",
        values: .choice(["allow", "deny", "ask"])),
      .init(long: "server", short: "s", valueName: "NAME", help: "Calls to this server"),
      .init(long: "tool", short: "t", valueName: "NAME", help: "Calls of this tool"),
      .init(long: "agent", valueName: "NAME", help: "Calls by this agent"),
      .init(long: "call", valueName: "ID", help: "Everything about one call"),
      .init(
        long: "since", valueName: "TIME", help: "From this time on: 2h ago as `2h`, or RFC 3339"),
      .init(long: "until", valueName: "TIME", help: "Up to this time"),
      .init(long: "lines", short: "n", valueName: "N", help: "At most so many; 100 unless given"),
      .init(
        long: "payloads", help: "With the arguments, results and prompts, as far as they are kept"),
    ],
    examples: [
      .init(
        line: "sallyport audit list --decision deny --since 1d",
        comment: "What was denied since yesterday"),
      .init(line: "sallyport audit list --server github --json", comment: "For another program"),
    ],
    invocation: { arguments throws(UsageError) in
      .auditList(
        AuditFilter(
          kind: arguments.value("kind"), server: arguments.value("server"),
          tool: arguments.value("tool"), decision: arguments.value("decision"),
          agent: arguments.value("agent"), since: try arguments.time("since"),
          until: try arguments.time("until"), call: arguments.value("call"),
          count: try arguments.integer("lines", in: 1...1_000_000, default: 100),
          showsPayloads: arguments.flag("payloads")), arguments.common)
    })
}
