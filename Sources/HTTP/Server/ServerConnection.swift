internal import CLinux
internal import Glibc
internal import Reactor

/// One connection of a server: moves bytes between its socket and the machine, and tells the
/// exchange what happens. Confined to its loop.
///
/// Its descriptor is registered once, for edges, and never changed: whether it can be read or
/// written is remembered here until a call says otherwise.
final class ServerConnection {
  /// Reads in a row before others get their turn.
  private static let readsInARow = 4
  /// Bytes of a stream that are framed as one chunk.
  private static let chunkBytes = 64 * 1024

  let server: HTTPServer
  let peer: Peer
  private(set) var machine: ServerMachine
  /// Its place in the server's list.
  var index = 0

  private let transport: ServerTransport
  private var registration: Registration?
  private(set) var exchange: HTTPExchange?
  private var stream: HTTPResponseStream?
  /// Bytes that were received before they were of use, from `unusedStart` on.
  private var unused: [UInt8] = []
  private var unusedStart = 0

  private var isReadable = false
  private var isWritable = false
  private var hasHungUp = false
  private var isRunning = false
  private var isRunDue = false
  private var isClosed = false

  init(_ transport: ServerTransport, _ peer: Peer, of server: HTTPServer) {
    self.transport = transport
    self.peer = peer
    self.server = server
    machine = ServerMachine(
      limits: server.limits, times: server.times, now: server.loop.now.nanoseconds)
  }

  /// False when the descriptor cannot be watched.
  func watch() -> Bool {
    registration = try? server.loop.register(
      transport.fd, for: [.read, .write, .hangup, .edge]
    ) { [self] readiness in ready(readiness) }
    return registration != nil
  }

  /// See `HTTPExchange`.
  var clientCertificate: [UInt8]? {
    if case .tls(let session) = transport { session.clientCertificate } else { nil }
  }

  private var now: UInt64 { server.loop.now.nanoseconds }

  private func ready(_ readiness: Readiness) {
    if readiness.contains(.write) { isWritable = true }
    if readiness.contains(.read) { isReadable = true }
    if !readiness.isDisjoint(with: [.hangup, .error]) {
      isReadable = true
      hasHungUp = true
    }
    run()
  }

  // MARK: Running

  /// Moves what can be moved. Does nothing when called by what it calls: it goes on until nothing
  /// moves any more.
  func run() {
    guard !isRunning, !isClosed else { return }
    isRunning = true
    var reads = 0
    while !isClosed {
      if case .tls(let session) = transport, !session.isEstablished {
        guard shakeHands(session) else { break }
      }
      if flush() { continue }
      guard !isClosed, machine.takesBytes else { break }
      if !unused.isEmpty {
        useUnused()
      } else if isReadable, reads < Self.readsInARow {
        reads += 1
        read()
      } else {
        if isReadable { runLater() }
        break
      }
    }
    isRunning = false
    if hasHungUp, !isClosed { noticeHangUp() }
  }

  /// Runs at the end of the tick, once however often it is asked.
  func runAtEndOfTick() {
    guard !isRunDue else { return }
    isRunDue = true
    server.loop.atEndOfTick { [self] in
      isRunDue = false
      run()
    }
  }

  private func runLater() {
    guard !isRunDue else { return }
    isRunDue = true
    server.loop.executeConfined { [self] in
      isRunDue = false
      run()
    }
  }

  private func shakeHands(_ session: TLSSession) -> Bool {
    switch session.shakeHands() {
    case .bytes:
      // What woke us may have brought the first request too.
      isReadable = true
      isWritable = true
      return true
    case .again: break
    case .end, .failed: close(.disconnected)
    }
    return false
  }

  // MARK: Reading

  private func read() {
    let buffer = server.readBuffer
    switch transport.receive(buffer) {
    case .bytes(let count):
      // A plain socket that gave less has no more; the next bytes are an edge.
      if case .plain = transport, count < buffer.count, !hasHungUp { isReadable = false }
      let bytes = UnsafeBufferPointer(rebasing: buffer[..<count])
      let used = use(bytes)
      if used < count, !isClosed { unused = Array(bytes[used...]) }
    case .again:
      isReadable = false
    case .end:
      close(.disconnected)
    case .failed:
      close(.disconnected)
    }
  }

