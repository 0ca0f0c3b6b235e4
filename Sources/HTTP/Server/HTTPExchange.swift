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
  /// True when the request came over TLS.
  public let isSecure: Bool
  /// The SHA-256 of the certificate (in DER) by which the client of the connection proved who it
  /// is; nil when it showed none.
  public let clientCertificate: [UInt8]?
  /// The method as sent; any token reaches the handler.
  public let method: String
  /// The target as sent up to the first `?`, escapes kept.
  public let path: String
  /// Called once when the client hangs up (also: breaks off, is too slow) before its response was
  /// sent completely. A client that closes only its sending half counts as gone too.
  public var onDisconnect: (() -> Void)?

  private let head: HTTPIncomingHead
  /// Nil once the exchange has ended.
  private var connection: ServerConnection?
  private var hasResponded = false
  private var failure = HTTPExchangeError.disconnected
  /// Resumed when what it waits for is there or never will be.
  private var reader: UnsafeContinuation<Void, Never>?

  init(_ head: HTTPIncomingHead, on connection: ServerConnection) {
    self.head = head
    self.connection = connection
    loop = connection.server.loop
    isSecure = connection.server.isSecure
    peer = connection.peer
    clientCertificate = connection.clientCertificate
    method = head.method
    path = head.path
  }

  /// True once the response was sent or the client is gone.
  public var hasEnded: Bool { connection == nil }

  // MARK: The head

  /// The target as sent after the first `?`; nil without one.
  public var query: String? { head.query }

  /// Hands each header field to `body` in order: the bytes of its name, and those of its value
  /// without surrounding white space. Nothing is copied; the cheapest way to look at a whole head.
  public func forEachField(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
    head.forEachField(body)
  }

  /// The first value of a header field, nil without one. Names ignore ASCII case.
  public func header(_ name: String) -> String? { head[name] }

  /// All values of a header field in order: more than one shows a duplicate.
  public func headerValues(_ name: String) -> [String] { headers.values(name) }

  /// All header fields in order.
  public var headers: HTTPHeaders { head.headers }

  // MARK: The body

  /// Reads the whole body, at most `limit` and the server's `bodyBytes`. A body that is announced
  /// as larger is refused before a byte of it is read.
  /// - Throws: `.tooLarge` (answer 413), `.disconnected`, `.timedOut`.
  public func readBody(limit: Int) async throws(HTTPExchangeError) -> [UInt8] {
    if let bytes = try takeBody(limit: limit) { return bytes }
    await withUnsafeContinuation { reader = $0 }
    guard let bytes = try takeWhole(limit) else { throw failure }
    return bytes
  }

  /// As `readBody`, without waiting: nil when the body is not all there, and it is asked for then.
  public func takeBody(limit: Int) throws(HTTPExchangeError) -> [UInt8]? {
    loop.preconditionCurrent()
    return try takeWhole(limit)
  }

  private func takeWhole(_ limit: Int) throws(HTTPExchangeError) -> [UInt8]? {
    let connection = try reading()
    let limit = min(limit, connection.machine.limits.bodyBytes)
    if let expected = connection.machine.body.expected, expected > limit {
      throw .tooLarge(limit: limit)
    }
    if !connection.machine.body.isComplete {
      connection.want(limit)
      // What was read just now may have ended the exchange.
      _ = try reading()
    }
    if let failure = connection.machine.body.failure { throw failure }
    guard connection.machine.body.isComplete else { return nil }
    guard connection.machine.body.unreadCount <= limit else { throw .tooLarge(limit: limit) }
    return connection.takeBody()
  }

  /// Reads the next piece of the body as it comes; nil at its end. While nobody reads, the client
  /// is made to wait.
  /// - Throws: `.tooLarge` when the body exceeds the server's `bodyBytes`, `.disconnected`,
  ///   `.timedOut`.
  public func readChunk() async throws(HTTPExchangeError) -> [UInt8]? {
    loop.preconditionCurrent()
    while true {
      let connection = try reading()
      if connection.machine.body.unreadCount > 0 { return connection.takeBody() }
      if let failure = connection.machine.body.failure { throw failure }
      if connection.machine.body.isComplete { return nil }
      connection.want(nil)
      if try reading().machine.body.isReady { continue }
      await withUnsafeContinuation { reader = $0 }
    }
  }

  private func reading() throws(HTTPExchangeError) -> ServerConnection {
    precondition(reader == nil, "one reader at a time")
    guard let connection else { throw failure }
    return connection
  }

  /// Bytes of the body came, its end, or its failure.
  func bodyMoved() {
    guard let connection, connection.machine.body.isReady else { return }
    wakeReader()
  }

  private func wakeReader() {
    let reader = self.reader
    self.reader = nil
    reader?.resume()
  }

  // MARK: The response

  /// Answers the request with a whole body. Once per exchange. Does nothing when the client is
  /// gone. `Connection`, `Content-Length`, `Transfer-Encoding` and `Date` are set by the server and
  /// dropped from `headers`, as are fields that are not valid HTTP.
  public func respond(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    respond(status: status, headers: headers, body: OutgoingBytes(body))
  }

  /// As above, with a body that may share its bytes.
  public func respond(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: OutgoingBytes) {
    startResponse(status)
    connection?.respond(status, headers, body)
  }

  /// Answers the request with a body that comes bit by bit: chunked, or until the connection closes
  /// for HTTP/1.0. Once per exchange.
  public func respondStream(
    status: Int, headers: HTTPHeaders = HTTPHeaders()
  ) -> HTTPResponseStream {
    startResponse(status)
    let stream = HTTPResponseStream(connection, loop)
    connection?.respond(status, headers, with: stream)
    return stream
  }

  private func startResponse(_ status: Int) {
    loop.preconditionCurrent()
    precondition(!hasResponded, "a request has one response")
    precondition((200...999).contains(status), "not a final status: \(status)")
    hasResponded = true
  }

  // MARK: Ending

  /// The response was sent, or with an error cannot be sent any more.
  func end(_ error: HTTPExchangeError?) {
    connection = nil
    if let error { failure = error }
    wakeReader()
    let callback = onDisconnect
    onDisconnect = nil
    if error != nil { callback?() }
  }
}
