public import HTTP
import JSON
public import Logging
public import Reactor
import Synchronization

/// Speaks to one MCP server over streamable HTTP. Every loop uses its own pool of connections; the
/// era and the session are found out once and shared.
public final class HTTPUpstream: Upstream, @unchecked Sendable {
  // `shared` is locked; the rest never changes.
  /// Where the server is and how to reach it.
  public struct Endpoint: Sendable {
    /// Of the MCP endpoint.
    public var url: HTTPURL
    /// Sent with every request; never in the way of the protocol's own headers.
    public var headers: HTTPHeaders
    /// False lets anyone on the way pose as the server.
    public var verifiesCertificate = true
    /// A PEM file of authorities to trust instead of the system's.
    public var certificateAuthorities: String?
    /// The proxy to go through, if any.
    public var proxy: HTTPProxy?
    /// An endpoint that is reached directly, its certificate checked.
    public init(url: HTTPURL, headers: HTTPHeaders) {
      self.url = url
      self.headers = headers
    }
  }

  /// The bounds of one upstream.
  public struct Limits: Sendable {
    /// The longest answer accepted, as one body or one event.
    public var resultBytesMax = 64 << 20
    /// Calls waiting for an answer; beyond it calls are refused.
    public var inFlightMax = 256
    /// For a connection to stand.
    public var connectTimeout: Duration = .seconds(10)
    /// `server/discover` and `initialize`, each.
    public var probeTimeout: Duration = .seconds(15)
    /// The defaults named at each member.
    public init() {}
  }

  /// Written by us for each request; a configured value never stands in their way.
  static let ownHeaders = [
    "Content-Type", "Accept", "MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method", "Mcp-Name",
  ]

  /// The server's name in the configuration.
  public let name: String
  let endpoint: Endpoint
  let limits: Limits
  let log: Logger
  private let home: EventLoop
  private let clients: HTTPClients
  private let shared = Mutex(Shared())

  private struct Shared {
    var state = UpstreamStatus.State.stopped
    /// Whom it is connected to, while that holds.
    var link: HTTPLink?
    var nextID: Int64 = 1
    var inFlight = 0
    var restarts = 0
    var lastError: String?
    var supervisor: Task<Void, Never>?
    /// Wakes the supervisor: what is known of the peer no longer holds.
    var doubt: UnsafeContinuation<Void, Never>?
    var isInDoubt = false

    mutating func mintID() -> Int64 {
      defer { nextID += 1 }
      return nextID
    }
  }

  /// `clients` holds one client for each loop that will call.
  public init(
    name: String, endpoint: Endpoint, home: EventLoop, clients: HTTPClients,
    limits: Limits = Limits(), log: Logger
  ) {
    self.name = name
    self.endpoint = endpoint
    self.home = home
    self.clients = clients
    self.limits = limits
    self.log = log
  }

  /// Any thread.
  public var status: UpstreamStatus {
    shared.withLock {
      UpstreamStatus(
        state: $0.state, peer: $0.link?.peer, pid: nil, restarts: $0.restarts,
        inFlight: $0.inFlight,
        lastError: $0.lastError)
    }
  }

