import Admin
import Approvals
import Catalog
import Configuration
import Console
import Gate
import HTTP
import Identity
import JSON
import Ledger
import Logging
import MCP
import Orders
import Reactor
import Synchronization

/// The composition root: every part of a running gateway, and the wires between them.
final class Gateway: @unchecked Sendable {  // confined to `home`, but where said
  struct StartFailure: Error {
    let reason: String
    var hint: String?
    var exitCode = ExitCode.failure
  }

  /// Which clients may come in besides those on the MCP socket.
  enum Face: Equatable {
    case http
    /// For the client of this process alone, who sees this.
    case stdio(Endpoint)
  }

  let home: EventLoop
  let log: Logger
  let directory: DataDirectory
  let environment: [String: String]
  let ledger: Ledger
  let inFlight = InFlightCalls()
  let listings = ListedDefinitions()
  let challenges = StepUpChallenges()
  /// What people decided about upstreams; used on `files`.
  let store: CatalogStore
  /// As the store had them at the start.
  private let pins: [String: ServerPins]
  /// Decisions about items that wait to be written; of `home`.
  let pinQueue: PinQueue
  let stateKeys: StateKeys
  let recorder: SnapshotRecorder
  let policyReview = PolicyReview()
  let sessions: SessionTable
  let startedAt = LedgerRecord.now()
  let configurationPath: String
  let isReady = Atomic(false)
  /// Files are looked at and read on a thread of their own.
  let files: BlockingThread
  /// Policies are held against the tools on another, which decisions do not wait for.
  let reviewer: BlockingThread
  private let group: EventLoopGroup
  var authority: TokenAuthority?
  let agentTokens: AgentTokens
  /// The calls that wait for people.
  let approvals: ApprovalBook
  /// Where the console is, as far as it is known.
  let consoleBase = Mutex("")
  var approvalDesk: ApprovalDesk?
  /// Tells people outside of approvals.
  var notices: NoticeSender?
  let people: People
  /// What people ordered.
  let orders: Orders
  let quotas = QuotaBook()
  /// What was used of quotas, over restarts.
  let usage: UsageFile
  /// Until the next grant is over; of `home`.
  var grantTimer: LoopTimer?
  /// Until a review may be overdue; of `home`.
  var cardTimer: LoopTimer?
  /// Asks issuers, on `home`.
  private(set) var issuerClient: HTTPClient?

  /// What is in force: what the file says, with the upstreams of the store.
  var configuration: Configuration
  /// What the file says.
  var fileConfiguration: Configuration
  /// What was said of upstreams while the gateway ran.
  var register: UpstreamRegister
  /// The upstreams of the store that are not in force.
  var registerProblems: [StoredUpstreamProblem]
  /// A change begins when the one before has ended.
  let changeTurn = Turn()
  /// SHA-256 of the configuration file, as records name it.
  var configurationVersion: String?
  var policies: Policies
  var toolCatalog = CatalogSnapshot.empty
  var lanes: [Lane] = []
  var watch: ConfigurationWatch?
  private let marks: [ConfigurationWatch.Mark]
  var sockets: [LocalSocket] = []
  private(set) var catalog: Catalog?
  private(set) var subscriptions: SubscriptionHub?
  var index: CatalogIndex?
  var adminServer: HTTPServer?
  var logServer: HTTPServer?
  private var witnesses: Witnesses?
  private var retention: RetentionSchedule?
  private(set) var isStopping = false
  /// Where clients connect: `host:port`, or `stdio`.
  var listening = "stdio"
  /// Servers of which something is held back since it was last told.
  var quarantined: Set<String> = []
  var isPublishingLater = false
  /// Why new calls do not see the last change; nil when they do.
  var publishProblem: String?

  var loops: [EventLoop] { group.loops }

