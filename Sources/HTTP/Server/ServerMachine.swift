internal import Reactor

/// The protocol of one connection of a server: what is read, what a response looks like, and what
/// comes after it. No I/O; the time is given, in nanoseconds.
///
/// A request's body and its response may be under way at once. The next request is read when the
/// response is out and what the client still sent of the body was dropped.
struct ServerMachine {
  /// What the bytes of a client brought.
  enum Event {
    /// The head of a request.
    case request(HTTPIncomingHead)
    /// More of its body, or the end of it.
    case body
    /// What cannot be a request: answer with `refuse`.
    case refused(HTTPRequestFault)
    /// The connection is of no more use.
    case broken
  }

  /// What becomes of a connection after a response.
  enum Next {
    case goOn
    /// The client may still be sending: say that nothing more will come, and wait for its end, so
    /// that the answer is not lost with what was not read.
    case linger
    case close
  }

  private enum Reading {
    case head
    case body
    /// The request is complete or was refused; nothing is read before its response is out.
    case nothing
    case lingering
  }

  private enum Response {
    case none
    case stream(HTTPResponseWriter.Framing)
    case whole
  }

  /// How long a client may go on sending after the last response.
  static let lingerTime: UInt64 = 2_000_000_000

  let limits: HTTPServerLimits
  private let times: ServerTimes
  private var parser: HTTPRequestParser
  private var reading = Reading.head
  private var response = Response.none
  private(set) var body = RequestBody(expected: 0, clientWaits: false)
  private(set) var output = OutgoingBytes()

  private var isHead = false
  private var minorVersion = 1
  private var keepsAlive = true
  private var clientWaits = false
  private var lingered = 0

  private var headDeadline: UInt64
  private var bodySince: UInt64 = 0
  /// When all of a response must be sent.
  private var sendDeadline = UInt64.max
  /// When bytes were taken last, or began to wait.
  private var progressAt: UInt64 = 0

  init(limits: HTTPServerLimits, times: ServerTimes, now: UInt64) {
    self.limits = limits
    self.times = times
    var bounds = HTTPRequestParser.Limits()
    bounds.headBytes = limits.headerBytes
    bounds.requestLineBytes = limits.requestLineBytes
    parser = HTTPRequestParser(limits: bounds)
    headDeadline = now &+ times.head
  }

  // MARK: Reading

  /// True when bytes of the client are of use now.
  var takesBytes: Bool {
    switch reading {
    case .head, .lingering: true
    case .body: body.takesBytes(limits)
    case .nothing: false
    }
  }

  /// True from a request's head until its response was told.
  var isAnswered: Bool {
    if case .none = response { false } else { true }
  }

  /// The next event in `bytes` from `offset` on, which is moved past what was used; nil when
  /// nothing more is of use now.
  mutating func next(_ bytes: Span<UInt8>, _ offset: inout Int, now: UInt64) -> Event? {
    switch reading {
    case .nothing: return nil
    case .lingering:
      lingered += bytes.count - offset
      offset = bytes.count
      return lingered > limits.drainBytes ? .broken : nil
    case .body:
      guard body.takesBytes(limits) else { return nil }
    case .head: break
    }
    let event: HTTPRequestParser.Event?
    do throws(HTTPRequestFault) {
      event = try parser.next(bytes, &offset)
    } catch {
      return body.isDiscarded || isAnswered ? .broken : .refused(error)
    }
    switch event {
    case .head(let head):
      begin(head, now)
      return .request(head)
    case .body(let range):
      return body.receive(bytes.extracting(range), limits) ? .body : .broken
    case .end:
      body.finish()
      reading = .nothing
      if body.isDiscarded, !isAnswered { rest(now) }
      return .body
    case nil: return nil
    }
  }

  private mutating func begin(_ head: HTTPIncomingHead, _ now: UInt64) {
    isHead = head.isHead
    minorVersion = head.minorVersion
    keepsAlive = head.keepsAlive
    clientWaits = head.expectsContinue && head.hasBody
    body = RequestBody(expected: head.contentLength, clientWaits: clientWaits)
    bodySince = now
    reading = .body
  }

  /// Waits for the next request.
  private mutating func rest(_ now: UInt64) {
    reading = .head
    body = RequestBody(expected: 0, clientWaits: false)
    headDeadline = now &+ times.idle
  }

  /// The handler wants the whole body, at most `limit` bytes; nil for one piece after the other.
  mutating func want(_ limit: Int?, now: UInt64) {
    if !body.takesBytes(limits) { bodySince = now }
    if let limit { body.wantAll(limit) } else { body.wantSome() }
    if clientWaits, body.received == 0, !isAnswered {
      clientWaits = false
      append(HTTPResponseWriter.goOn, now)
    }
  }

  /// What was received of the body and not taken yet; room for more.
  mutating func takeBody(now: UInt64) -> [UInt8] {
    if !body.takesBytes(limits) { bodySince = now }
    return body.take()
  }

  // MARK: Responding

