internal import CLinux
internal import Glibc
internal import Reactor

/// One plain-text connection of a pool: sends a request, feeds the response to the codec, and comes
/// back to the pool when it may. Confined to its loop.
final class PlainConnection: TransferSource {
  private enum State {
    case connecting
    case idle
    case active
    case closed
  }

  /// How long an idle connection is trusted without asking the kernel whether it was closed; until
  /// then its registration would have told.
  private static let trustedIdleNanoseconds: UInt64 = 500_000_000

  /// Reads in a row before others get their turn.
  private static let readsInARow = 4

  private let pool: ConnectionPool
  private let client: HTTPClient
  private let loop: EventLoop
  private var fd: Int32 = -1
  private var registration: Registration?
  private var state = State.connecting
  private var addresses: [SocketAddress] = []
  private var isReused = false

  private var transfer: HTTPTransfer?
  private var parser = HTTPResponseParser(method: "")
  private var sent = 0
  private var isSendingBroken = false
  private var isPaused = false

  private var deadline = UInt64.max
  private var deadlineOf = HTTPClientTimeout.idleStream
  private var timer: LoopTimer?
  private var timerAt = UInt64.max
  private var idleSince: UInt64 = 0

  init(_ pool: ConnectionPool, _ transfer: HTTPTransfer) {
    self.pool = pool
    client = pool.client
    loop = pool.client.loop
    self.transfer = transfer
    transfer.source = self
  }

  // MARK: Connecting

  func connect(_ addresses: [SocketAddress]) {
    self.addresses = addresses.reversed()
    connectToNext(code: 0)
  }

  private func connectToNext(code: Int32) {
    guard let transfer, case .connecting = state else { return }
    guard let address = addresses.popLast() else {
      fail(.unreachable(host: pool.origin.host, address: lastAddress, code: code))
      return
    }
    lastAddress = address.text
    let socket = open(address.family)
    guard socket >= 0 else { return connectToNext(code: errno) }
    _ = linux_set_no_delay(socket)
    let result = address.withPointer { Glibc.connect(socket, $0, $1) }
    wait(for: socket, code: result == 0 ? 0 : errno, transfer)
  }

  private var lastAddress = ""

