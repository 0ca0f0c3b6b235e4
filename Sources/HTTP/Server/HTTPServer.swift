internal import Glibc
public import Reactor

/// An HTTP/1.1 server on one event loop. Every handler runs on the loop's thread. Confined to its
/// loop.
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
  let times: ServerTimes
  let credentials: TLSCredentials?
  let handler: (HTTPExchange) -> Void
  /// Read into by all connections, one at a time.
  let readBuffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 * 1024)

  let isUnix: Bool
  var listening: Int32
  var acceptance: Registration?
  var acceptPause: LoopTimer?

  private(set) var connections: [ServerConnection] = []
  private(set) var isDraining = false
  private var hasStopped = false
  private var idleWaiters: [UnsafeContinuation<Void, Never>] = []
  private var housekeeping: LoopTimer?
  private var date: [UInt8] = []
  private var dateHolds: UInt64 = 0

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
    isUnix = listening.isUnix
    limits = configuration.limits
    times = ServerTimes(configuration.limits)
    self.listening = listening.fd
    do throws(HTTPServerError) {
      credentials = try configuration.tls.map(TLSCredentials.init)
    } catch {
      close(listening.fd)
      hasStopped = true
      throw error
    }
    guard startAccepting() else {
      close(listening.fd)
      hasStopped = true
      throw .refused(usesTLS: false)
    }
  }

  deinit {
    assert(hasStopped, "a server ends with shutdown")
    readBuffer.deallocate()
  }

  var isSecure: Bool { credentials != nil }

  /// Open connections, idle ones included.
  public var connectionCount: Int { connections.count }

  /// The `Date` line of responses, made once a second.
  func dateLine() -> [UInt8] {
    let now = loop.now.nanoseconds
    if now < dateHolds { return date }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    date = Array("Date: ".utf8)
    HTTPDate.append(max(0, time.tv_sec), to: &date)
    date += [ASCII.carriageReturn, ASCII.lineFeed]
    dateHolds = now &+ 1_000_000_000 &- UInt64(clamping: time.tv_nsec)
    return date
  }

  // MARK: Connections

  func opened(_ connection: ServerConnection) {
    connection.index = connections.count
    connections.append(connection)
    if housekeeping == nil { keepHouse() }
  }

  func closed(_ connection: ServerConnection) {
    let last = connections.removeLast()
    if last !== connection {
      connections[connection.index] = last
      last.index = connection.index
    }
    if connections.count == limits.connections - 1, acceptPause == nil { resumeAccepting() }
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
      for connection in connections { connection.closeIfOverdue() }
      if !connections.isEmpty { keepHouse() }
    }
  }

  // MARK: Ending

  /// Refuses new connections from now on; those that are open go on.
  public func stopAccepting() {
    loop.preconditionCurrent()
    guard !isDraining else { return }
    isDraining = true
    acceptPause?.cancel()
    acceptPause = nil
    acceptance?.cancel()
    acceptance = nil
    close(listening)
  }

  /// Stops accepting, closes idle connections, waits at most `deadline` for requests under way, and
  /// then closes everything. Handlers whose request is cut off see a disconnect.
  public func shutdown(deadline: Duration) async {
    loop.preconditionCurrent()
    guard !hasStopped else { return }
    stopAccepting()
    for connection in connections where connection.isIdle { connection.close(nil) }
    if !connections.isEmpty {
      let timer = loop.schedule(after: deadline) { [self] in
        let waiters = idleWaiters
        idleWaiters.removeAll()
        for waiter in waiters { waiter.resume() }
      }
      await withUnsafeContinuation { idleWaiters.append($0) }
      timer.cancel()
    }
    for connection in connections { connection.close(.disconnected) }
    housekeeping?.cancel()
    hasStopped = true
  }
}
