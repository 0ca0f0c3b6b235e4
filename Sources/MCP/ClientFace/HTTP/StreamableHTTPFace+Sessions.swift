import HTTP
import JSON
import Reactor

/// A session that a request may use.
struct SessionUse<Principal: Sendable>: Sendable {
  let id: String
  let owner: SessionOwner
  let channel: SessionChannel
  let principal: Principal
  /// Where the request came from.
  let origin: String?

  /// What is known of the client, with where this request came from; nil before it said.
  var client: ClientDescription? {
    var client = channel.client
    client?.origin = origin
    return client
  }
}

extension StreamableHTTPFace {
  typealias InSession = SessionUse<Handler.Principal>

  /// `initialize`: a new session for this principal at this endpoint.
  func initialize(
    _ answer: HTTPAnswer, _ id: RequestID, _ params: JSONNode?, at route: HTTPFaceRoute,
    _ principal: Handler.Principal
  ) throws(HTTPRefusal) {
    let handshake = try handshake(params, answering: id)
    let description = try description(for: principal, at: route.endpoint, answering: id)
    var random = SystemRandomNumberGenerator()
    let session = SessionTable.newID(from: &random)
    let client = handshake.client(over: .http, session: session, limits: limits)
    try open(
      session, as: owner(principal, route), sessions.newChannel(for: client), answering: id)
    var headers = HTTPAnswer.jsonHeaders
    headers.add("Mcp-Session-Id", session)
    let result = OwnMessages.initialization(description, speaking: handshake.version)
    answer.finish(ResponseEncoder.encode(sessionResult: result, to: id), headers: headers)
  }

  func handshake(_ params: JSONNode?, answering id: RequestID) throws(HTTPRefusal) -> Handshake {
    do {
      return try Handshake(params)
    } catch {
      throw HTTPRefusal(400, error.code, error.message, id: id, kind: .malformed)
    }
  }

  func owner(_ principal: Handler.Principal, _ route: HTTPFaceRoute) -> SessionOwner {
    SessionOwner(principal: handler.sessionKey(of: principal), route: route)
  }

  /// Begins a session.
  func open(
    _ id: String, as owner: SessionOwner, _ channel: SessionChannel, answering request: RequestID?
  ) throws(HTTPRefusal) {
    let now = loop.now
    try inSessions(answering: request) { (sessions) throws(SessionRefusal) in
      try sessions.open(id: id, owner: owner, channel: channel, now: now)
    }
    for channel in sessions.with({ $0.takeExpired() }) { channel.end() }
    keepSweeping()
  }

  /// The session that a message names, if it is this principal's at this endpoint.
  func use(
    _ id: String, at route: HTTPFaceRoute, _ principal: Handler.Principal,
    from origin: String?, answering request: RequestID?
  ) throws(HTTPRefusal) -> InSession {
    let owner = owner(principal, route)
    let now = loop.now
    let channel = try inSessions(answering: request) { (sessions) throws(SessionRefusal) in
      try sessions.use(id, as: owner, now: now)
    }
    return InSession(
      id: id, owner: owner, channel: channel, principal: principal, origin: origin)
  }

  /// A message in a session.
  func take(
    _ message: SessionMessage, _ answer: HTTPAnswer, in session: InSession, bytes: Int
  ) async throws(HTTPRefusal) {
    guard case .request(let id, let method, let params) = message else {
      await note(message, in: session)
      answer.finish(status: 202)
      return
    }
    if session.owner.route.transport == .events {
      try await serveOverEvents(
        SessionRequest(id: id, method: method, params: params, bytes: bytes), answer, in: session)
      return
    }
    guard let task = answer.task else { return }
    // A session's client may come back for the answer: hanging up does not cancel.
    answer.cancelsOnDisconnect = false
    answer.openCallStream = callStreamOpener(for: answer, of: session.channel)
    try await serve(
      SessionRequest(id: id, method: method, params: params, bytes: bytes), through: answer,
      by: task, in: session)
  }

  /// A message that wants no answer.
  func note(_ message: SessionMessage, in session: InSession) async {
    switch message {
    case .request: break
    case .notification("notifications/cancelled", let params):
      guard let request = params?[member: "requestId"].flatMap(RequestID.init) else { return }
      sessions.with { $0.cancel(request, in: session.id) }?.cancel()
    case .notification("notifications/initialized", _): await listenToLists(in: session)
    case .notification(let method, _) where method == OwnMessages.rootsChanged:
      guard let client = session.client else { return }
      handler.rootsChanged(
        MCPRequest(
          method: method, params: nil, client: client, messageBytes: 0,
          endpoint: session.owner.route.endpoint),
        as: session.principal)
    // No other changes anything here.
    case .notification: break
    case .answer(let answer): session.channel.take(answer)
    }
  }

  /// DELETE: the session, its calls and its streams end.
  @inline(never)
  func endSession(
    _ answer: HTTPAnswer, _ head: HTTPRequestHead, at route: HTTPFaceRoute,
    _ principal: Handler.Principal
  ) throws(HTTPRefusal) {
    try close(try ladder.sessionID(head, at: route), as: owner(principal, route))
    answer.finish(status: 200)
  }

  /// Ends a session with all that runs in it.
  func close(_ session: String, as owner: SessionOwner) throws(HTTPRefusal) {
    let ended = try inSessions(answering: nil) { (sessions) throws(SessionRefusal) in
      try sessions.close(session, as: owner)
    }
    for call in ended.calls { call.cancel() }
    ended.channel.end()
  }

  func inSessions<Result: Sendable>(
    answering id: RequestID?,
    _ body: (inout SessionTable.Register) throws(SessionRefusal) -> Result
  ) throws(HTTPRefusal) -> Result {
    do throws(SessionRefusal) {
      return try sessions.with(body)
    } catch {
      throw HTTPRefusal(error, id: id)
    }
  }
}

extension SessionMessage {
  /// The id to answer to.
  var requestID: RequestID? {
    if case .request(let id, _, _) = self { id } else { nil }
  }
}
