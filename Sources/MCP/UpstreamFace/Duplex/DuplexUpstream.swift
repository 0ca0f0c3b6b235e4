import CLinux
import Glibc
import HTTP
import JSON
public import Logging
public import Reactor
import Synchronization

/// Speaks to one MCP server over one channel for both ways: a child process's pipes, or the event
/// stream and POSTs of HTTP+SSE (2024-11-05). The channel belongs to one loop; calls from other
/// loops hop there. A channel that ends, hangs up or carries garbage is replaced after a growing
/// delay.
public final class DuplexUpstream: Upstream, @unchecked Sendable {
  // Confined to `loop`, but for `published`.
  /// The bounds of one upstream.
  public struct Limits: Sendable {
    /// The longest message accepted from the server.
    public var messageBytesMax = 64 << 20
    /// Bytes waiting to be read by the server; beyond it calls are refused.
    public var unsentBytesMax = 16 << 20
    /// Calls waiting for an answer; beyond it calls are refused.
    public var inFlightMax = 256
    /// Of a process, between closing its input, TERM and KILL.
    public var shutdownGrace: Duration = .seconds(2)
    /// Calls that wait for their clients.
    var parked = ParkedCalls.Limits()
    /// The defaults named at each member.
    public init() {}
  }

  /// What stands behind the channel.
  enum Server: Sendable {
    case process(ChildProcess.Configuration)
    case eventStream(HTTPUpstream.Endpoint, HTTPClients)
  }

  /// The server's name in the configuration.
  public let name: String
  /// What becomes of its calls.
  public let health: UpstreamHealth?
  let server: Server
  let loop: EventLoop
  let limits: Limits
  let log: Logger
  private let diagnostics: UpstreamLog?
  private let published = Mutex(UpstreamStatus.stopped)

  var observer: (@Sendable (UpstreamEvent) -> Void)?
  var channel: (any DuplexChannel)?
  var machine: ConnectionMachine
  var waiting: [Int64: Waiting] = [:]
  private var backoff = Backoff()
  private var restarts = 0
  private var restartTimer: LoopTimer?
  private var isStopping = false
  var state = UpstreamStatus.State.stopped
  var lastError: String?

  /// The turn of a call.
  struct Waiting {
    let continuation: UnsafeContinuation<Result<UpstreamReply, UpstreamError>, Never>
    let notices: NoticeSink?
    let timer: LoopTimer
    let handle: CallHandle
  }

  /// An upstream that has not been started. Its process will belong to `loop`.
  /// - Parameter diagnostics: gets what the process writes to standard error.
  public convenience init(
    name: String, command: ChildProcess.Configuration, loop: EventLoop, limits: Limits = Limits(),
    health: UpstreamHealth? = nil, log: Logger, diagnostics: UpstreamLog? = nil
  ) {
    self.init(
      name: name, server: .process(command), loop: loop, limits: limits, health: health, log: log,
      diagnostics: diagnostics)
  }

  /// A server over HTTP+SSE, the transport of 2024-11-05, that has not been started. `clients` has
  /// one for `loop`.
  public convenience init(
    name: String, eventStream endpoint: HTTPUpstream.Endpoint, clients: HTTPClients,
    loop: EventLoop, limits: Limits = Limits(), health: UpstreamHealth? = nil, log: Logger
  ) {
    self.init(
      name: name, server: .eventStream(endpoint, clients), loop: loop, limits: limits,
      health: health, log: log)
  }

  private init(
    name: String, server: Server, loop: EventLoop, limits: Limits, health: UpstreamHealth?,
    log: Logger, diagnostics: UpstreamLog? = nil
  ) {
    self.name = name
    self.health = health
    self.server = server
    self.loop = loop
    self.limits = limits
    self.log = log
    self.diagnostics = diagnostics
    let isSession = if case .eventStream = server { true } else { false }
    machine = ConnectionMachine(isSession: isSession, limits: limits.parked)
  }

  /// Any thread.
  public var status: UpstreamStatus { published.withLock { $0 } }