  /// Opens what must be there before the first call: policies, the data directory, the ledger.
  init(
    _ configuration: Configuration, path: String, environment: [String: String], log: Logger
  ) throws(StartFailure) {
    // Before the policies are read: what changes from now on is noticed.
    marks = ConfigurationWatch.marks(
      of: Self.watchedPaths(path, policies: configuration.policyDirectory))
    fileConfiguration = configuration
    self.environment = environment
    self.log = log
    configurationPath = path
    configurationVersion = Self.configurationVersion(path)
    directory = DataDirectory(configuration.dataDirectory)
    var limits = ClientFaceLimits()
    limits.maxSessions = configuration.limits.sessions
    limits.maxSessionsPerPrincipal = max(1, configuration.limits.sessions / 2)
    sessions = SessionTable(limits: limits)
    do {
      policies = try PolicyFiles.load(from: configuration.policyDirectory)
    } catch {
      throw StartFailure(
        reason: "the policies cannot be used:\n\(error)", exitCode: .configuration)
    }
    do { try directory.create() } catch { throw StartFailure(reason: error.reason) }
    do {
      store = try CatalogStore(path: directory.catalogStore)
      register = try store.register()
      pins = try store.pins()
    } catch {
      throw StartFailure(reason: "what was said of servers cannot be read: \(error)")
    }
    (self.configuration, registerProblems) = configuration.adding(
      register.upstreams, disabled: register.disabled, .ofProcess(path: path))
    // What can be told before any server has been asked for its tools.
    let found = PolicySchema(catalog: .empty, configuration: self.configuration).check(policies)
    guard found.errors.isEmpty else {
      throw StartFailure(
        reason: "the policies cannot be used:\n"
          + found.errors.map(\.description).joined(separator: "\n"), exitCode: .configuration)
    }
    do {
      stateKeys = try StateKeyFile(path: directory.stateKey).load()
    } catch {
      throw StartFailure(reason: error.reason)
    }
    let recovery: LedgerRecovery
    do {
      (ledger, recovery) = try Ledger.open(
        directory: directory.ledger,
        configuration: LedgerConfiguration(configuration.audit, in: directory))
    } catch {
      throw StartFailure(reason: "the ledger cannot be opened: \(error)")
    }
    do {
      files = try BlockingThread(name: "files")
      reviewer = try BlockingThread(name: "policies")
      group = try EventLoopGroup(count: configuration.loops ?? Processors.available)
    } catch {
      throw StartFailure(reason: "\(error)")
    }
    do {
      agentTokens = try AgentTokens(path: directory.tokens, thread: files)
    } catch {
      throw StartFailure(reason: "the tokens cannot be read: \(error)")
    }
    do {
      people = try People(
        path: directory.people, thread: files, limits: SessionLimits(configuration.people),
        journal: LedgerJournal(ledger: ledger))
    } catch {
      throw StartFailure(reason: "the accounts of people cannot be read: \(error)")
    }
    do {
      approvals = try ApprovalBook(path: directory.approvals, thread: files)
    } catch {
      throw StartFailure(reason: "the approvals cannot be read: \(error)")
    }
    do {
      orders = try Orders(path: directory.orders, thread: files)
    } catch {
      throw StartFailure(reason: "what people ordered cannot be read: \(error)")
    }
    do {
      let (file, uses) = try UsageFile.open(
        path: directory.quotas, thread: files, at: LedgerRecord.now())
      usage = file
      quotas.restore(uses)
    } catch {
      throw StartFailure(
        reason: "what was used of quotas cannot be read: \(error)",
        hint: "without \(directory.quotas) every quota begins anew: move it away to start so")
    }
    home = group.loops[0]
    pinQueue = PinQueue(ledger: ledger, store: store, files: files)
    recorder = SnapshotRecorder(ledger: ledger)
    report(recovery)
    for problem in registerProblems {
      log.error(
        "an added server is not in force",
        [("upstream", problem.name), ("reason", problem.reason)])
    }
    noteClock()
  }

  /// Says when the clock is behind what is on record already.
  private func noteClock() {
    let newest = try? LedgerReader.newest(1, in: directory.ledger).first
    guard let newest, let time = newest.document.root[member: "time"]?.int64,
      time > LedgerRecord.now()
    else { return }
    let reason = "the clock is \((time - LedgerRecord.now()) / 1_000) ms behind the newest record"
    log.warning("the clock went back", [("reason", reason)])
    note(.clockStepped, reason: reason)
  }

  private func report(_ recovery: LedgerRecovery) {
    for cut in recovery.cuts {
      let reason =
        "\(cut.bytes) bytes of a record that was never finished were cut from \(cut.file) at "
        + "\(cut.offset) and kept as \(cut.keptAs)"
      log.warning("the ledger's tail was repaired", [("reason", reason)])
      note(.ledgerRecovered, reason: reason)
    }
  }

