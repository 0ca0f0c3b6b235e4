public import Configuration
import Glibc
import HTTP
import Inspection
public import Logging
public import MCP
public import Reactor
import Synchronization

/// The upstreams and what they list. Keeps every enabled upstream connected, reads its lists when
/// it is ready, says that they changed, and when they are too old, and publishes the whole as one
/// immutable `CatalogSnapshot`.
public final class Catalog: @unchecked Sendable {  // confined to `home`, but for `published`
  /// Lists that are read at about the same time are published together.
  static let coalescePublishing: Duration = .milliseconds(5)
  /// How long lists wait for an upstream, from when it began to start. Longer than a process is
  /// given to say that it speaks the stateless era, which old ones let pass; shorter than the 10 s
  /// after which some clients give up.
  static let settlingMax: Duration = .seconds(8)

  let home: EventLoop
  private let loops: [EventLoop]
  private let clients: HTTPClients
  private let environment: [String: String]
  private let log: Logger
  private let onChange: @Sendable (CatalogSnapshot) -> Void
  private let onEvent: @Sendable (_ server: String, _ event: UpstreamEvent) -> Void
  private let onPins: @Sendable ([PinChange]) -> Void
  private let files: BlockingThread
  private let identities: IdentityReader
  private var books: [String: PinBook]
  /// Of the catalog that was published last.
  private var generation: UInt64 = 0
  private(set) var entries: [String: CatalogEntry] = [:]
  private(set) var logs: [String: UpstreamLog] = [:]
  /// Servers that are to have no connection, and why.
  var stopped: [String: String] = [:]
  private var cards: [String: ServerCard] = [:]
  /// The names of all upstreams and their tools, and how often tools had been read by then.
  private var neighbourhood: (reading: Int, names: Inspector.Neighbourhood)?
  private var isPublishing = false
  private(set) var isStopped = false
  private var limits = Configuration.Limits()
  private var madeCount = 0
  private let published = Mutex<[UpstreamReport]>([])

  /// - Parameters:
  ///   - home: the loop on which `apply` and `stop` are called, and `onChange` and `onEvent` come.
  ///   - clients: an HTTP client for each loop.
  ///   - environment: the gateway's own, for what children inherit and for proxy variables.
  ///   - files: where files are read, however large; it should have no other work.
  ///   - pins: what people said of items, by the names of servers.
  ///   - onEvent: told of what happens to each connection, before the catalog acts on it.
  ///   - onPins: told what is to be recorded and stored; what is `approved` in it holds only after
  ///     `enact`.
  public init(
    home: EventLoop, clients: HTTPClients, loops: [EventLoop],
    environment: [String: String], files: BlockingThread, pins: [String: ServerPins] = [:],
    log: Logger, onChange: @escaping @Sendable (CatalogSnapshot) -> Void,
    onEvent: @escaping @Sendable (_ server: String, _ event: UpstreamEvent) -> Void = { _, _ in },
    onPins: @escaping @Sendable ([PinChange]) -> Void = { _ in }
  ) {
    self.home = home
    self.loops = loops
    self.clients = clients
    self.environment = environment
    self.log = log
    self.onChange = onChange
    self.onEvent = onEvent
    self.onPins = onPins
    self.files = files
    identities = IdentityReader(environment: environment)
    books = pins.mapValues { PinBook($0) }
  }

  /// Every configured upstream and its state, in the order of the configuration. Any thread.
  public var upstreams: [UpstreamReport] {
    published.withLock { $0 }.map { report in
      var current = report
      if let upstream = report.upstream { current.status = upstream.status }
      if let reason = report.stopReason {
        current.status.state = .stopped
        current.status.lastError = "stopped \(reason)"
      }
      return current
    }
  }

