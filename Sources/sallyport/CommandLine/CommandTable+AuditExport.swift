import Audit
import Export
import HTTP

extension CommandTable {
  static let auditExport = Command(
    name: "export", summary: "Write records in other forms, and to other places",
    discussion: [
      "Delivers the records in their order and each at least once, to standard output, a file, a"
        + " webhook or a syslog server, and ends at the present end of the ledger. Needs no running"
        + " gateway.",
      "With --resume the place is kept in a file, and the next run goes on after it. Nothing is"
        + " ever skipped: what a receiver refuses for good ends the export with exit code 1.",
    ],
    options: [
      config, .init(long: "json", help: "Write the summary as JSON, on standard error"),
      .init(
        long: "format", valueName: "FORMAT",
        help: "The form; cloudevents for a webhook and jsonl for all else unless given",
        values: .choice(ExportFormat.allCases.map(\.rawValue))),
      .init(
        long: "output", short: "o", valueName: "FILE", help: "Write to this file, a new one",
        values: .file),
      .init(long: "webhook", valueName: "URL", help: "Post batches to this URL"),
      .init(
        long: "syslog", valueName: "ADDRESS",
        help: "Send to unix:/dev/log, udp://HOST:514 or tcp://HOST:601"),
      .init(
        long: "resume", valueName: "FILE",
        help: "Keep the place in this file, and go on from there",
        values: .file),
      .init(
        long: "from", valueName: "SEQ",
        help: "Begin with this record where no place is kept; the oldest unless given"),
      .init(long: "follow", short: "f", help: "Go on with new records as they are written"),
      .init(long: "kind", valueName: "KIND", help: "Records of this kind; may be repeated"),
      .init(long: "since", valueName: "TIME", help: "Records from this time on: `2h`, or RFC 3339"),
      .init(long: "until", valueName: "TIME", help: "Records up to this time"),
      .init(long: "batch", valueName: "N", help: "Records of a batch; 500 unless given"),
      .init(long: "batch-bytes", valueName: "N", help: "Bytes of a batch; 1048576 unless given"),
      .init(
        long: "give-up", valueName: "TIME",
        help: "Try a batch no longer than this, for example 10m; for ever unless given"),
      .init(
        long: "token", valueName: "PLACE",
        help: "The webhook's bearer token, in env:NAME or file:PATH"),
      .init(
        long: "sign", valueName: "PLACE",
        help: "Sign requests with the key in env:NAME or file:PATH"),
      .init(
        long: "ca", valueName: "FILE",
        help: "Trust the authorities in this PEM file instead of the system's", values: .file),
      .init(long: "plain-http", help: "Let records travel unencrypted to another machine"),
      .init(
        long: "source", valueName: "URI", help: "The source of CloudEvents, a URI reference"),
    ],
    examples: [
      .init(
        line: "sallyport audit export --format csv --since 30d --output month.csv",
        comment: "A table for a spreadsheet"),
      .init(
        line: "sallyport audit export --format ocsf --syslog tcp://siem.example:601"
          + " --resume siem.position --follow",
        comment: "To a SIEM, as a service"),
      .init(
        line: "sallyport audit export --webhook https://hooks.example/sallyport"
          + " --token env:HOOK_TOKEN --resume hook.position",
        comment: "What is new, as CloudEvents"),
    ],
    invocation: { arguments throws(UsageError) in
      .auditExport(try exportOptions(arguments), arguments.common)
    })