  /// Starts everything. On `home`.
  func start(_ face: Face) async throws(StartFailure) {
    home.preconditionCurrent()
    var clients: [(loop: EventLoop, client: HTTPClient)] = []
    for loop in loops {
      let client = await loop.perform {
        HTTPClient(loop: loop, configuration: HTTPClientConfiguration())
      }
      clients.append((loop, client))
    }
    let identities: BlockingThread
    do {
      identities = try BlockingThread(name: "identities")
    } catch {
      throw StartFailure(reason: "\(error)")
    }
    let catalog = Catalog(
      home: home, clients: HTTPClients(clients), loops: loops, environment: environment,
      files: identities, pins: pins, log: log.named("upstream"),
      onChange: { [weak self] in self?.catalogChanged($0) },
      onEvent: { [weak self] in self?.note($1, of: $0) },
      onPins: { [weak self] in self?.noteLater($0) })
    self.catalog = catalog
    issuerClient = clients[0].client
    renewAuthority()
    let snapshot = try makeSnapshot()
    do {
      try recorder.record(snapshot)
    } catch {
      throw StartFailure(reason: "the ledger cannot be written: \(error)")
    }
    let subscriptions: SubscriptionHub
    do {
      subscriptions = try SubscriptionHub(snapshot)
    } catch {
      throw StartFailure(reason: "\(error)")
    }
    self.subscriptions = subscriptions
    let index: CatalogIndex
    do {
      index = try CatalogIndex()
    } catch {
      throw StartFailure(reason: "\(error)")
    }
    self.index = index
    for loop in loops {
      lanes.append(
        await loop.perform { [self] in
          Lane(
            loop: loop,
            gate: Gate(
              loop: loop, snapshot: snapshot, ledger: ledger, inFlight: inFlight,
              keys: stateKeys, subscriptions: subscriptions, index: index, listings: listings,
              challenges: challenges,
              approvals: approvals, orders: orders, quotas: quotas, log: log.named("gate")))
        })
    }
    note(.started)
    try await recordOwedApprovals()
    reportStops()
    expireGrantsInTime()
    try makeApprovals(clients[0].client)
    if face == .http { try await listen() }
    try listenLocally(catalog)
    startNotices()
    try await showLog()
    witnesses = try Witnesses(
      configuration.audit.witnesses, home: home, client: clients[0].client, ledger: ledger,
      log: log.named("witness"))
    witnesses?.start()
    let schedule = RetentionSchedule(
      home: home, files: files, ledger: ledger, directory: directory.ledger,
      log: log.named("ledger"),
      rules: { [unowned self] in configuration.audit.retention })
    retention = schedule
    schedule.start()
    keepTokenUseRegularly()
    keepQuotasRegularly()
    sweepApprovalsRegularly()
    describeServers()
    keepServersStopped()
    catalog.apply(configuration)
    watch = ConfigurationWatch(
      home: home, files: files, since: marks, paths: { [weak self] in self?.watchedPaths ?? [] },
      changed: { [weak self] in
        guard let self else { return }
        home.spawn { _ = await self.reload(by: self.editor, because: "a file changed") }
      })
  }

  /// Stops accepting, lets calls finish until the deadline, ends upstreams, and flushes the ledger.
  /// On `home`; once.
  func stop() async {
    guard !isStopping else { return }
    isStopping = true
    log.info("stopping", [("callsInFlight", "\(inFlight.total)")])
    watch?.stop()
    witnesses?.stop()
    retention?.stop()
    notices?.stop()
    let deadline = configuration.limits.shutdown
    for socket in sockets { socket.stopAccepting() }
    await withTaskGroup { group in
      for lane in lanes { group.addTask { await lane.drain(deadline: deadline) } }
    }
    for socket in sockets { await socket.close() }
    await adminServer?.shutdown(deadline: .seconds(1))
    await logServer?.shutdown(deadline: .seconds(1))
    await catalog?.stop()
    await keepTokenUse()
    await keepSessionUse()
    await keepQuotas()
    note(.stopped)
    ledger.close()
    log.info("stopped")
  }

  /// Ends the loops' threads. Blocks; from the main thread, after `stop`.
  func shutdownLoops() {
    group.shutdown()
  }

  // MARK: - Records

  func note(_ event: LifecycleRecord.Event, reason: String? = nil) {
    note(
      .lifecycle(
        LifecycleRecord(
          event: event, version: Product.version, configurationVersion: configurationVersion,
          policyVersion: policies.version, reason: reason)))
  }

  func note(_ content: LedgerRecord.Content) {
    do {
      try ledger.append(LedgerRecord(content))
    } catch {
      log.error("the ledger cannot be written", [("reason", "\(error)")])
    }
  }
}