  /// Starts, replaces and stops upstreams until they are what the configuration says. An upstream
  /// whose part did not change keeps its connection and its calls.
  public func apply(_ configuration: Configuration) {
    home.preconditionCurrent()
    let limitsChanged = !Self.areAlike(limits, configuration.limits)
    limits = configuration.limits
    let factory = UpstreamFactory(
      loops: loops, clients: clients, limits: limits, environment: environment, log: log)
    var next: [String: CatalogEntry] = [:]
    for upstream in configuration.upstreams {
      if !limitsChanged, let kept = entries[upstream.name], kept.configuration == upstream {
        next[upstream.name] = kept
        continue
      }
      guard upstream.isEnabled else {
        next[upstream.name] = CatalogEntry(upstream, nil, limits: limits, book: book(upstream.name))
        continue
      }
      do {
        let made = try factory.make(
          upstream, index: madeCount, diagnostics: keepLog(of: upstream.name))
        madeCount += 1
        next[upstream.name] = CatalogEntry(
          upstream, made, limits: limits, book: book(upstream.name))
      } catch {
        next[upstream.name] = CatalogEntry(
          upstream, nil, limits: limits, error: "\(error)", book: book(upstream.name))
      }
    }
    let gone = entries.values.filter { next[$0.configuration.name] !== $0 }
    let new = next.values.filter { entries[$0.configuration.name] !== $0 }
    for (name, entry) in next { entry.card = cards[name] }
    entries = next
    order = configuration.upstreams.map(\.name)
    neighbourhood = nil
    logs = logs.filter { next[$0.key] != nil }
    for entry in gone {
      entry.endTimers()
      if let upstream = entry.upstream { home.spawn { await upstream.stop() } }
    }
    for entry in new {
      if let reason = stopped[entry.configuration.name] {
        keep(entry, stoppedFor: reason)
      } else {
        start(entry)
      }
    }
    renewAges()
    publish()
  }

  /// Lists that were read under a longer `list_max_age` are read again within the new one, not all
  /// at once.
  private func renewAges() {
    for entry in entries.values where entry.maxAge != limits.listMaxAge {
      entry.maxAge = limits.listMaxAge
      for list in CatalogList.allCases {
        schedule(.bounded(maxAge: entry.maxAge, jitter: .random(in: 0...1)), of: list, entry)
      }
    }
  }

  /// What an operator says of servers, by name; holds from the next `apply` on.
  public func describe(_ cards: [String: ServerCard]) {
    home.preconditionCurrent()
    self.cards = cards
  }

  /// Ends every upstream.
  public func stop() async {
    home.preconditionCurrent()
    let ending = entries.values.compactMap(\.upstream)
    for entry in entries.values { entry.endTimers() }
    entries = [:]
    order = []
    isStopped = true
    await withTaskGroup { group in
      for upstream in ending { group.addTask { await upstream.stop() } }
    }
  }

  private var order: [String] = []

  // MARK: - One upstream

  /// Ends the connection of an upstream and begins another; what it listed stays meanwhile. False
  /// when there is nothing to end: it is unknown, disabled, stopped or cannot be connected.
  public func restart(_ name: String) async -> Bool {
    home.preconditionCurrent()
    guard let entry = entries[name], let upstream = entry.upstream, entry.stopReason == nil else {
      return false
    }
    let turn = entry.turn
    logs[name]?.append("restarted by an operator", from: .gateway)
    await upstream.stop()
    guard isCurrent(entry), entry.turn == turn, !isStopped else { return false }
    entry.disconnected()
    start(entry)
    publishSoon()
    return true
  }

  /// What an upstream wrote to standard error, and what happened to its connection; nil when there
  /// is no such upstream. Stays over restarts.
  public func log(of name: String) -> UpstreamLog? {
    home.preconditionCurrent()
    return entries[name] == nil ? nil : keepLog(of: name)
  }

