internal import CMicrohttpd
internal import Glibc
public import Reactor

/// An HTTP/1.1 server on one event loop: libmicrohttpd parses and writes, its epoll descriptor is
/// watched by the loop, and every handler runs on the loop's thread. Confined to its loop.
///
/// A server lives until `shutdown`, also when its last reference is dropped.
public final class HTTPServer {
  /// What a server may be told.
  public struct Configuration: Sendable {
    /// Bounds; see `HTTPServerLimits`.
    public var limits: HTTPServerLimits
    /// Certificate and key for HTTPS; nil serves plain text.
    public var tls: TLSFiles?

    /// A plain-text server with standard limits, unless said otherwise.
    public init(limits: HTTPServerLimits = HTTPServerLimits(), tls: TLSFiles? = nil) {
      self.limits = limits
      self.tls = tls
    }
  }

  /// The loop this server lives on.
  public let loop: EventLoop
  /// The TCP port it listens on; 0 for a Unix socket.
  public let port: UInt16

  let limits: HTTPServerLimits
  let isSecure: Bool
  let handler: (HTTPExchange) -> Void

  /// Memory of a connection beyond its largest head: entries of the fields and the response's head.
  /// The library clears all of it after each request.
  private static let spareBytes = 6 * 1024

  private var daemon: OpaquePointer?
  private var readiness: Registration?
  private(set) var connections: [ServerConnection] = []

  private var runIsDue = false
  /// Requests that are complete and unanswered but not held; see `HTTPServer+Waiting`.
  var waiting: [HTTPExchange] = []
  var waitingGeneration = 0
  var unwatched: [ServerConnection] = []
  var waitTimer: LoopTimer?
  /// Set by callbacks that leave work for another run.
  var mustRunAgain = false

  var isDraining = false
  private var idleWaiters: [UnsafeContinuation<Void, Never>] = []
  private var housekeeping: LoopTimer?
  let times: Times

  /// Starts to serve on a socket that listens; the server owns it from now on. `handler` is called
  /// once for each request when its head is complete, and answers it then or later.
  /// - Throws: `.unreadableTLSFile`, `.refused`, `.system`; the socket is closed then.
  public init(
    loop: EventLoop, listening: ListeningSocket, configuration: Configuration = Configuration(),
    handler: @escaping (HTTPExchange) -> Void
  ) throws(HTTPServerError) {
    loop.preconditionCurrent()
    self.loop = loop
    self.handler = handler
    port = listening.port
    limits = configuration.limits
    times = Times(configuration.limits)
    isSecure = configuration.tls != nil
    var certificate: [CChar]?
    var key: [CChar]?
    do throws(HTTPServerError) {
      if let files = configuration.tls {
        certificate = try TLSFileReader.read(files.certificate)
        key = try TLSFileReader.read(files.key)
      }
    } catch {
      close(listening.fd)
      throw error
    }
    daemon = start(listening.fd, certificate: certificate, key: key)
    // The library has closed the socket when it did not start.
    guard let daemon else { throw .refused(usesTLS: isSecure) }
    do {
      readiness = try loop.register(mhd_epoll_fd(daemon), for: .read) { [self] _ in run() }
    } catch {
      self.daemon = nil
      MHD_stop_daemon(daemon)
      throw .refused(usesTLS: isSecure)
    }
    runSoon()
  }

  deinit { assert(daemon == nil, "a server ends with shutdown") }

  private func start(_ fd: Int32, certificate: [CChar]?, key: [CChar]?) -> OpaquePointer? {
    func start(_ certificate: UnsafePointer<CChar>?, _ key: UnsafePointer<CChar>?)
      -> OpaquePointer?
    {
      TLSFileReader.priorities.withCString { priorities in
        var options = mhd_options()
        options.handler = handleRequest
        options.completed = handleCompletion
        options.connection = handleConnection
        options.uri = handleRequestLine
        options.unescape = keepEscapes
        options.context = Unmanaged.passUnretained(self).toOpaque()
        options.listen_fd = fd
        options.connections = UInt32(clamping: limits.connections)
        options.memory = limits.headerBytes + Self.spareBytes
        options.increment = 4096
        options.certificate = certificate
        options.key = key
        options.priorities = priorities
        return mhd_start(&options)
      }
    }
    guard let certificate, let key else { return start(nil, nil) }
    return certificate.withUnsafeBufferPointer { certificate in
      key.withUnsafeBufferPointer { key in start(certificate.baseAddress, key.baseAddress) }
    }
  }

  /// Open connections, idle ones included.
  public var connectionCount: Int { connections.count }

  // MARK: Running the daemon

