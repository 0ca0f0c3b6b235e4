internal import CMicrohttpd
internal import Glibc
public import Reactor

/// One request and its one response. Confined to its loop.
///
/// It may be kept as long as you like; once the response was sent or the client hung up, responding
/// does nothing and reading throws `.disconnected`.
public final class HTTPExchange: @unchecked Sendable {  // confined to its loop
  /// The loop of the server.
  public let loop: EventLoop
  /// Who sent the request.
  public let peer: Peer
  /// The method as sent; any token reaches the handler.
  public internal(set) var method = ""
  /// The target as sent up to the first `?`, escapes kept.
  public let path: String
  /// The target as sent after the first `?`; nil without one.
  public let query: String?
  /// Called once when the client hangs up (also: breaks off, is too slow) before its response was
  /// sent completely. A client that closes only its sending half counts as gone too.
  public var onDisconnect: (() -> Void)?

  let server: HTTPServer
  private let connection: ServerConnection
  /// The library's connection; nil once the exchange has ended.
  private(set) var handle: OpaquePointer?

  /// Who moves the connection next.
  private enum Hold {
    /// The library does, as bytes come.
    case none
    /// Nobody, until `release`.
    case held
    /// Released: the library will call.
    case released
  }

  private var hold_ = Hold.none
  var isWaiting = false
  var waitingSince = 0
  var waitingIndex = 0

  private let target: UnsafePointer<CChar>?
  private let targetCount: Int
  private let isTargetValid: Bool
  /// The header fields, copied by `keepHead`.
  var keptHeaders: HTTPHeaders?

  // The request's way.
  private(set) var isHandled = false
  private var expectsContinue = false
  private var isHeldAtHead = false
  private(set) var isRequestComplete = false
  private var isBroken = false
  private var isInHandler = false
  var body: RequestBody

  // The response's way.
  private(set) var hasResponded = false
  private var response: OpaquePointer?
  private var status: UInt32 = 0
  private(set) var isResponseQueued = false
  private(set) var stream: HTTPResponseStream?
  /// Nanoseconds of the loop's clock by which the response must be sent; streams have their own.
  private var sendDeadline = UInt64.max

  init(
    server: HTTPServer, connection: ServerConnection, handle: OpaquePointer,
    target: UnsafePointer<CChar>?
  ) {
    self.server = server
    self.connection = connection
    self.handle = handle
    self.target = target
    loop = server.loop
    peer = connection.peer
    body = RequestBody(limits: server.limits)
    let bytes = UnsafeRawBufferPointer(start: target, count: target.map { strlen($0) } ?? 0)
    targetCount = bytes.count
    isTargetValid = bytes.allSatisfy { $0 > ASCII.space && $0 != 127 }
    if let mark = bytes.firstIndex(of: 63) {
      path = String(decoding: bytes[..<mark], as: UTF8.self)
      query = String(decoding: bytes[(mark + 1)...], as: UTF8.self)
    } else {
      path = String(decoding: bytes, as: UTF8.self)
      query = nil
    }
    connection.exchange = self
  }

  // MARK: The request

  /// True when the request came over TLS.
  public var isSecure: Bool { server.isSecure }

  /// True once the response was sent or the client is gone.
  public var hasEnded: Bool { handle == nil || isBroken }

  // MARK: The library's calls

  /// A call without body bytes: the head, a release, or the end of the request. False closes.
  func advance(method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?) -> Bool {
    hold_ = .none
    guard !isBroken, let handle else { return false }
    if !isHandled {
      guard let method, let version else { return false }
      let head = RequestHead(
        handle, method: method, target: target, targetCount: targetCount, version: version)
      self.method = String(cString: method)
      isHandled = true
      if let refusal = refusal(head, handle) {
        respond(status: refusal.status, headers: ["Content-Type": "text/plain"], body: refusal.body)
        return queueResponse()
      }
      guard head.hasBody else {
        body.finish()
        return true
      }
      return begin(head)
    }
    if isHeldAtHead {
      isHeldAtHead = false
      server.mustRunAgain = true
      if response != nil, !body.isDiscarded { return queueResponse() }
      return true
    }
    if !isRequestComplete {
      isRequestComplete = true
      if body.isComplete { callHandler() } else { body.finish() }
    }
    if response != nil { return queueResponse() }
    if !isResponseQueued, !isWaiting { server.wait(self) }
    return true
  }

  private func refusal(
    _ head: RequestHead, _ handle: OpaquePointer
  ) -> (status: Int, body: [UInt8])? {
    if !head.isValid || !isTargetValid { return (400, Array("malformed request\n".utf8)) }
    if mhd_header_size(handle) > server.limits.headerBytes {
      return (431, Array("request header fields too large\n".utf8))
    }
    return nil
  }