  /// The whole response.
  mutating func respond(
    _ status: Int, _ headers: HTTPHeaders, _ body: OutgoingBytes, date: [UInt8], isLast: Bool,
    now: UInt64
  ) {
    settle(isLast, now)
    let framing: HTTPResponseWriter.Framing =
      status == 204 || status == 304 ? .none : .length(body.count)
    let isSent = framing != .none && !isHead
    append(
      HTTPResponseWriter.head(
        status: status, headers: headers, framing: framing, persistence: persistence, date: date,
        reserve: isSent ? min(body.count, OutgoingBytes.sharedMin) : 0), now)
    if isSent { output.append(body) }
    sendDeadline = now &+ times.allowance(output.count)
    response = .whole
  }

  /// The head of a response whose body comes bit by bit.
  mutating func respondStream(
    _ status: Int, _ headers: HTTPHeaders, date: [UInt8], isLast: Bool, now: UInt64
  ) {
    let framing: HTTPResponseWriter.Framing =
      status == 204 || status == 304 ? .none : minorVersion == 1 ? .chunked : .untilClose
    settle(isLast || framing == .untilClose, now)
    let head = HTTPResponseWriter.head(
      status: status, headers: headers, framing: framing, persistence: persistence, date: date,
      reserve: 0)
    append(head, now)
    response = .stream(isHead ? .none : framing)
  }

  /// More of the body of a stream; dropped where there is none.
  mutating func append(_ bytes: ArraySlice<UInt8>, now: UInt64) {
    guard case .stream(let framing) = response, !bytes.isEmpty else { return }
    switch framing {
    case .chunked:
      var chunk: [UInt8] = []
      HTTPResponseWriter.append(chunk: bytes, to: &chunk)
      append(chunk, now)
    case .untilClose: append(Array(bytes), now)
    case .none, .length: return
    }
  }

  /// The end of a stream.
  mutating func finishStream(now: UInt64) {
    guard case .stream(let framing) = response else { return }
    if framing == .chunked {
      var end: [UInt8] = []
      HTTPResponseWriter.appendLastChunk(to: &end)
      append(end, now)
    }
    response = .whole
  }

  private mutating func append(_ bytes: consuming [UInt8], _ now: UInt64) {
    if output.isEmpty { progressAt = now }
    output.append(bytes)
  }

  /// Answers what cannot be a request.
  mutating func refuse(_ fault: HTTPRequestFault, date: [UInt8], now: UInt64) {
    isHead = false
    reading = .nothing
    let text =
      switch fault.status {
      case 414: "request line too long\n"
      case 431: "request header fields too large\n"
      case 505: "only HTTP/1.0 and HTTP/1.1 are spoken here\n"
      default: "malformed request\n"
      }
    respond(
      fault.status, ["Content-Type": "text/plain"], OutgoingBytes(Array(text.utf8)), date: date,
      isLast: true, now: now)
  }

  /// Decides what becomes of the connection and of a body that is still coming.
  private mutating func settle(_ isLast: Bool, _ now: UInt64) {
    if isLast { keepsAlive = false }
    guard case .body = reading else { return }
    if clientWaits || (body.expected ?? 0) > limits.drainBytes {
      keepsAlive = false
      reading = .nothing
    } else {
      body.discard()
      bodySince = now
    }
  }

  private var persistence: HTTPResponseWriter.Persistence {
    keepsAlive ? minorVersion == 1 ? .implied : .keepAlive : .close
  }

  /// Takes note that bytes of `output` were sent.
  mutating func sent(_ count: Int, now: UInt64) {
    output.drop(count)
    progressAt = now
  }

  /// True when there are bytes to be sent, or a response to be ended.
  var hasToSend: Bool { !output.isEmpty || isResponseOut }

  /// True when the response was told as a whole and sent.
  var isResponseOut: Bool {
    if case .whole = response { output.isEmpty } else { false }
  }

  /// True when the response is told as a whole, though perhaps not sent.
  var isResponseWhole: Bool {
    if case .whole = response { true } else { false }
  }

  /// Goes on after a response.
  /// - Parameter hasUnread: the client has sent more than was used.
  mutating func finishResponse(hasUnread: Bool, now: UInt64) -> Next {
    response = .none
    sendDeadline = .max
    if keepsAlive {
      // A body that is still being dropped ends with `rest`.
      if body.isComplete { rest(now) }
      return .goOn
    }
    if body.isComplete, !hasUnread { return .close }
    reading = .lingering
    headDeadline = now &+ Self.lingerTime
    return .linger
  }

  // MARK: Time

  /// True when the client had its time for what it is to do now.
  func isOverdue(_ now: UInt64) -> Bool {
    if !output.isEmpty { return now > min(sendDeadline, progressAt &+ times.transfer) }
    switch reading {
    case .head, .lingering: return now > headDeadline
    case .body:
      return body.takesBytes(limits) && now > bodySince &+ times.allowance(body.received)
    case .nothing: return false
    }
  }
}
