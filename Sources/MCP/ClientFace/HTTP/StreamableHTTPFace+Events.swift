import HTTP
import JSON
import Reactor

// HTTP+SSE (MCP 2024-11-05, basic/transports): one event stream is the session, messages are
// posted, and whatever answers them comes over the stream.
extension StreamableHTTPFace {
  /// GET: a session that lasts as long as its stream, whose first event says where to post.
  func openEvents(
    _ answer: HTTPAnswer, at route: HTTPFaceRoute, _ principal: Handler.Principal
  ) throws(HTTPRefusal) {
    _ = try description(for: principal, at: route.endpoint)
    var random = SystemRandomNumberGenerator()
    let id = SessionTable.newID(from: &random)
    let owner = owner(principal, route)
    let channel = sessions.newChannel(for: nil)
    try open(id, as: owner, channel, answering: nil)
    let number = answer.number
    let now = loop.now
    _ = try inSessions(answering: nil) { (sessions) throws(SessionRefusal) in
      try sessions.openStream(number, in: id, as: owner, now: now)
    }
    guard let body = answer.becomeStream() else { return try close(id, as: owner) }
    let target = "\(answer.exchange.path)?sessionId=\(id)"
    let stream = channel.open(.session, keepsSent: false) { _ in EventFraming.endpoint(target) }
    let outlet = connection(
      answer.exchange, number, body, of: channel, endInDrain: .afterCalls,
      onClose: { [weak self] in try? self?.close(id, as: owner) })
    _ = outlet.connect(to: stream)
    outlet.pump()
    lease(number, answer, principal, at: route.endpoint)
  }

  /// A posted request: accepted at once, answered over the stream.
  func serveOverEvents(_ call: SessionRequest, _ answer: HTTPAnswer, in session: InSession)
    async throws(HTTPRefusal)
  {
    let (stream, backlog) = session.channel.with { state in
      let stream = state.events.connectedSessionStream
      return (stream, stream.map { state.events.unsentBytes(of: $0) } ?? 0)
    }
    guard let task = answer.task, let stream else {
      throw HTTPRefusal(.unknownSession, id: call.id)
    }
    guard backlog <= limits.maxEventsBacklogBytes else {
      throw HTTPRefusal(
        429, JSONRPCError.Code.invalidRequest, "read the event stream first", id: call.id,
        kind: .throttled)
    }
    answer.cancelsOnDisconnect = false
    answer.finish(status: 202)
    let output = EventsOutput(CallStream(channel: session.channel, id: stream))
    do throws(HTTPRefusal) {
      try await serve(call, through: output, by: task, in: session)
    } catch {
      output.answer(ResponseEncoder.encode(error.error, to: error.id ?? call.id))
      await record(error, of: answer, method: call.method, session.principal)
    }
  }
}