  private static func exportOptions(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> AuditExportOptions {
    var options = AuditExportOptions()
    options.target = try target(arguments)
    let isWebhook = if case .webhook = options.target { true } else { false }
    options.format =
      arguments.value("format").flatMap(ExportFormat.init) ?? (isWebhook ? .cloudevents : .jsonl)
    try refuseForeign(arguments, options)
    options.position = arguments.value("resume")
    if arguments.value("from") != nil {
      options.from = UInt64(try arguments.integer("from", in: 0...Int.max, default: 0))
    }
    options.since = try arguments.time("since")
    options.until = try arguments.time("until")
    options.kinds = arguments.options["kind"] ?? []
    options.isFollowing = arguments.flag("follow")
    options.limits = BatchLimits(
      records: try arguments.integer("batch", in: 1...100_000, default: 500),
      bytes: try arguments.integer("batch-bytes", in: 1...(64 << 20), default: 1 << 20))
    options.giveUpAfter = try duration("give-up", arguments)
    options.token = try secretPlace("token", arguments)
    options.signingKey = try secretPlace("sign", arguments)
    options.certificateAuthorities = arguments.value("ca")
    options.source = arguments.value("source")
    return options
  }

  private static func target(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> AuditExportOptions.Target {
    let named = ["output", "webhook", "syslog"].filter { arguments.value($0) != nil }
    guard named.count < 2 else {
      throw UsageError(message: "`--\(named[0])` and `--\(named[1])` are two destinations")
    }
    if let path = arguments.value("output") { return path == "-" ? .standardOutput : .file(path) }
    if let text = arguments.value("webhook") {
      return .webhook(try webhook(text, isPlainAllowed: arguments.flag("plain-http")))
    }
    if let text = arguments.value("syslog") { return .syslog(try syslog(text)) }
    return .standardOutput
  }

  private static func webhook(
    _ text: String, isPlainAllowed: Bool
  ) throws(UsageError) -> HTTPURL {
    let url: HTTPURL
    do throws(HTTPURLError) {
      url = try HTTPURL(text)
    } catch {
      throw UsageError(message: "`--webhook`: \(printable(error.description))")
    }
    let isLocal = ["localhost", "127.0.0.1", "::1"].contains(url.host)
    guard url.scheme == .https || isLocal || isPlainAllowed else {
      throw UsageError(
        message: "records would travel unencrypted to \(url.host): use https://,"
          + " or say `--plain-http`")
    }
    return url
  }

  private static func syslog(_ text: String) throws(UsageError) -> SyslogAddress {
    do throws(SyslogAddress.Problem) {
      return try SyslogAddress(text)
    } catch {
      let problem =
        switch error {
        case .unknown: "an address is unix:/dev/log, udp://HOST:514 or tcp://HOST:601"
        case .tls: "TLS is not spoken to a syslog server; send to a relay on this machine"
        case .port: "ports are 1 to 65535"
        case .path: "a Unix socket's path has 1 to 107 bytes"
        }
      throw UsageError(message: "`--syslog`: \(problem)")
    }
  }

  private static func refuseForeign(
    _ arguments: ParsedArguments, _ options: AuditExportOptions
  ) throws(UsageError) {
    let isWebhook = if case .webhook = options.target { true } else { false }
    let isSyslog = if case .syslog = options.target { true } else { false }
    for name in ["token", "sign", "ca", "plain-http"] where arguments.flag(name) && !isWebhook {
      throw UsageError(message: "`--\(name)` goes with `--webhook`")
    }
    guard options.format != .csv || !isWebhook && !isSyslog else {
      throw UsageError(
        message: "csv is for files; a webhook or syslog takes jsonl, ocsf, cloudevents")
    }
    guard !arguments.flag("source") || options.format == .cloudevents else {
      throw UsageError(message: "`--source` goes with `--format cloudevents`")
    }
    guard !arguments.flag("follow") || !arguments.flag("until") else {
      throw UsageError(message: "`--follow` and `--until` do not go together")
    }
  }

  private static func duration(
    _ name: String, _ arguments: ParsedArguments
  ) throws(UsageError) -> Duration? {
    guard let text = arguments.value(name) else { return nil }
    guard case .ago(let milliseconds)? = AuditTime(text) else {
      throw UsageError(message: "`--\(name)` takes a duration such as 10m")
    }
    return .milliseconds(milliseconds)
  }

  private static func secretPlace(
    _ name: String, _ arguments: ParsedArguments
  ) throws(UsageError) -> AuditExportOptions.SecretPlace? {
    guard let text = arguments.value(name) else { return nil }
    // What was typed may be the secret itself.
    guard let place = AuditExportOptions.SecretPlace(text) else {
      throw UsageError(message: "`--\(name)` takes env:NAME or file:PATH")
    }
    return place
  }
}