  /// Lets the daemon work at the end of this tick, once however often it is asked.
  func runSoon() {
    guard !runIsDue else { return }
    runIsDue = true
    loop.atEndOfTick { [self] in
      guard runIsDue else { return }
      run()
    }
  }

  private func run() {
    guard let daemon else { return }
    runIsDue = false
    mustRunAgain = false
    MHD_run(daemon)
    var milliseconds: UInt64 = 0
    guard MHD_get_timeout(daemon, &milliseconds) == mhd_yes, milliseconds == 0 else { return }
    // The daemon counts a waiting request as work; only without one is its word to be trusted.
    if waiting.isEmpty || mustRunAgain { runSoon() } else { armWaitTimer() }
  }

  // MARK: Connections

  func opened(_ connection: ServerConnection) {
    connection.index = connections.count
    connections.append(connection)
    if housekeeping == nil { keepHouse() }
  }

  func closed(_ connection: ServerConnection) {
    connection.isClosed = true
    connection.watch?.cancel()
    connection.watch = nil
    let last = connections.removeLast()
    if last !== connection {
      connections[connection.index] = last
      last.index = connection.index
    }
    wakeIdleWaiters()
  }

  private func wakeIdleWaiters() {
    guard connections.isEmpty, !idleWaiters.isEmpty else { return }
    let waiters = idleWaiters
    idleWaiters.removeAll()
    for waiter in waiters { waiter.resume() }
  }

  private func keepHouse() {
    housekeeping = loop.schedule(after: times.housekeeping) { [self] in
      housekeeping = nil
      for connection in connections { endIfOverdue(connection) }
      if !connections.isEmpty { keepHouse() }
    }
  }

  private func endIfOverdue(_ connection: ServerConnection) {
    let now = loop.now.nanoseconds
    if let exchange = connection.exchange, exchange.isHandled {
      if exchange.isOverdue(now) { exchange.timeOut() }
    } else if now > connection.headDeadline {
      connection.shutDown()
    }
  }

  // MARK: Ending

  /// Refuses new connections from now on; those that are open go on.
  public func stopAccepting() {
    loop.preconditionCurrent()
    guard !isDraining, let daemon else { return }
    isDraining = true
    let fd = MHD_quiesce_daemon(daemon)
    if fd >= 0 { close(fd) }
  }

  /// Stops accepting, closes idle connections, waits at most `deadline` for requests under way, and
  /// then closes everything. Handlers whose request is cut off see a disconnect.
  public func shutdown(deadline: Duration) async {
    loop.preconditionCurrent()
    guard daemon != nil else { return }
    stopAccepting()
    for connection in connections where connection.exchange == nil { connection.shutDown() }
    runSoon()
    if !connections.isEmpty {
      let timer = loop.schedule(after: deadline) { [self] in
        let waiters = idleWaiters
        idleWaiters.removeAll()
        for waiter in waiters { waiter.resume() }
      }
      await withUnsafeContinuation { idleWaiters.append($0) }
      timer.cancel()
    }
    stop()
  }

  private func stop() {
    guard let daemon else { return }
    for connection in connections { connection.exchange?.abort() }
    waitTimer?.cancel()
    housekeeping?.cancel()
    readiness?.cancel()
    readiness = nil
    // Resumes what is held, which the library demands before it stops.
    MHD_run(daemon)
    self.daemon = nil
    MHD_stop_daemon(daemon)
    waiting.removeAll()
    unwatched.removeAll()
  }
}

extension HTTPServer {
  /// The limits' durations in nanoseconds.
  struct Times {
    let head: UInt64
    let idle: UInt64
    let transfer: UInt64
    let bytesPerSecond: UInt64
    let housekeeping: Duration

    init(_ limits: HTTPServerLimits) {
      head = limits.headTimeout.wholeNanoseconds
      idle = limits.idleTimeout.wholeNanoseconds
      transfer = limits.transferTimeout.wholeNanoseconds
      bytesPerSecond = UInt64(max(1, limits.bytesPerSecond))
      let shortest = min(head, idle, transfer)
      housekeeping = .nanoseconds(
        Int64(clamping: max(10_000_000, min(1_000_000_000, shortest / 4))))
    }

    /// How long a transfer of so many bytes may take.
    func allowance(_ bytes: Int) -> UInt64 {
      let seconds = UInt64(max(0, bytes)) / bytesPerSecond
      return transfer &+ min(seconds, 1 << 32) &* 1_000_000_000
    }
  }
}

extension Duration {
  /// Whole nanoseconds, at least 0 and at most a century.
  var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 3_153_600_000 else { return 3_153_600_000_000_000_000 }
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
  }
}
