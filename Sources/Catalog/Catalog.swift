public import Configuration
import HTTP
public import Logging
public import MCP
public import Reactor
import Synchronization

/// The upstreams and their tools. Keeps every enabled upstream connected, reads its tools when it
/// is ready or says they changed, and publishes the whole as one immutable `ToolCatalog`.
public final class Catalog: @unchecked Sendable {  // confined to `home`, but for `published`
  static let coalesceChanges: Duration = .milliseconds(50)
  static let retryListingAfter: Duration = .seconds(5)

  private let home: EventLoop
  private let loops: [EventLoop]
  private let clients: HTTPClients
  private let environment: [String: String]
  private let log: Logger
  private let onChange: @Sendable (ToolCatalog) -> Void
  private var entries: [String: Entry] = [:]
  private var limits = Configuration.Limits()
  private var madeCount = 0
  private let published = Mutex<[UpstreamReport]>([])

  /// What is known of one configured upstream. Confined to `home`.
  private final class Entry: @unchecked Sendable {
    let configuration: Configuration.Upstream
    let upstream: (any Upstream)?
    var tools: [Tool] = []
    var problems: [ToolProblem] = []
    var listingError: String?
    var isSettled: Bool
    var isListing = false
    var hasListed = false
    var isStale = false

    init(_ configuration: Configuration.Upstream, _ upstream: (any Upstream)?, error: String?) {
      self.configuration = configuration
      self.upstream = upstream
      listingError = error
      isSettled = upstream == nil
    }
  }

  /// - Parameters:
  ///   - home: the loop on which `apply` and `stop` are called, and `onChange` comes.
  ///   - clients: an HTTP client for each loop.
  ///   - environment: the gateway's own, for what children inherit and for proxy variables.
  public init(
    home: EventLoop, clients: HTTPClients, loops: [EventLoop],
    environment: [String: String], log: Logger,
    onChange: @escaping @Sendable (ToolCatalog) -> Void
  ) {
    self.home = home
    self.loops = loops
    self.clients = clients
    self.environment = environment
    self.log = log
    self.onChange = onChange
  }

  /// Every configured upstream and its state, in the order of the configuration. Any thread.
  public var upstreams: [UpstreamReport] {
    published.withLock { $0 }.map { report in
      var current = report
      if let upstream = report.upstream { current.status = upstream.status }
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
    var next: [String: Entry] = [:]
    for upstream in configuration.upstreams {
      if !limitsChanged, let kept = entries[upstream.name], kept.configuration == upstream {
        next[upstream.name] = kept
        continue
      }
      guard upstream.isEnabled else {
        next[upstream.name] = Entry(upstream, nil, error: nil)
        continue
      }
      do {
        let made = try factory.make(upstream, index: madeCount)
        madeCount += 1
        next[upstream.name] = Entry(upstream, made, error: nil)
      } catch {
        next[upstream.name] = Entry(upstream, nil, error: "\(error)")
      }
    }
    let gone = entries.values.filter { next[$0.configuration.name] !== $0 }
    let new = next.values.filter { entries[$0.configuration.name] !== $0 }
    entries = next
    order = configuration.upstreams.map(\.name)
    for entry in gone {
      if let upstream = entry.upstream { home.spawn { await upstream.stop() } }
    }
    for entry in new { start(entry) }
    publish()
  }

  /// Ends every upstream.
  public func stop() async {
    home.preconditionCurrent()
    let ending = entries.values.compactMap(\.upstream)
    entries = [:]
    order = []
    await withTaskGroup { group in
      for upstream in ending { group.addTask { await upstream.stop() } }
    }
  }

  private var order: [String] = []

  /// Whether upstreams made under the one bounds can stay under the other.
  private static func areAlike(_ old: Configuration.Limits, _ new: Configuration.Limits) -> Bool {
    old.inFlightPerUpstream == new.inFlightPerUpstream && old.resultBytes == new.resultBytes
      && old.toolTimeout == new.toolTimeout
  }

  private func start(_ entry: Entry) {
    entry.upstream?.start { [weak self, weak entry] event in
      guard let self, let entry else { return }
      self.home.execute { self.handle(event, of: entry) }
    }
  }

  private func isCurrent(_ entry: Entry) -> Bool { entries[entry.configuration.name] === entry }

  private func handle(_ event: UpstreamEvent, of entry: Entry) {
    guard isCurrent(entry) else { return }
    switch event {
    case .ready: list(entry)
    case .resourceUpdated: break
    case .listChanged(let kind):
      guard kind == .tools else { return }
      // Announcements come in bursts; one reading serves them all.
      guard !entry.isStale else { return }
      entry.isStale = true
      _ = home.schedule(after: Self.coalesceChanges) { [weak self] in
        entry.isStale = false
        self?.list(entry)
      }
    case .down:
      // Its tools stay listed: a call says what is wrong, and clients keep stable names.
      entry.isSettled = true
      publish()
    }
  }

  private func list(_ entry: Entry) {
    guard isCurrent(entry), !entry.isListing, let upstream = entry.upstream else { return }
    entry.isListing = true
    home.spawn { [self] in
      var failure: String?
      do throws(ToolListing.Failure) {
        let definitions = try await ToolListing.read(from: upstream)
        guard isCurrent(entry) else { return }
        let registration = ToolRegistration(
          configuration: entry.configuration, defaultTimeout: limits.toolTimeout,
          upstream: upstream)
        (entry.tools, entry.problems) = registration.register(definitions)
        entry.hasListed = true
        for problem in entry.problems {
          log.warning(
            "a tool is not offered",
            [("upstream", upstream.name), ("tool", problem.tool), ("reason", problem.reason)])
        }
      } catch {
        failure = error.reason
        log.warning(
          "tools cannot be listed", [("upstream", upstream.name), ("reason", error.reason)])
        _ = home.schedule(after: Self.retryListingAfter) { [weak self] in
          if upstream.status.state == .ready { self?.list(entry) }
        }
      }
      entry.listingError = failure
      entry.isListing = false
      entry.isSettled = true
      publish()
    }
  }

  private func publish() {
    let current = order.compactMap { entries[$0] }
    let reports = current.map {
      UpstreamReport(
        configuration: $0.configuration, upstream: $0.upstream,
        status: $0.upstream?.status ?? .stopped, tools: $0.tools.count, problems: $0.problems,
        listingError: $0.listingError)
    }
    published.withLock { $0 = reports }
    onChange(
      ToolCatalog(
        tools: current.flatMap(\.tools), servers: order,
        listed: Set(current.filter(\.hasListed).map(\.configuration.name)),
        isSettled: current.allSatisfy(\.isSettled)))
  }
}

/// One configured upstream, for people.
public struct UpstreamReport: Sendable {
  /// What the configuration says of it.
  public let configuration: Configuration.Upstream
  let upstream: (any Upstream)?
  /// The state of its connection.
  public var status: UpstreamStatus
  /// How many tools of it are offered.
  public let tools: Int
  /// Tools that are not offered, and why.
  public let problems: [ToolProblem]
  /// Why its tools could not be read the last time.
  public let listingError: String?
}