  private func useUnused() {
    let bytes = unused
    unusedStart += bytes.withUnsafeBufferPointer {
      use(UnsafeBufferPointer(rebasing: $0[unusedStart...]))
    }
    if unusedStart >= unused.count || isClosed {
      unused = []
      unusedStart = 0
    }
  }

  /// Gives bytes to the machine and tells the exchange; returns how many were of use.
  private func use(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var offset = 0
    let now = self.now
    while !isClosed, let event = machine.next(bytes.span, &offset, now: now) {
      switch event {
      case .request(let head): begin(head)
      case .body: exchange?.bodyMoved()
      case .refused(let fault):
        end(.disconnected)
        machine.refuse(fault, date: server.dateLine(), now: now)
      case .broken: close(.disconnected)
      }
    }
    return offset
  }

  private func begin(_ head: HTTPIncomingHead) {
    let exchange = HTTPExchange(head, on: self)
    self.exchange = exchange
    server.handler(exchange)
  }

  // MARK: The body of the request

  /// The exchange wants its whole body, or the next piece; what is there is taken at once.
  func want(_ limit: Int?) {
    machine.want(limit, now: now)
    run()
  }

  /// Takes what was received of the body; the client may send more then.
  func takeBody() -> [UInt8] {
    let bytes = machine.takeBody(now: now)
    if !machine.body.isComplete { runAtEndOfTick() }
    return bytes
  }

  // MARK: The response

  func respond(_ status: Int, _ headers: HTTPHeaders, _ body: OutgoingBytes) {
    machine.respond(
      status, headers, body, date: server.dateLine(), isLast: server.isDraining, now: now)
    run()
  }

  func respond(_ status: Int, _ headers: HTTPHeaders, with stream: HTTPResponseStream) {
    self.stream = stream
    machine.respondStream(
      status, headers, date: server.dateLine(), isLast: server.isDraining, now: now)
    runAtEndOfTick()
  }

  /// Sends what there is, and goes on after a response. True when there may be more to do.
  private func flush() -> Bool {
    if let stream { fill(from: stream) }
    guard machine.hasToSend else { return false }
    if !machine.isResponseOut {
      guard isWritable else { return false }
      switch transport.send(machine.output) {
      case .bytes(let count):
        machine.sent(count, now: now)
        return true
      case .again:
        isWritable = false
        return false
      case .end, .failed:
        close(.disconnected)
        return false
      }
    }
    goOn()
    return true
  }

  private func fill(from stream: HTTPResponseStream) {
    while machine.output.isEmpty, stream.bufferedBytes > 0 {
      machine.append(stream.take(Self.chunkBytes), now: now)
    }
    if stream.isFinished, stream.bufferedBytes == 0 {
      machine.finishStream(now: now)
      self.stream = nil
      stream.end(nil)
    }
  }

  private func goOn() {
    // Of TLS it is not known; most clients have sent nothing more.
    let hasUnread = !unused.isEmpty || (isReadable && !server.isSecure)
    end(nil)
    switch machine.finishResponse(hasUnread: hasUnread, now: now) {
    case .goOn: if server.isDraining { close(nil) }
    case .linger: transport.endSending()
    case .close: close(nil)
    }
  }

  // MARK: Ending

  /// Ends the exchange; with an error when its response was not sent.
  private func end(_ error: HTTPExchangeError?) {
    let stream = self.stream
    self.stream = nil
    stream?.end(error)
    let exchange = self.exchange
    self.exchange = nil
    exchange?.end(error)
  }

  /// The client closed at least its sending half, and nothing is read in which it would show.
  private func noticeHangUp() {
    // A response that is complete on our side may still reach a half-closed client.
    if machine.isResponseWhole || (machine.takesBytes && isReadable) { return }
    close(.disconnected)
  }

  /// Closes at once; the exchange is told when it was under way.
  func close(_ error: HTTPExchangeError?) {
    guard !isClosed else { return }
    isClosed = true
    registration?.cancel()
    registration = nil
    transport.close(orderly: error == nil)
    unused = []
    server.closed(self)
    end(error ?? .disconnected)
  }

  /// Closes when the client had its time.
  func closeIfOverdue() {
    if machine.isOverdue(now) { close(.timedOut) }
  }

  /// True while nobody waits for anything here.
  var isIdle: Bool { exchange == nil }
}