  /// Connects to an upstream once more, beside the connection there is, and says how that went; nil
  /// when there is no such upstream.
  public func test(_ name: String) async -> UpstreamTrial? {
    home.preconditionCurrent()
    guard let entry = entries[name] else { return nil }
    let factory = UpstreamFactory(
      loops: [home], clients: clients, limits: limits, environment: environment,
      log: log.named("test"))
    return await UpstreamTrial.run(entry.configuration, factory, on: home)
  }

  private func keepLog(of name: String) -> UpstreamLog {
    if let kept = logs[name] { return kept }
    let made = UpstreamLog()
    logs[name] = made
    return made
  }

  /// Whether upstreams made under the one bounds can stay under the other.
  private static func areAlike(_ old: Configuration.Limits, _ new: Configuration.Limits) -> Bool {
    old.inFlightPerUpstream == new.inFlightPerUpstream && old.resultBytes == new.resultBytes
      && old.toolTimeout == new.toolTimeout
  }

  func start(_ entry: CatalogEntry) {
    identify(entry)
    entry.upstream?.start { [weak self, weak entry] event in
      guard let self, let entry else { return }
      // At once: a request that comes after the event is held against what follows it.
      switch event {
      case .ready:
        entry.connections.add()
        entry.announcements.add()
      case .listChanged(.tools): entry.announcements.add()
      default: break
      }
      self.home.execute { self.handle(event, of: entry) }
    }
    _ = home.schedule(after: Self.settlingMax) { [weak self, weak entry] in
      guard let self, let entry, isCurrent(entry), entry.endSettling() else { return }
      log.warning(
        "no list waits for it any longer", [("upstream", entry.configuration.name)])
      publishSoon()
    }
  }

  /// Finds out who a server is, and then does what is to be done with it.
  private func identify(_ entry: CatalogEntry, then next: @escaping @Sendable () -> Void = {}) {
    let upstream = entry.configuration
    guard upstream.isQuarantined, upstream.isEnabled else { return next() }
    let connections = entry.connections.count
    home.spawn { [self] in
      let identity = await files.run { [identities] in identities.identity(of: upstream) }
      guard isCurrent(entry) else { return }
      entry.take(identity, connections: connections)
      next()
      publishSoon()
    }
  }

  /// What people decided about a server that is gone counts no more, also if one of its name comes
  /// again. On the home loop.
  public func forgetPins(of server: String) {
    home.preconditionCurrent()
    guard entries[server] == nil else { return }
    books[server] = nil
  }

  private func book(_ server: String) -> PinBook {
    if let known = books[server] { return known }
    let made = PinBook()
    books[server] = made
    return made
  }

  func isCurrent(_ entry: CatalogEntry) -> Bool {
    entries[entry.configuration.name] === entry
  }

  private func handle(_ event: UpstreamEvent, of entry: CatalogEntry) {
    guard isCurrent(entry), entry.stopReason == nil else { return }
    onEvent(entry.configuration.name, event)
    let diagnostics = logs[entry.configuration.name]
    switch event {
    case .ready(let peer):
      diagnostics?.append("ready, speaks \(peer.version.rawValue)", from: .gateway)
      entry.connection += 1
      let connection = entry.connection
      // What runs now may be another program than before: its lists count only after that is known.
      identify(entry) { [self] in
        guard isCurrent(entry), entry.connection == connection else { return }
        for list in entry.connected(peer) { schedule(.ready, of: list, entry) }
        publishSoon()
      }
    case .resourceUpdated, .taskChanged: break
    case .listChanged(let kind):
      for list in CatalogList.allCases where list.kind == kind {
        schedule(.announced, of: list, entry)
      }
    case .down(let reason):
      diagnostics?.append("down: \(reason)", from: .gateway)
      entry.connection += 1
      entry.disconnected()
      publishSoon()
    }
  }

  // MARK: - Lists

