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
    /// Calls that wait for their clients.
    var parked = ParkedCalls.Limits()
    /// The defaults named at each member.
    public init() {}
  }

  /// Written by us for each request; a configured value never stands in their way.
  static let ownHeaders = [
    "Content-Type", "Accept", "MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method", "Mcp-Name",
    "Last-Event-ID",
  ]

  /// The server's name in the configuration.
  public let name: String
  /// What becomes of its calls.
  public let health: UpstreamHealth?
  let endpoint: Endpoint
  let limits: Limits
  let log: Logger
  let home: EventLoop
  let clients: HTTPClients
  let shared: Mutex<Shared>

  struct Shared {
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
    var observer: (@Sendable (UpstreamEvent) -> Void)?
    /// The server speaks HTTP+SSE only: it takes over.
    var eventStream: DuplexUpstream?
    var watched = WatchList()
    var listening: HTTPListening?
    var links = 0
    /// The number of the link to a stateless server that opens no sessions beside.
    var statelessOnly: Int?

    // Calls that may be asked, and the sessions that they are made in.
    var parked: ParkedCalls
    var asked: [Int64: AskedCall] = [:]
    var sessions = SessionPool<HTTPLink>()
    var openings: [ClientCapabilities: Task<Result<HTTPLink, UpstreamError>, Never>] = [:]
    var askableLinks: [Int: AskableLink] = [:]
    /// Whose roots changed, until their session is told.
    var changedRoots: Set<ClientCapabilities> = []

    mutating func mintID() -> Int64 {
      defer { nextID += 1 }
      return nextID
    }

    mutating func mintLink() -> Int {
      defer { links += 1 }
      return links
    }
  }

  /// `clients` holds one client for each loop that will call.
  public init(
    name: String, endpoint: Endpoint, home: EventLoop, clients: HTTPClients,
    limits: Limits = Limits(), health: UpstreamHealth? = nil, log: Logger
  ) {
    self.name = name
    self.health = health
    self.endpoint = endpoint
    self.home = home
    self.clients = clients
    self.limits = limits
    self.log = log
    shared = Mutex(Shared(parked: ParkedCalls(limits: limits.parked)))
  }

  /// Any thread.
  public var status: UpstreamStatus {
    let (status, eventStream) = shared.withLock {
      (
        UpstreamStatus(
          state: $0.state, peer: $0.link?.peer, pid: nil, restarts: $0.restarts,
          inFlight: $0.inFlight, lastError: $0.lastError), $0.eventStream
      )
    }
    return eventStream?.status ?? status
  }

  /// Begins connecting, and connects anew whenever that is needed, until `stop`.
  public func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) {
    shared.withLock {
      $0.state = .starting
      $0.observer = observer
      // Under the lock: on another loop it may begin at once, and it looks at all of this.
      $0.supervisor = home.spawn { await self.supervise() }
    }
  }

  /// Ends every session, if there are any.
  public func stop() async {
    let (task, link, eventStream) = shared.withLock {
      let found = ($0.supervisor, $0.link, $0.eventStream)
      $0.supervisor = nil
      $0.state = .stopped
      $0.link = nil
      return found
    }
    task?.cancel()
    doubt(because: nil)
    await eventStream?.stop()
    await home.spawn { [self] in
      await endAskableSessions(because: "the gateway is stopping it")
      if let link, link.isInSession { await endSession(link) }
    }.value
  }

  /// Sends one request and waits for its answer. From a task on any loop that has a client.
  public func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  {
    let link: HTTPLink
    let id: Int64
    do {
      (link, id) = try admit()
    } catch {
      return try await callElsewhere(request, notices, or: error)
    }
    defer { shared.withLock { $0.inFlight -= 1 } }
    guard link.isStateless else {
      return try await callInSession(request, id: id, over: link, notices: notices)
    }
    if request.clientEra == .session,
      let reply = try await callInClientsEra(request, over: link, notices)
    {
      return reply
    }
    switch await post(
      httpRequest(request, id: id, over: link, timeout: request.timeout),
      CallMark(id: id, logLevel: request.logLevel), over: link, notices: notices)
    {
    case .success(let answer):
      guard case .error(let error) = answer.reply, let code = StatelessError(error) else {
        return answer.reply
      }
      return try await recovered(from: code, answer.reply, request, link, notices)
    case .failure(let error):
      return try await recovered(from: error, request, over: link, notices: notices)
    }
  }

  /// From now on tells of these resources and tasks. Any thread.
  public func watch(_ wanted: WatchList, then done: @escaping @Sendable () -> Void) {
    let (listening, eventStream) = shared.withLock {
      $0.watched = wanted
      return ($0.listening, $0.eventStream)
    }
    if let listening {
      home.execute { listening.watch(wanted, then: done) }
    } else if let eventStream {
      eventStream.watch(wanted, then: done)
    } else {
      done()
    }
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

  /// No request can be made here: of a server of HTTP+SSE it is made there, and one that brings a
  /// state back makes none.
  @inline(never)
  private func callElsewhere(
    _ request: UpstreamRequest, _ notices: NoticeSink?, or error: UpstreamError
  ) async throws(UpstreamError) -> UpstreamReply {
    if let eventStream = shared.withLock({ $0.eventStream }) {
      return try await eventStream.call(request, notices: notices)
    }
    guard case .unavailable = error, let state = request.state,
      case .reply(let reply) = try await resumed(request, state, notices)
    else { throw error }
    return reply
  }

  func mintID() -> Int64 {
    shared.withLock { $0.mintID() }
  }

  func tell(_ event: UpstreamEvent) {
    shared.withLock { $0.observer }?(event)
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
