import HTTP
import JSON
import Reactor

extension StreamableHTTPFace {
  /// `initialize`: a new session for this principal.
  func initialize(
    _ answer: HTTPAnswer, _ id: RequestID, _ params: JSONNode?, _ principal: Handler.Principal
  ) throws(HTTPRefusal) {
    let handshake: Handshake
    do {
      handshake = try Handshake(params)
    } catch {
      throw HTTPRefusal(400, error.code, error.message, id: id, kind: .malformed)
    }
    var random = SystemRandomNumberGenerator()
    let session = SessionTable.newID(from: &random)
    let client = handshake.client(over: .http, session: session, limits: limits)
    let key = handler.sessionKey(of: principal)
    let change = listChanges.count
    let now = loop.now
    try inSessions(answering: id) { (sessions) throws(SessionRefusal) in
      try sessions.open(id: session, principal: key, client: client, change: change, now: now)
    }
    keepSweeping()
    var headers = HTTPAnswer.jsonHeaders
    headers.add("Mcp-Session-Id", session)
    let result = OwnMessages.initialization(
      description(for: principal), speaking: handshake.version)
    answer.finish(ResponseEncoder.encode(sessionResult: result, to: id), headers: headers)
  }

  /// A message in a session.
  func serve(
    _ answer: HTTPAnswer, _ message: SessionMessage, in session: String,
    _ principal: Handler.Principal, bytes: Int
  ) async throws(HTTPRefusal) {
    let key = handler.sessionKey(of: principal)
    let now = loop.now
    switch message {
    case .request(let id, let method, let params):
      try await serve(
        answer, id, method, params, in: session, principal, key: key, bytes: bytes)
    case .notification("notifications/cancelled", let params):
      let request = params?[member: "requestId"].flatMap(RequestID.init)
      let task = try inSessions(answering: nil) { (sessions) throws(SessionRefusal) in
        _ = try sessions.use(session, as: key, now: now)
        return request.flatMap { sessions.cancel($0, in: session) }
      }
      task?.cancel()
      answer.finish(status: 202)
    case .notification, .answer:
      _ = try inSessions(answering: nil) { (sessions) throws(SessionRefusal) in
        try sessions.use(session, as: key, now: now)
      }
      answer.finish(status: 202)
    }
  }

  private func serve(
    _ answer: HTTPAnswer, _ id: RequestID, _ method: String, _ params: JSONNode?,
    in session: String, _ principal: Handler.Principal, key: String, bytes: Int
  ) async throws(HTTPRefusal) {
    let now = loop.now
    guard method != "ping", MethodTable.isKnown(method, in: .session) else {
      _ = try inSessions(answering: id) { (sessions) throws(SessionRefusal) in
        try sessions.use(session, as: key, now: now)
      }
      guard method == "ping" else {
        let error = JSONRPCError.methodNotFound
        throw HTTPRefusal(200, error.code, error.message, id: id, kind: .unsupported)
      }
      answer.finish(ResponseEncoder.encode(sessionResult: Array("{}".utf8), to: id))
      return
    }
    guard let task = answer.task else { return }
    let number = answer.number
    let client = try inSessions(answering: id) { (sessions) throws(SessionRefusal) in
      try sessions.begin(id, number: number, call: task, in: session, as: key, now: now)
    }
    // A session's client may come back for other things: hanging up does not cancel.
    answer.cancelsOnDisconnect = false
    let response = await handler.handle(
      MCPRequest(method: method, params: params, client: client, messageBytes: bytes),
      as: principal, notifying: answer.notifier)
    let end = loop.now
    let isWanted = sessions.with { $0.end(id, number: number, in: session, now: end) }
    let outcome =
      isWanted
      ? response
      // The client has stopped listening for it, but the exchange needs an end.
      : .failure(JSONRPCError(code: 0, message: "Request cancelled"))
    finish(answer, with: outcome, to: id, in: .session, principal)
  }

  /// DELETE: the session, its calls and its streams end.
  func endSession(_ answer: HTTPAnswer, _ head: HTTPRequestHead, _ principal: Handler.Principal)
    throws(HTTPRefusal)
  {
    let session = try ladder.sessionID(head)
    let key = handler.sessionKey(of: principal)
    let ended = try inSessions(answering: nil) { (sessions) throws(SessionRefusal) in
      try sessions.close(session, as: key)
    }
    for call in ended.calls { call.cancel() }
    for endStream in ended.streams { endStream() }
    answer.finish(status: 200)
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
