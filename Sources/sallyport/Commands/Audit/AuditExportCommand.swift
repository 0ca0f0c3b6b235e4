import Audit
import Configuration
import Export
import Glibc
import HTTP
import Ledger
import Reactor

/// `sallyport audit export`
struct AuditExportCommand {
  private static let ended = [SIGTERM, SIGINT]

  let options: AuditExportOptions
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    var plan = ExportPlan(
      directory: DataDirectory(directories.data).ledger, format: options.format,
      destination: options.target.name, version: Version.current, host: Self.hostName)
    plan.from = options.from
    plan.positionFile = options.position.map(PositionFile.init)
    plan.isFollowing = options.isFollowing
    plan.source = options.source
    if case .syslog = options.target { plan.isSyslog = true }
    do throws(AuditFilterError) {
      plan.filter = try filter()
    } catch {
      session.report(error.reason)
      return .usage
    }
    let webhook: WebhookConfiguration?
    do throws(ExportSecret.Failure) {
      webhook = try self.webhook()
    } catch {
      session.report(error.reason)
      return .configuration
    }
    let isContinuing = options.position.map { access($0, F_OK) == 0 } ?? false
    let result = export(plan, webhook)
    if plan.isWhole, case .finished = result.ending {
      note(result.progress, directories, isContinuing: isContinuing)
    }
    return finish(result)
  }

  /// Puts on record what was given, so that it can be let go. What was exported stays so if the
  /// ledger cannot be written, as that of another machine.
  private func note(
    _ progress: Delivery.Progress, _ directories: ConfigurationDirectories, isContinuing: Bool
  ) {
    do {
      let range = try ExportedRange.of(
        progress, in: DataDirectory(directories.data).ledger, isContinuing: isContinuing)
      guard let range else { return }
      try ExportNote(
        access: LedgerAccess(directories: directories, common: common, session: session),
        format: options.format.rawValue, destination: options.target.name
      ).write(first: range.lowerBound, last: range.upperBound + 1)
    } catch {
      _ = session.report(ledger: error)
      session.report(
        "the export is not on record",
        hint: "`sallyport audit retain` will not count these records as exported")
    }
  }

  private func filter() throws(AuditFilterError) -> LedgerFilter {
    let now = LedgerRecord.now()
    var filter = try LedgerFilter(AuditFilter(since: options.since, until: options.until), now: now)
    for kind in options.kinds {
      filter.kinds.formUnion(try LedgerFilter(AuditFilter(kind: kind), now: now).kinds)
    }
    return filter
  }

  private func webhook() throws(ExportSecret.Failure) -> WebhookConfiguration? {
    guard case .webhook(let url) = options.target else { return nil }
    var webhook = WebhookConfiguration(url: url)
    webhook.token = try options.token.map { place throws(ExportSecret.Failure) in
      try ExportSecret.read(place, session.environment)
    }
    webhook.signingKey = try options.signingKey.map { place throws(ExportSecret.Failure) in
      Array(try ExportSecret.read(place, session.environment).utf8)
    }
    webhook.certificateAuthorities = options.certificateAuthorities
    webhook.proxy = HTTPProxy.fromEnvironment(session.environment)
    webhook.isBatched = options.limits.records > 1
    return webhook
  }

  // MARK: Running

  /// Written on the loop before it stops, read after it has stopped.
  private final class Outcome: @unchecked Sendable {
    var result: ExportResult?
  }

  private func export(_ plan: ExportPlan, _ webhook: WebhookConfiguration?) -> ExportResult {
    // Before any thread starts, as in `serve`. Without `--follow` a signal simply ends the process:
    // the next run goes on after what was saved.
    if options.isFollowing { Signals.block(Self.ended) }
    signal(SIGPIPE, SIG_IGN)
    let loop: EventLoop
    do { loop = try EventLoop(name: "export") } catch {
      return ExportResult(ending: .failed("\(error)"))
    }
    let outcome = Outcome()
    loop.execute { begin(plan, webhook, on: loop, outcome) }
    loop.run()
    return outcome.result ?? ExportResult(ending: .failed("the export did not end"))
  }

  private func begin(
    _ plan: ExportPlan, _ webhook: WebhookConfiguration?, on loop: EventLoop, _ outcome: Outcome
  ) {
    let delivery = Delivery(
      limits: options.limits, giveUpAfter: options.giveUpAfter, isFollowing: options.isFollowing)
    let run = ExportRun(plan, delivery: delivery, loop: loop, tell: tell) {
      position throws(ExportError) in
      try destination(webhook, position, on: loop)
    }
    let task = loop.spawnConfined {
      outcome.result = await run.run()
      loop.stop()
    }
    guard options.isFollowing else { return }
    do {
      _ = try Signals.install(Self.ended, on: loop) { _ in task.cancel() }
    } catch {
      session.report("signals cannot be received: \(error)")
    }
  }

  private func destination(
    _ webhook: WebhookConfiguration?, _ position: ExportPosition?, on loop: EventLoop
  ) throws(ExportError) -> any ExportDestination {
    switch options.target {
    case .standardOutput:
      FileDestination(standardOutputAs: options.format, isContinuing: position != nil)
    case .file(let path):
      try FileDestination(
        path: path, as: options.format, continuingAt: position.map { $0.outputBytes ?? 0 })
    case .webhook(let url):
      WebhookDestination(
        webhook ?? WebhookConfiguration(url: url), as: options.format,
        client: HTTPClient(loop: loop))
    case .syslog(let address):
      SyslogDestination(address)
    }
  }

  // MARK: What is said

  private func tell(_ reason: String, _ wait: Duration) {
    let seconds = Double(wait.components.seconds) + Double(wait.components.attoseconds) * 1e-18
    session.report(reason, hint: "the next try is in \((seconds * 10).rounded() / 10) s")
  }

  private func finish(_ result: ExportResult) -> ExitCode {
    let (word, reason): (String, String?) =
      switch result.ending {
      case .finished: ("finished", nil)
      case .interrupted: ("interrupted", nil)
      case .failed(let reason): ("failed", reason)
      }
    if let reason { session.report("the export ended: \(reason)") }
    Output.writeError(common.json ? json(result.progress, word, reason) : text(result.progress))
    return reason == nil ? .success : .failure
  }

  private func text(_ progress: Delivery.Progress) -> String {
    guard let first = progress.first, let last = progress.last else {
      return "no records were exported\n"
    }
    let batches = progress.batches == 1 ? "1 batch" : "\(progress.batches) batches"
    let again = progress.retries > 0 ? ", \(progress.retries) tries again" : ""
    return "\(progress.records) records exported to \(printable(options.target.name))"
      + " (\(first) to \(last), \(batches)\(again))\n"
  }

  private func json(_ progress: Delivery.Progress, _ word: String, _ reason: String?) -> String {
    var members = [
      ("batches", "\(progress.batches)"), ("bytes", "\(progress.bytes)"),
      ("destination", JSONText.string(options.target.name)),
      ("ending", JSONText.string(word)),
    ]
    if let first = progress.first { members.append(("first", "\(first)")) }
    members.append(("format", JSONText.string(options.format.rawValue)))
    if let last = progress.last { members.append(("last", "\(last)")) }
    if let reason { members.append(("reason", JSONText.string(reason))) }
    members += [("records", "\(progress.records)"), ("retries", "\(progress.retries)")]
    return JSONText.object(members) + "\n"
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension ExportPlan {
  /// Whether it comes to an end and leaves no record out on the way.
  fileprivate var isWhole: Bool { !isFollowing && filter == LedgerFilter() }
}