  func connect(unixPath: String) {
    guard let transfer else { return }
    lastAddress = unixPath
    var address = sockaddr_un()
    let length = linux_unix_address(&address, unixPath)
    guard length > 0 else {
      return fail(.unreachable(host: unixPath, address: unixPath, code: ENAMETOOLONG))
    }
    let socket = open(AF_UNIX)
    guard socket >= 0 else {
      return fail(.unreachable(host: unixPath, address: unixPath, code: errno))
    }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket, $0, length) }
    }
    wait(for: socket, code: result == 0 ? 0 : errno, transfer)
  }

  private func open(_ family: Int32) -> Int32 {
    socket(family, LINUX_SOCK_STREAM | LINUX_SOCK_NONBLOCK | LINUX_SOCK_CLOEXEC, 0)
  }

  private func wait(for socket: Int32, code: Int32, _ transfer: HTTPTransfer) {
    guard code == 0 || code == EINPROGRESS else {
      Glibc.close(socket)
      return connectToNext(code: code)
    }
    fd = socket
    do throws(ReactorError) {
      registration = try loop.register(socket, for: code == 0 ? .read : .write) {
        [self] readiness in ready(readiness)
      }
    } catch {
      return fail(.unreachable(host: pool.origin.host, address: lastAddress, code: EMFILE))
    }
    if code == 0 { start(transfer, isReused: false) }
  }

  private func finishConnecting() {
    let code = linux_socket_error(fd)
    guard code == 0, let transfer else {
      closeSocket()
      return connectToNext(code: code)
    }
    setInterest(.read)
    start(transfer, isReused: false)
  }

  // MARK: Exchanges

  /// False when the server closed the connection, or spoke out of turn, while it was idle.
  var isUsable: Bool {
    guard case .idle = state, fd >= 0 else { return false }
    if loop.now.nanoseconds &- idleSince < Self.trustedIdleNanoseconds { return true }
    var byte: UInt8 = 0
    let count = recv(fd, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  func start(_ transfer: HTTPTransfer, isReused: Bool) {
    self.transfer = transfer
    self.isReused = isReused
    transfer.source = self
    transfer.connected()
    state = .active
    sent = 0
    isSendingBroken = false
    isPaused = false
    var limits = HTTPResponseParser.Limits()
    limits.headBytes = transfer.terms.maxResponseHeadBytes
    parser = HTTPResponseParser(method: transfer.terms.method, limits: limits)
    setDeadline(transfer.deadline())
    send()
  }

  /// Waits in the pool.
  /// - Parameter timeout: in nanoseconds.
  func rest(_ timeout: UInt64) {
    state = .idle
    idleSince = loop.now.nanoseconds
    setDeadline((idleSince &+ timeout, .idleStream))
  }

  private func send() {
    guard let transfer, !isSendingBroken else { return }
    let total = transfer.bytesToSend
    while sent < total {
      let count = sendSome(of: transfer)
      if count > 0 {
        sent += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        setInterest(isPaused ? .write : [.read, .write])
        return
      } else if errno != EINTR {
        return sendingBroke(errno)
      }
    }
    setInterest(isPaused ? [] : .read)
  }

  /// What `send(2)` says of the next piece: of the head, or of a body that is not part of it.
  private func sendSome(of transfer: HTTPTransfer) -> Int {
    let head = transfer.encoded.count
    guard sent < head else {
      return transfer.request.body.withUnsafeBytes { send($0, from: sent - head, flags: 0) }
    }
    let flags = transfer.isBodyInline ? 0 : Int32(MSG_MORE)
    return transfer.encoded.withUnsafeBytes { send($0, from: sent, flags: flags) }
  }

  private func send(_ bytes: UnsafeRawBufferPointer, from start: Int, flags: Int32) -> Int {
    Glibc.send(
      fd, bytes.baseAddress?.advanced(by: start), bytes.count - start, LINUX_MSG_NOSIGNAL | flags)
  }

  private func sendingBroke(_ code: Int32) {
    if sent == 0, isReused {
      // Not a byte was taken: nothing can have been worked on.
      return replay(or: .closedBeforeResponse, isSafe: true)
    }
    // The server may have answered before it closed.
    isSendingBroken = true
    setInterest(.read)
  }

  private func ready(_ readiness: Readiness) {
    switch state {
    case .connecting: finishConnecting()
    case .active:
      if readiness.contains(.write) { send() }
      if readiness != .write, case .active = state { read() }
    case .idle: close()  // its end, or bytes nobody asked for
    case .closed: break
    }
  }

  private func read() {
    let buffer = client.readBuffer
    for _ in 0..<Self.readsInARow {
      guard case .active = state, !isPaused else { return }
      let count = recv(fd, buffer.baseAddress, buffer.count, 0)
      if count > 0 {
        consume(UnsafeBufferPointer(rebasing: buffer[..<count]))
        if count < buffer.count { return }
      } else if count == 0 {
        return ended(code: 0)
      } else if errno != EINTR {
        if errno != EAGAIN && errno != EWOULDBLOCK { ended(code: errno) }
        return
      }
    }
  }

  private func consume(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let transfer else { return }
    var offset = 0
    do throws(HTTPResponseError) {
      while let event = try parser.next(bytes.span, &offset) {
        switch event {
        case .head(let head): transfer.receive(.head(head))
        case .body(let range): transfer.receive(UnsafeBufferPointer(rebasing: bytes[range]))
        case .end:
          finish(isExact: offset == bytes.count)
          return
        }
      }
    } catch {
      fail(.malformedResponse(error))
      return
    }
    guard case .active = state else { return }
    setDeadline(transfer.deadline())
    if transfer.mustPause {
      isPaused = true
      setInterest([])
      setDeadline(transfer.deadline())
    }
  }

  private func finish(isExact: Bool) {
    guard let transfer else { return }
    let isWholeRequestSent = sent == transfer.bytesToSend
    self.transfer = nil
    transfer.complete()
    if isExact, parser.isReusable, isWholeRequestSent, !isSendingBroken {
      pool.giveBack(self)
    } else {
      close()
    }
  }

  /// The server closed the connection.
  private func ended(code: Int32) {
    guard let transfer else { return close() }
    if !parser.hasStarted {
      return replay(or: .closedBeforeResponse, isSafe: false)
    }
    if code == 0 {
      do throws(HTTPResponseError) {
        _ = try parser.finish()
        self.transfer = nil
        transfer.complete()
        close()
        return
      } catch {}
    }
    fail(.brokenOff(code: code))
  }

  /// Sends the request once more on a fresh connection when this one was kept and has not said a
  /// word, and the request may be repeated or was not sent at all.
  private func replay(or error: HTTPClientError, isSafe: Bool) {
    guard isReused, let transfer, !transfer.wasReplayed,
      isSafe || transfer.request.isReplayable
    else { return fail(error) }
    self.transfer = nil
    transfer.source = nil
    transfer.wasReplayed = true
    let pool = self.pool
    close()
    pool.take(transfer, fresh: true)
  }

  // MARK: TransferSource

  func resumeReading() {
    guard isPaused, let transfer else { return }
    isPaused = false
    setDeadline(transfer.deadline())
    setInterest(.read)
  }

  func stop() {
    transfer = nil
    close()
  }

  // MARK: Time and end

  private func setDeadline(_ deadline: (at: UInt64, of: HTTPClientTimeout)) {
    self.deadline = deadline.at
    deadlineOf = deadline.of
    // A timer that is due earlier stays and looks again; most exchanges never touch it.
    guard deadline.at < timerAt else { return }
    timer?.cancel()
    timerAt = deadline.at
    timer = loop.schedule(at: MonotonicTime(nanoseconds: deadline.at)) { [self] in
      timer = nil
      timerAt = .max
      checkDeadline()
    }
  }

  private func checkDeadline() {
    guard loop.now.nanoseconds >= deadline else {
      if deadline != .max { setDeadline((deadline, deadlineOf)) }
      return
    }
    if case .idle = state { close() } else { fail(.timedOut(deadlineOf)) }
  }

  private func setInterest(_ interest: Interest) {
    guard let registration, registration.interest != interest else { return }
    // Fails only for a descriptor that is closed, whose end is noticed elsewhere.
    try? registration.update(interest)
  }

  func fail(_ error: HTTPClientError) {
    let transfer = self.transfer
    self.transfer = nil
    transfer?.source = nil
    close()
    transfer?.fail(error)
  }

  func close() {
    if case .closed = state { return }
    state = .closed
    timer?.cancel()
    timer = nil
    closeSocket()
    pool.closed(self)
  }

  private func closeSocket() {
    registration?.cancel()
    registration = nil
    if fd >= 0 { Glibc.close(fd) }
    fd = -1
  }
}
