public import HTTP
public import Reactor

import Crypto
import JSON

/// The HTTP client face of one loop: takes each exchange of the loop's `HTTPServer` and serves it
/// as streamable HTTP in both eras, or as HTTP+SSE. Confined to its loop, which must be the
/// server's.
public final class StreamableHTTPFace<Handler: RequestHandler>: @unchecked Sendable {
  // Confined to its loop.
  let loop: EventLoop
  let handler: Handler
  let sessions: SessionTable
  let configuration: HTTPFaceConfiguration
  let ladder: HTTPRequestLadder

  var answers = HTTPAnswerList()
  var streams: [UInt64: any FaceStream] = [:]
  /// What streams rest on that were opened with a credential.
  var leases: [UInt64: StreamLease<Handler.Principal>] = [:]
  var isDraining = false
  var drained: UnsafeContinuation<Void, Never>?

  private var lastNumber: UInt64 = 0
  private var encoder: ResponseEncoder?
  private var ticker: LoopTimer?
  private var sweeper: LoopTimer?

  /// A face on the current loop.
  /// - Parameters:
  ///   - sessions: one in a process, shared by the faces of all loops.
  public init(
    loop: EventLoop, handler: Handler, sessions: SessionTable,
    configuration: HTTPFaceConfiguration
  ) {
    loop.preconditionCurrent()
    self.loop = loop
    self.handler = handler
    self.sessions = sessions
    self.configuration = configuration
    ladder = HTTPRequestLadder(configuration: configuration)
  }

  var limits: ClientFaceLimits { configuration.limits }

  /// Requests being served, and streams that are open.
  public var activeCount: Int { answers.count + streams.count }

  /// Serves one request. For paths that are not MCP it answers 404.
  public func serve(_ exchange: HTTPExchange) {
    loop.preconditionCurrent()
    let answer = HTTPAnswer(exchange, number: newNumber(), limits: limits)
    guard answers.count < limits.maxCalls, !isDraining else {
      turnAway(answer)
      return
    }
    answers.insert(answer)
    // The circle ends with the exchange, or when the answer is forgotten.
    exchange.onDisconnect = { answer.clientLeft() }
    // As `loop.spawn`, which costs two closures more.
    answer.task = Task(executorPreference: loop) { [self] in
      await run(answer)
      forget(answer)
    }
    keepTicking()
  }

  private func turnAway(_ answer: HTTPAnswer) {
    let refusal = HTTPRefusal(
      503, JSONRPCError.Code.invalidRequest,
      isDraining ? "the gateway is shutting down" : "too many requests at a time",
      kind: .throttled, headers: [HTTPField(name: "Retry-After", value: "1")])
    loop.spawn { [self] in await refuse(answer, refusal, principal: nil) }
  }

  private func forget(_ answer: HTTPAnswer) {
    answers.remove(answer)
    // A stream has put its own closure there.
    if streams.isEmpty || streams[answer.number] == nil { answer.exchange.onDisconnect = nil }
    answer.task = nil
    answer.openCallStream = nil
    if isDraining, answers.count == 0 { endStreams() }
    finishDrainIfIdle()
  }

  private func run(_ answer: HTTPAnswer) async {
    let exchange = answer.exchange
    var principal: Handler.Principal?
    do throws(HTTPRefusal) {
      let head = HTTPRequestHead(of: exchange, behind: configuration.proxies)
      answer.origin = head.origin
      let route = try ladder.checkHead(head)
      let credential = Self.credential(head, exchange)
      answer.credential = credential
      let caller =
        if let known = handler.recognise(credential) {
          known
        } else {
          try await authenticate(credential, head, answer.peer)
        }
      guard handler.admits(caller, at: route.endpoint) else {
        throw await turnAway(caller, at: route, head, answer.peer)
      }
      principal = caller
      switch head.method {
      case "GET": try await openStream(answer, head, at: route, caller)
      case "DELETE": try endSession(answer, head, at: route, caller)
      default: try await servePost(answer, head, at: route, caller)
      }
    } catch {
      if error.status == 404, principal == nil, tellMetadata(answer) { return }
      await refuse(answer, error, principal: principal)
    }
  }

  /// Answers with the metadata that OAuth clients ask for. False when they are not what was asked.
  @inline(never)
  private func tellMetadata(_ answer: HTTPAnswer) -> Bool {
    let exchange = answer.exchange
    guard exchange.method == "GET",
      let metadata = handler.protectedResource?.metadata(at: exchange.path)
    else { return false }
    var headers = HTTPAnswer.jsonHeaders
    headers.add("Cache-Control", "public, max-age=300")
    // They are nobody's secret, and clients in web pages need them.
    headers.add("Access-Control-Allow-Origin", "*")
    answer.finish(OutgoingBytes(metadata), headers: headers)
    return true
  }

