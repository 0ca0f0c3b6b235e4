public import Configuration
import HTTP
public import Logging
public import MCP
public import Reactor

/// How it went to connect to an upstream and to read what it lists. Nothing is called.
public struct UpstreamTrial: Sendable {
  /// One thing that was tried.
  public struct Step: Sendable, Equatable {
    /// What: `connect`, or the name of a list.
    public var name: String
    /// What came of it, or what went wrong.
    public var text: String
    /// Whether it went well.
    public var isDone: Bool
    /// How long it took, in microseconds.
    public var microseconds: Int64
  }

  /// Whom it is; nil when no connection came about.
  public private(set) var peer: UpstreamPeer?
  /// What was tried, in order.
  public private(set) var steps: [Step] = []
  /// What it listed: a list's name and how many there are.
  public private(set) var counts: [(name: String, count: Int)] = []
  /// The definitions that would not be offered, and why.
  public private(set) var problems: [ItemProblem] = []
  /// What it wrote to standard error meanwhile.
  public private(set) var diagnostics: [String] = []

  /// Whether all went well.
  public var isDone: Bool { steps.allSatisfy(\.isDone) }

  /// How long to wait for a connection.
  static let connectTimeout: Duration = .seconds(60)

  /// Tries an upstream that need not be in a catalog. On `loop`, for which `clients` has a client.
  public static func run(
    _ upstream: Configuration.Upstream, limits: Configuration.Limits, clients: HTTPClients,
    environment: [String: String], log: Logger, on loop: EventLoop
  ) async -> UpstreamTrial {
    await run(
      upstream,
      UpstreamFactory(
        loops: [loop], clients: clients, limits: limits, environment: environment, log: log),
      on: loop)
  }

  static func run(
    _ configuration: Configuration.Upstream, _ factory: UpstreamFactory, on loop: EventLoop
  ) async -> UpstreamTrial {
    var trial = UpstreamTrial()
    let diagnostics = UpstreamLog()
    let began = loop.now
    let upstream: any Upstream
    do {
      upstream = try factory.make(configuration, index: 0, diagnostics: diagnostics)
    } catch {
      trial.add("connect", since: began, loop, failed: "\(error)")
      return trial
    }
    switch await connect(upstream, on: loop) {
    case .ready(let peer):
      trial.peer = peer
      trial.add("connect", since: began, loop, done: Self.words(for: peer))
      for list in CatalogList.allCases where peer.capabilities.lists.contains(list.kind) {
        await trial.read(list, of: upstream, configuration, factory.limits, on: loop)
      }
    case .failed(let reason): trial.add("connect", since: began, loop, failed: reason)
    }
    await upstream.stop()
    trial.diagnostics = diagnostics.lines().lines.map(\.text)
    return trial
  }

  private enum Outcome: Sendable {
    case ready(UpstreamPeer)
    case failed(String)
  }

  /// Waits for the first thing that happens to the connection.
  private static func connect(_ upstream: any Upstream, on loop: EventLoop) async -> Outcome {
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Outcome, Never>) in
      let first = FirstEvent(continuation)
      first.timer = loop.schedule(after: connectTimeout) {
        first.end(.failed("no connection within \(connectTimeout)"))
      }
      upstream.start { event in
        switch event {
        case .ready(let peer): first.end(.ready(peer))
        case .down(let reason): first.end(.failed(reason))
        case .listChanged, .resourceUpdated, .taskChanged: break
        }
      }
    }
  }

  /// Confined to its loop.
  private final class FirstEvent: @unchecked Sendable {
    private var waiting: UnsafeContinuation<Outcome, Never>?
    var timer: LoopTimer?

    init(_ waiting: UnsafeContinuation<Outcome, Never>) { self.waiting = waiting }

    func end(_ outcome: Outcome) {
      timer?.cancel()
      timer = nil
      waiting?.resume(returning: outcome)
      waiting = nil
    }
  }

  private mutating func read(
    _ list: CatalogList, of upstream: any Upstream, _ configuration: Configuration.Upstream,
    _ limits: Configuration.Limits, on loop: EventLoop
  ) async {
    let began = loop.now
    do {
      let contents = try await UpstreamListing.read(list, from: upstream)
      if list == .tools {
        problems =
          ToolRegistration(
            configuration: configuration, defaultTimeout: limits.toolTimeout, upstream: upstream
          ).register(contents.definitions).problems
      }
      counts.append((list.rawValue, contents.definitions.count))
      add(list.rawValue, since: began, loop, done: "\(contents.definitions.count)")
    } catch {
      add(list.rawValue, since: began, loop, failed: error.reason)
    }
  }

  private static func words(for peer: UpstreamPeer) -> String {
    let server = [peer.serverName ?? "a server without a name", peer.serverVersion]
      .compactMap(\.self).joined(separator: " ")
    return "\(server), speaks \(peer.version.rawValue) (\(peer.version.era))"
  }

  private mutating func add(
    _ name: String, since began: MonotonicTime, _ loop: EventLoop, done text: String
  ) {
    add(name, since: began, loop, text, isDone: true)
  }

  private mutating func add(
    _ name: String, since began: MonotonicTime, _ loop: EventLoop, failed reason: String
  ) {
    add(name, since: began, loop, reason, isDone: false)
  }

  private mutating func add(
    _ name: String, since began: MonotonicTime, _ loop: EventLoop, _ text: String, isDone: Bool
  ) {
    let (seconds, attoseconds) = (loop.now - began).components
    steps.append(
      Step(
        name: name, text: text, isDone: isDone,
        microseconds: seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
  }
}
