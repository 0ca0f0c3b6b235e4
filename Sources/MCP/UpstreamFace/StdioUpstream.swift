import CLinux
import Glibc
import JSON
public import Logging
public import Reactor
import Synchronization

/// Runs one MCP server as a child process and speaks to it over its standard input and output.
/// The process belongs to one loop; calls from other loops hop there. A process that ends, hangs
/// up or speaks garbage is replaced after a growing delay.
public final class StdioUpstream: Upstream, @unchecked Sendable {
  // Confined to `loop`, but for `published`.
  /// The bounds of one upstream process.
  public struct Limits: Sendable {
    /// The longest line accepted from the process.
    public var lineBytesMax = 64 << 20
    /// Bytes waiting to be read by the process; beyond it calls are refused.
    public var unsentBytesMax = 16 << 20
    /// Calls waiting for an answer; beyond it calls are refused.
    public var inFlightMax = 256
    /// Between closing its input, TERM and KILL.
    public var shutdownGrace: Duration = .seconds(2)
    /// The defaults named at each member.
    public init() {}
  }

  /// The server's name in the configuration.
  public let name: String
  private let command: ChildProcess.Configuration
  private let loop: EventLoop
  private let limits: Limits
  private let log: Logger
  private let published = Mutex(UpstreamStatus.stopped)

  private var observer: (@Sendable (UpstreamEvent) -> Void)?
  private var child: Child?
  private var machine = StdioUpstreamMachine()
  private var waiting: [Int64: Waiting] = [:]
  private var backoff = Backoff()
  private var restarts = 0
  private var restartTimer: LoopTimer?
  private var isStopping = false
  private var state = UpstreamStatus.State.stopped
  private var lastError: String?

  private struct Waiting {
    let continuation: UnsafeContinuation<Result<UpstreamReply, UpstreamError>, Never>
    let notices: NoticeSink?
    let timer: LoopTimer
  }

  /// An upstream that has not been started. Its process will belong to `loop`.
  public init(
    name: String, command: ChildProcess.Configuration, loop: EventLoop, limits: Limits = Limits(),
    log: Logger
  ) {
    self.name = name
    self.command = command
    self.loop = loop
    self.limits = limits
    self.log = log
  }

  /// Any thread.
  public var status: UpstreamStatus { published.withLock { $0 } }

  /// Starts the process and keeps it running until `stop`.
  public func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) {
    loop.execute {
      self.observer = observer
      self.isStopping = false
      self.spawn()
    }
  }

  /// Fails what is in flight and ends the process tree.
  public func stop() async {
    await withUnsafeContinuation { (done: UnsafeContinuation<Void, Never>) in
      loop.spawn {
        await self.stopOnLoop()
        done.resume()
      }
    }
  }

  /// Sends one request and waits for its answer. From a task on any loop.
  public func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  {
    let handle = CallHandle()
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        if loop.isCurrent {
          self.begin(request, notices, handle, continuation)
        } else {
          loop.execute { self.begin(request, notices, handle, continuation) }
        }
      }
    } onCancel: {
      loop.execute { self.cancel(handle) }
    }
    return try result.get()
  }

  /// Nothing is told of single resources yet.
  public func watch(_ resources: Set<String>) {}

  // MARK: - Calls, on the loop

  /// Names a call before it has an id. Confined to the loop.
  private final class CallHandle: @unchecked Sendable {
    var id: Int64?
    var isCancelled = false
  }

  private func begin(
    _ request: UpstreamRequest, _ notices: NoticeSink?, _ handle: CallHandle,
    _ continuation: UnsafeContinuation<Result<UpstreamReply, UpstreamError>, Never>
  ) {
    func refuse(_ error: UpstreamError) { continuation.resume(returning: .failure(error)) }
    guard !handle.isCancelled else { return refuse(.cancelled) }
    guard machine.inFlight < limits.inFlightMax else {
      return refuse(
        .overloaded(reason: "\(limits.inFlightMax) requests are waiting for \(name) already"))
    }
    guard let child, child.unsentBytes < limits.unsentBytesMax else {
      return refuse(
        child == nil
          ? .unavailable(reason: unavailableReason)
          : .overloaded(reason: "\(name) does not read its input"))
    }
    guard let (id, actions) = machine.call(request) else {
      return refuse(.unavailable(reason: unavailableReason))
    }
    handle.id = id
    let timeout = request.timeout
    let timer = loop.schedule(after: timeout) { [self] in
      perform(machine.abort(id, because: .timedOut(after: timeout)))
    }
    waiting[id] = Waiting(continuation: continuation, notices: notices, timer: timer)
    perform(actions)
    publish()
  }

  private func cancel(_ handle: CallHandle) {
    handle.isCancelled = true
    if let id = handle.id { perform(machine.abort(id, because: .cancelled)) }
  }

  private var unavailableReason: String {
    switch state {
    case .ready: "\(name) is ending"
    case .starting: "\(name) is starting"
    case .stopped: "\(name) is stopped"
    case .backingOff: "\(name) ended (\(lastError ?? "no reason known")) and is being restarted"
    }
  }

  private func perform(_ actions: [StdioUpstreamMachine.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes):
        child?.send(line: bytes)
      case .complete(let id, let result):
        guard let call = waiting.removeValue(forKey: id) else { continue }
        call.timer.cancel()
        call.continuation.resume(returning: result)
        publish()
      case .progress(let id, let params):
        waiting[id]?.notices?(.progress(params))
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
      case .toolsChanged:
        observer?(.listChanged(.tools))
      case .deadline(let deadline, let delay):
        let generation = restarts
        _ = loop.schedule(after: delay) { [self] in
          guard generation == restarts else { return }
          perform(machine.deadlinePassed(deadline))
        }
      case .abandon(let reason):
        lost(reason)
      case .note(let text):
        log.debug(text, [("upstream", name)])
      }
    }
  }

  // MARK: - The process, on the loop

  private func spawn() {
    loop.preconditionCurrent()
    guard !isStopping, child == nil else { return }
    machine = StdioUpstreamMachine()
    state = .starting
    do {
      let process = try ChildProcess.spawn(command, on: loop)
      let child = try Child(
        process, loop: loop, lineBytesMax: limits.lineBytesMax,
        onLine: { [weak self] line in
          guard let self else { return }
          self.perform(self.machine.received(line))
        },
        onDiagnostic: { [name, log] text in
          log.debug(text, [("upstream", name), ("stream", "stderr")])
        },
        onEnd: { [weak self] reason in self?.lost(reason) })
      self.child = child
      publish()
      perform(machine.opened())
    } catch {
      lost(error.description)
    }
  }

  private func lost(_ reason: String) {
    guard !isStopping, state != .backingOff else { return }
    let ended = child
    child = nil
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
    restartTimer = loop.schedule(after: delay) { [weak self] in self?.spawn() }
  }

  private func stopOnLoop() async {
    isStopping = true
    restartTimer?.cancel()
    restartTimer = nil
    perform(machine.closed(reason: "the gateway is stopping it"))
    state = .stopped
    let ended = child
    child = nil
    publish()
    ended?.close()
    await ended?.end(grace: limits.shutdownGrace)
  }

  private func publish() {
    let status = UpstreamStatus(
      state: state, peer: machine.peer, pid: child?.pid, restarts: restarts,
      inFlight: machine.inFlight, lastError: lastError)
    published.withLock { $0 = status }
  }
}
