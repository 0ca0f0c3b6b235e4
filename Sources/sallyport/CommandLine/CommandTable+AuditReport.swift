extension CommandTable {
  static let auditReport = Command(
    name: "report", summary: "Write what the ledger shows of the controls that auditors ask about",
    discussion: [
      "Looks at every record once and reports on a period: for each of twenty controls the"
        + " population, a sample, the result and the exceptions. What the ledger cannot show is"
        + " «not covered», with the reason. Needs no running gateway.",
      "Writes JSON to standard output, or with --output report.json and report.html into a new"
        + " directory. The report is not signed yet. Exceptions do not change the exit code.",
    ],
    options: [
      config,
      .init(
        long: "since", valueName: "TIME",
        help: "The period's begin: 90d ago as `90d`, or RFC 3339; the oldest record unless given"),
      .init(long: "until", valueName: "TIME", help: "The period's end; now unless given"),
      .init(
        long: "output", short: "o", valueName: "DIR", help: "Write both forms into this directory",
        values: .directory),
    ],
    examples: [
      .init(
        line: "sallyport audit report --since 2026-07-01 --until 2026-10-01 --output q3",
        comment: "A quarter, to hand over")
    ],
    invocation: { arguments throws(UsageError) in
      .auditReport(
        since: try arguments.time("since"), until: try arguments.time("until"),
        directory: arguments.value("output"), arguments.common)
    })
}