  private static func credential(_ head: HTTPRequestHead, _ exchange: HTTPExchange) -> Credential {
    if let token = head.fields.bearerToken {
      if let certificate = exchange.clientCertificate {
        return bound(token, head, isBearer: true, certificate)
      }
      return .bearer(token)
    }
    if let token = head.fields.boundToken {
      return bound(token, head, isBearer: false, exchange.clientCertificate)
    }
    if case .unix(let user, _, _) = exchange.peer { return .localUser(user) }
    return .none
  }

  @inline(never)
  private static func bound(
    _ token: String, _ head: HTTPRequestHead, isBearer: Bool, _ certificate: [UInt8]?
  ) -> Credential {
    .bound(
      BoundCredential(
        token: token, isBearer: isBearer, proof: isBearer ? nil : head.fields.proof ?? "",
        certificate: certificate.map { Base64URL.encode($0) }, method: head.method,
        path: head.path))
  }

  @inline(never)
  private func turnAway(
    _ caller: Handler.Principal, at route: HTTPFaceRoute, _ head: HTTPRequestHead, _ peer: String
  ) async -> HTTPRefusal {
    let failure = await handler.turnAway(
      caller, at: route.endpoint, transport: .http, peer: peer)
    return HTTPRefusal(failure, at: handler.protectedResource, path: head.path)
  }

  @inline(never)
  private func authenticate(
    _ credential: Credential, _ head: HTTPRequestHead, _ peer: String
  ) async throws(HTTPRefusal) -> Handler.Principal {
    do {
      return try await handler.authenticate(credential, transport: .http, peer: peer)
    } catch {
      throw HTTPRefusal(error, at: handler.protectedResource, path: head.path)
    }
  }

  /// Answers with the refusal and has it recorded.
  @inline(never)
  func refuse(_ answer: HTTPAnswer, _ refusal: HTTPRefusal, principal: Handler.Principal?) async {
    var headers = HTTPAnswer.jsonHeaders
    for field in refusal.headers { headers.add(field.name, field.value) }
    answer.finish(
      ResponseEncoder.encode(refusal.error, to: refusal.id), status: refusal.status,
      headers: headers)
    await record(refusal, of: answer, method: answer.method, principal)
  }

  /// Has a refusal recorded.
  func record(
    _ refusal: HTTPRefusal, of answer: HTTPAnswer, method: String?, _ principal: Handler.Principal?
  ) async {
    guard let reason = refusal.recordedReason else { return }
    await handler.refused(
      RefusedRequest(
        kind: refusal.kind, reason: reason.cut(toBytes: 512), transport: .http,
        method: method?.cut(toBytes: 128), peer: answer.peer),
      principal: principal)
  }

  /// What is offered to this principal at an endpoint.
  func description(
    for principal: Handler.Principal, at endpoint: Endpoint, answering id: RequestID? = nil
  ) throws(HTTPRefusal) -> ServerDescription {
    guard let description = handler.describe(to: principal, at: endpoint) else {
      throw HTTPRefusal(
        404, JSONRPCError.Code.invalidRequest,
        "there is no such endpoint here: see the names of servers and profiles", id: id,
        kind: .unsupported)
    }
    return description
  }

  func newNumber() -> UInt64 {
    lastNumber += 1
    return lastNumber
  }

  /// Name and version are the same for every principal.
  func encoder(for principal: Handler.Principal) -> ResponseEncoder {
    if let encoder { return encoder }
    let server =
      handler.describe(to: principal, at: .everything)
      ?? ServerDescription(name: Product.name, version: Product.version, instructions: nil)
    let encoder = ResponseEncoder(name: server.name, version: server.version)
    self.encoder = encoder
    return encoder
  }

  // MARK: time

  /// One timer for all answers and streams; none while there are none.
  func keepTicking() {
    guard ticker == nil, activeCount > 0 else { return }
    ticker = loop.schedule(after: max(.milliseconds(5), limits.keepAliveInterval / 15)) {
      [weak self] in
      guard let self else { return }
      ticker = nil
      for answer in answers.all { answer.tick() }
      for stream in streams.values { stream.tick() }
      checkLeases()
      keepTicking()
    }
  }

  /// One timer for idle sessions; none while there are none.
  func keepSweeping() {
    guard sweeper == nil, sessions.count > 0 else { return }
    let shortest = min(limits.sessionIdleTime, limits.replayTime)
    let interval = min(Duration.seconds(60), max(.milliseconds(5), shortest / 2))
    sweeper = loop.schedule(after: interval) { [weak self] in
      guard let self else { return }
      sweeper = nil
      sessions.expire(now: loop.now)
      keepSweeping()
    }
  }

  func stopTimers() {
    ticker?.cancel()
    sweeper?.cancel()
    ticker = nil
    sweeper = nil
  }
}

extension Peer {
  var isLocal: Bool {
    if case .unix = self { true } else { false }
  }

  /// What is recorded of a peer.
  var name: String {
    switch self {
    case .tcp(let address, _): address
    case .unix(let user, _, let process): "uid \(user) pid \(process)"
    }
  }
}