  /// Opens the channel and keeps it open until `stop`.
  public func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) {
    loop.execute {
      self.observer = observer
      self.isStopping = false
      self.open()
    }
  }

  /// Fails what is in flight and ends what is behind the channel.
  public func stop() async {
    await withUnsafeContinuation { (done: UnsafeContinuation<Void, Never>) in
      loop.spawn {
        await self.stopOnLoop()
        done.resume()
      }
    }
  }

  /// What is sent on the channel is read in order, so there is nothing more to wait for. Any
  /// thread.
  public func watch(_ wanted: WatchList, then done: @escaping @Sendable () -> Void) {
    loop.execute {
      self.perform(self.machine.watch(wanted))
      done()
    }
  }

  /// All clients share one session: the server is told of any that changes. Any thread.
  public func rootsChanged(ofClientsWith capabilities: ClientCapabilities) {
    loop.execute { self.perform(self.machine.rootsChanged()) }
  }

  // MARK: - The channel, on the loop

  func perform(_ actions: [ConnectionMachine.Action]) {
    for action in actions {
      switch action {
      case .send(let message, let call):
        channel?.send(message, of: call)
      case .complete(let id, let result):
        complete(id, result)
      case .notice(let id, let notice):
        waiting[id]?.notices?(notice)
      case .ready(let peer):
        state = .ready
        log.info(
          "ready",
          [
            ("upstream", name), ("version", peer.version.rawValue),
            ("server", peer.serverName ?? "unnamed"),
          ])
        publish()
        observer?(.ready(peer))
      case .listChanged(let kind):
        observer?(.listChanged(kind))
      case .resourceUpdated(let uri):
        observer?(.resourceUpdated(uri: uri))
      case .taskChanged(let params):
        observer?(.taskChanged(params))
      case .deadline(let deadline, let delay):
        schedule(deadline, after: delay)
      case .reprobe(let reason):
        state = .starting
        lastError = reason
        log.warning("upstream is asked anew", [("upstream", name), ("reason", reason)])
        publish()
        observer?(.down(reason: reason))
      case .abandon(let reason):
        lost(reason)
      case .note(let text):
        log.debug(text, [("upstream", name)])
      }
    }
  }

  private func schedule(_ deadline: ConnectionMachine.Deadline, after delay: Duration) {
    let connection = machine.number
    _ = loop.schedule(after: delay) { [weak self] in
      guard let self, !deadline.isOfConnection || connection == self.machine.number else { return }
      self.perform(self.machine.deadlinePassed(deadline, handle: StateHandle.random()))
    }
  }

  private func open() {
    loop.preconditionCurrent()
    guard !isStopping, channel == nil else { return }
    machine = ConnectionMachine(after: machine)
    state = .starting
    do {
      let channel = try makeChannel(events)
      self.channel = channel
      publish()
      channel.open()
    } catch {
      lost(error.description)
    }
  }

  private func makeChannel(_ events: DuplexEvents) throws(ReactorError) -> any DuplexChannel {
    switch server {
    case .process(let command):
      try ProcessChannel(command, on: loop, lineBytesMax: limits.messageBytesMax, events)
    case .eventStream(let endpoint, let clients):
      EventStreamChannel(
        endpoint, clients, on: loop, messageBytesMax: limits.messageBytesMax, events)
    }
  }

  private var events: DuplexEvents {
    DuplexEvents(
      opened: { [weak self] in
        guard let self else { return }
        self.perform(self.machine.opened())
      },
      received: { [weak self] message in
        guard let self else { return }
        self.perform(self.machine.received(message))
      },
      undelivered: { [weak self] id, error in
        guard let self else { return }
        self.perform(self.machine.undelivered(id, because: error))
      },
      diagnosed: { [name, log, diagnostics] text in
        diagnostics?.append(text, from: .stderr)
        log.debug(text, [("upstream", name), ("stream", "stderr")])
      },
      ended: { [weak self] reason in self?.lost(reason) })
  }

  private func lost(_ reason: String) {
    guard !isStopping, state != .backingOff else { return }
    let ended = channel
    channel = nil
    state = .backingOff
    lastError = ended?.lastWords(after: reason) ?? reason
    restarts += 1
    perform(machine.closed(reason: lastError ?? reason))
    ended?.close()
    if let ended { loop.spawn { [limits] in await ended.end(grace: limits.shutdownGrace) } }
    let delay = backoff.delayAfterFailure(
      stoodFor: ended.map { loop.now - $0.startedAt } ?? .zero, jitter: Double.random(in: 0..<1))
    log.warning(
      "upstream ended; it will be restarted",
      [("upstream", name), ("reason", lastError ?? reason), ("in", "\(delay)")])
    publish()
    observer?(.down(reason: lastError ?? reason))
    restartTimer = loop.schedule(after: delay) { [weak self] in self?.open() }
  }

  private func stopOnLoop() async {
    isStopping = true
    restartTimer?.cancel()
    restartTimer = nil
    perform(machine.closed(reason: "the gateway is stopping it"))
    state = .stopped
    let ended = channel
    channel = nil
    publish()
    ended?.close()
    await ended?.end(grace: limits.shutdownGrace)
  }

  func publish() {
    let status = UpstreamStatus(
      state: state, peer: machine.peer, pid: channel?.pid, restarts: restarts,
      inFlight: machine.inFlight, lastError: lastError)
    published.withLock { $0 = status }
  }
}