  /// Begins connecting, and connects anew whenever that is needed, until `stop`.
  public func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) {
    let task = home.spawn { await self.supervise(observer) }
    shared.withLock {
      $0.state = .starting
      $0.supervisor = task
    }
  }

  /// Ends the session, if there is one.
  public func stop() async {
    let (task, peer) = shared.withLock {
      let found = ($0.supervisor, $0.link?.peer)
      $0.supervisor = nil
      $0.state = .stopped
      $0.link = nil
      return found
    }
    task?.cancel()
    doubt(because: nil)
    if let peer, peer.sessionID != nil { await endSession(peer) }
  }

  /// Sends one request and waits for its answer. From a task on any loop that has a client.
  public func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  {
    let (link, id) = try admit()
    defer { shared.withLock { $0.inFlight -= 1 } }
    guard link.isStateless else {
      return try await callInSession(request, id: id, over: link, notices: notices)
    }
    switch await post(
      httpRequest(request, id: id, over: link), id: id, isInSession: false, notices: notices)
    {
    case .success(let answer): return answer.reply
    case .failure(let error): throw explained(Task.isCancelled ? .failed(.cancelled) : error)
    }
  }

  /// Nothing is told of single resources yet.
  public func watch(_ resources: Set<String>) {}

  @inline(never)
  private func callInSession(
    _ request: UpstreamRequest, id: Int64, over link: HTTPLink, notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply {
    do {
      return try await exchange(request, id: id, over: link, notices: notices)
    } catch .sessionEnded {
      return try await callAgain(request, id: id, after: link, notices: notices)
    } catch {
      throw explained(error)
    }
  }

  /// The server ended the session and did not look at the request: asking again is safe, once.
  @inline(never)
  private func callAgain(
    _ request: UpstreamRequest, id: Int64, after link: HTTPLink, notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply {
    doubt(because: "its session ended")
    let renewed = try await reconnected(after: link)
    do {
      return try await exchange(request, id: id, over: renewed, notices: notices)
    } catch {
      throw error.upstreamError
    }
  }

  /// What did not reach the server makes what is known of it doubtful.
  private func explained(_ error: ExchangeError) -> UpstreamError {
    if error.wasNotSent { doubt(because: error.upstreamError.reason) }
    return error.upstreamError
  }

  // MARK: - Supervision

  private func supervise(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) async {
    var backoff = Backoff()
    while !Task.isCancelled {
      let began = home.now
      do {
        let peer = try await probe()
        let link = try link(to: peer)
        shared.withLock {
          guard $0.supervisor != nil else { return }
          $0.state = .ready
          $0.link = link
          $0.isInDoubt = false
        }
        log.info(
          "ready",
          [
            ("upstream", name), ("version", peer.version.rawValue),
            ("server", peer.serverName ?? "unnamed"),
          ])
        observer(.ready(peer))
        await listenUntilInDoubt(peer, observer)
        if Task.isCancelled { return }
      } catch {
        shared.withLock { $0.lastError = error.reason }
      }
      let reason = shared.withLock {
        if $0.supervisor != nil { $0.state = .backingOff }
        $0.link = nil
        $0.restarts += 1
        return $0.lastError ?? "no reason known"
      }
      if Task.isCancelled { return }
      observer(.down(reason: reason))
      let wasSessionEnd = reason == "its session ended"
      let delay =
        wasSessionEnd
        ? .zero
        : backoff.delayAfterFailure(
          stoodFor: home.now - began, jitter: Double.random(in: 0..<1))
      log.warning(
        "upstream is not usable; trying again",
        [("upstream", name), ("reason", reason), ("in", "\(delay)")])
      do { try await home.sleep(for: delay) } catch { return }
    }
  }

  /// Marks what is known of the peer as doubtful: the supervisor probes anew.
  private func doubt(because reason: String?) {
    let waiting = shared.withLock { shared in
      shared.isInDoubt = true
      if let reason { shared.lastError = reason }
      return shared.doubt.take()
    }
    waiting?.resume()
  }

  private func waitForDoubt() async {
    await withUnsafeContinuation { continuation in
      let now = shared.withLock {
        if $0.isInDoubt || $0.supervisor == nil { return true }
        $0.doubt = continuation
        return false
      }
      if now { continuation.resume() }
    }
  }

  private func listenUntilInDoubt(
    _ peer: UpstreamPeer, _ observer: @escaping @Sendable (UpstreamEvent) -> Void
  ) async {
    let stream: Task<Void, Never>? =
      peer.capabilities.announces.contains(.tools)
      ? Task(executorPreference: home) { [self] in
        await listenForToolChanges(peer) { observer(.listChanged(.tools)) }
      } : nil
    await waitForDoubt()
    stream?.cancel()
  }

  /// Waits, within the probe's time, for the supervisor to have found a new peer.
  private func reconnected(after old: HTTPLink) async throws(UpstreamError) -> HTTPLink {
    let loop = EventLoop.current ?? home
    for _ in 0..<100 {
      if let link = shared.withLock({ $0.link }), link.peer != old.peer { return link }
      do { try await loop.sleep(for: .milliseconds(50)) } catch { throw .cancelled }
    }
    throw .unavailable(reason: "\(name) ended the session and did not open another")
  }

  // MARK: - State

  private func admit() throws(UpstreamError) -> (HTTPLink, Int64) {
    try shared.withLock { shared throws(UpstreamError) in
      guard let link = shared.link else {
        let why = shared.lastError.map { " (\($0))" } ?? ""
        throw .unavailable(reason: "\(name) is \(shared.state.rawValue)\(why)")
      }
      guard shared.inFlight < limits.inFlightMax else {
        throw .overloaded(reason: "\(limits.inFlightMax) requests are waiting for \(name) already")
      }
      shared.inFlight += 1
      return (link, shared.mintID())
    }
  }

  func mintID() -> Int64 {
    shared.withLock { $0.mintID() }
  }

  /// The client of the loop that runs the calling task.
  var client: HTTPClient {
    if let loop = EventLoop.current, let client = clients[loop] { return client }
    guard let client = clients[home] else {
      preconditionFailure("an upstream needs a client for its home loop")
    }
    return client
  }
}