  /// A head with a body to come. A small one is received while the handler starts; a larger one, or
  /// one that the client holds back, waits until the handler asks for it or refuses it.
  private func begin(_ head: RequestHead) -> Bool {
    expectsContinue = head.expectsContinue
    body.begin(expected: head.contentLength, now: loop.now.nanoseconds)
    callHandler()
    // The library reads up to what the head brought and misses an end of the stream right after it.
    server.watchLater(connection)
    let isSmall = (head.contentLength ?? 0) <= RequestBody.eagerBytes
    if isSmall && !expectsContinue { return true }
    isHeldAtHead = true
    if response != nil {
      if mayDrain { body.discard() }
      return advance(method: nil, version: nil)
    }
    if body.isWanted { return advance(method: nil, version: nil) }
    hold()
    return true
  }

  private var mayDrain: Bool {
    !expectsContinue && (body.expected ?? 0) <= server.limits.drainBytes
  }

  private func callHandler() {
    isInHandler = true
    server.handler(self)
    isInHandler = false
  }

  /// Body bytes; all are taken. False closes the connection.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    hold_ = .none
    guard !isBroken else { return false }
    defer { if body.received != body.expected { server.mustRunAgain = true } }
    switch body.receive(bytes) {
    case .goOn: break
    case .pause: hold()
    case .giveUp: return false
    }
    return true
  }

  // MARK: Holding

  /// Takes the connection out of the library's hands until `release`.
  func hold() {
    guard hold_ == .none, let handle else { return }
    hold_ = .held
    MHD_suspend_connection(handle)
    server.watchLater(connection)
  }

  /// The library called for a connection that may have been held.
  func isReleased() { hold_ = .none }

  /// Gives a held connection back; the library will call at the end of this tick.
  func release() {
    guard hold_ == .held, let handle else { return }
    hold_ = .released
    MHD_resume_connection(handle)
    server.runSoon()
  }

  // MARK: Responding

  func submit(_ response: OpaquePointer?, status: Int) {
    guard let response else {
      abort()
      return
    }
    self.response = response
    self.status = UInt32(status)
    if isInHandler || !isHandled { return }
    if !isRequestComplete {
      if isHeldAtHead {
        if mayDrain { body.discard() }
      } else {
        body.discard()
      }
      release()
      return
    }
    switch hold_ {
    case .held: release()
    case .released: break
    case .none:
      server.stopWaiting(self)
      if queueResponse() { server.runSoon() } else { abort() }
    }
  }

  private func queueResponse() -> Bool {
    guard let handle, let response else { return false }
    self.response = nil
    isResponseQueued = true
    if let stream { stream.isQueued(now: loop.now.nanoseconds) }
    let result = MHD_queue_response(handle, status, response)
    MHD_destroy_response(response)
    return result == mhd_yes
  }

  /// Marks the exchange as answered and tells whether an answer can still be sent.
  func startResponse(_ status: Int) -> Bool {
    loop.preconditionCurrent()
    precondition(!hasResponded, "a request has one response")
    precondition((200...999).contains(status), "not a final status: \(status)")
    hasResponded = true
    return !hasEnded
  }

  func attach(_ stream: HTTPResponseStream) { self.stream = stream }

  func mustSend(_ count: Int) {
    sendDeadline = loop.now.nanoseconds &+ server.times.allowance(count)
  }

  // MARK: Ending

  /// The client hung up while its connection was watched.
  func peerHungUp() {
    guard isHandled, !hasEnded else { return }
    // A response that is complete on our side may still reach a half-closed client.
    if hasResponded, stream?.isFinished ?? true { return }
    abort()
  }

  /// Closes the connection and tells the handler's side.
  func abort() {
    guard !hasEnded else { return }
    breakOff(.disconnected)
  }

  /// The client was too slow.
  func timeOut() {
    guard !hasEnded else { return }
    breakOff(.timedOut)
  }

  private func breakOff(_ error: HTTPExchangeError) {
    isBroken = true
    connection.shutDown()
    release()
    disconnect(error)
    server.runSoon()
  }

  func isOverdue(_ now: UInt64) -> Bool {
    if hasResponded {
      if let stream { return stream.isOverdue(now, server.times) }
      return now > sendDeadline
    }
    guard !isRequestComplete, hold_ == .none else { return false }
    return now > body.startedAt &+ server.times.allowance(body.received)
  }

  /// The library is done with the request.
  func end(isComplete: Bool) {
    guard handle != nil else { return }
    handle = nil
    connection.exchange = nil
    connection.headDeadline = loop.now.nanoseconds &+ server.times.idle
    server.stopWaiting(self)
    if let response { MHD_destroy_response(response) }
    response = nil
    if isComplete && isResponseQueued {
      stream?.end(nil)
      stream = nil
      onDisconnect = nil
    } else if isHandled {
      isBroken = true
      disconnect(.disconnected)
    }
    if server.isDraining { connection.shutDown() }
  }

  private func disconnect(_ error: HTTPExchangeError) {
    body.fail(error)
    stream?.end(error)
    stream = nil
    let callback = onDisconnect
    onDisconnect = nil
    callback?()
  }
}