  private func schedule(
    _ event: ListSchedule.Event, of list: CatalogList, _ entry: CatalogEntry
  ) {
    guard isCurrent(entry) else { return }
    switch entry.schedule(event, of: list) {
    case .read:
      entry.timers.removeValue(forKey: list)?.cancel()
      read(list, of: entry)
    case .wake(let delay, let number):
      entry.timers[list]?.cancel()
      entry.timers[list] = home.schedule(after: delay) { [weak self, weak entry] in
        guard let entry else { return }
        self?.schedule(.due(number), of: list, entry)
      }
    case nil: break
    }
  }

  /// Each list of each upstream is read by itself: none waits for another.
  private func read(_ list: CatalogList, of entry: CatalogEntry) {
    guard let upstream = entry.upstream else { return }
    let seen = entry.announcements.count
    home.spawn { [self] in
      var isNews = true
      do throws(UpstreamListing.Failure) {
        let contents = try await UpstreamListing.read(list, from: upstream)
        guard isCurrent(entry) else { return }
        let reading = entry.take(contents, of: list, at: home.now, seen: seen)
        isNews = reading.isNews
        for problem in reading.problems {
          log.warning(
            "not offered",
            [
              ("upstream", upstream.name), ("list", list.rawValue), ("name", problem.name),
              ("reason", problem.reason),
            ])
        }
        schedule(
          .succeeded(maxAge: reading.maxAge, jitter: .random(in: 0...1)), of: list, entry)
      } catch {
        log.warning(
          "a list cannot be read",
          [("upstream", upstream.name), ("list", list.rawValue), ("reason", error.reason)])
        entry.miss(list, because: error.reason)
        schedule(.failed, of: list, entry)
      }
      if isNews { publishSoon() }
    }
  }

  // MARK: - Publishing

  func publishSoon() {
    guard !isPublishing else { return }
    isPublishing = true
    _ = home.schedule(after: Self.coalescePublishing) { [weak self] in self?.publish() }
  }

  private func publish() {
    isPublishing = false
    guard !isStopped else { return }
    let current = order.compactMap { entries[$0] }
    generation += 1
    for entry in current { entry.hold(generation: generation) }
    published.withLock { $0 = current.map(\.report) }
    onChange(CatalogSnapshot(current.map(\.server), generation: generation))
    tell(of: current)
  }

  /// After what is held back is out of sight: what is recorded as changed is served no more.
  private func tell(of current: [CatalogEntry]) {
    let time = Self.now()
    var changes: [PinChange] = []
    for entry in current where !entry.isTold {
      changes += entry.notices(at: time)
      if !entry.configuration.accepts.isEmpty {
        changes += entry.acceptances(inspector(of: entry), at: time)
      }
      entry.isTold = true
    }
    if !changes.isEmpty { onPins(changes) }
  }

  // MARK: - Review

  /// What a quarantined server lists, and what people said of it; nil when no such server is
  /// configured. On `home`.
  public func review(of server: String) -> UpstreamReview? {
    home.preconditionCurrent()
    guard let entry = entries[server] else { return nil }
    entry.hold(generation: generation + 1)
    return UpstreamReview(entry.configuration, entry.review, entry.book.pins, inspector(of: entry))
  }

  /// Lets changes hold that are on record and stored; not those of servers whose pins are
  /// forgotten. On `home`.
  public func enact(_ changes: [PinChange]) {
    home.preconditionCurrent()
    for change in changes {
      guard let book = books[change.server] else { continue }
      book.take(change)
      entries[change.server]?.reviewAnew()
      if let digest = change.after { book.settles(digest) }
    }
    publish()
  }

  private func inspector(of entry: CatalogEntry) -> Inspector {
    let current = order.compactMap { entries[$0] }
    let reading = current.reduce(into: 0) { $0 += $1.toolsReadings }
    if let known = neighbourhood, known.reading == reading {
      return entry.inspector(in: known.names)
    }
    let names = CatalogEntry.neighbourhood(of: current)
    neighbourhood = (reading, names)
    return entry.inspector(in: names)
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
