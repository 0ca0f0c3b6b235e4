import HTTP
import JSON
import Reactor

extension StreamableHTTPFace {
  /// GET: a stream of a session, new or taken up again; or a session over HTTP+SSE.
  @inline(never)
  func openStream(
    _ answer: HTTPAnswer, _ head: HTTPRequestHead, at route: HTTPFaceRoute,
    _ principal: Handler.Principal
  ) async throws(HTTPRefusal) {
    try checkStreamCount(answering: nil)
    guard route.transport == .streamable else {
      return try openEvents(answer, at: route, principal)
    }
    let session = try use(
      try ladder.sessionID(head, at: route), at: route, principal, from: head.origin,
      answering: nil)
    if let last = head.fields.lastEventID.flatMap(EventID.init) {
      if try resume(answer, after: last, in: session) { return }
      guard last.stream.kind == .session else {
        throw HTTPRefusal(
          400, JSONRPCError.Code.invalidRequest,
          "the stream of this Last-Event-ID is not kept any more: send the request again",
          kind: .malformed)
      }
    }
    try openSessionStream(answer, nil, in: session)
    await listenToLists(in: session)
  }

  /// Takes a stream up again. False when it is not there.
  private func resume(_ answer: HTTPAnswer, after last: EventID, in session: InSession)
    throws(HTTPRefusal) -> Bool
  {
    guard last.stream.kind == .call else {
      return try openSessionStream(answer, last, in: session)
    }
    let channel = session.channel
    guard channel.with({ $0.events.has(last.stream) }), let body = answer.becomeStream() else {
      return false
    }
    let outlet = connection(
      answer.exchange, answer.number, body, of: channel, endInDrain: .byItself)
    guard outlet.connect(to: last.stream, after: last.sequence) else {
      outlet.end()
      return true
    }
    outlet.greet()
    outlet.pump()
    return true
  }

  /// A stream for what belongs to no call; with `last`, the one it names. False when that is not
  /// there.
  @discardableResult
  private func openSessionStream(_ answer: HTTPAnswer, _ last: EventID?, in session: InSession)
    throws(HTTPRefusal) -> Bool
  {
    let channel = session.channel
    if let last, !channel.with({ $0.events.has(last.stream) }) { return false }
    let number = answer.number
    let now = loop.now
    _ = try inSessions(answering: nil) { (sessions) throws(SessionRefusal) in
      try sessions.openStream(number, in: session.id, as: session.owner, now: now)
    }
    let sessionID = session.id
    let closed: () -> Void = { [sessions, loop] in
      let now = loop.now
      sessions.with { $0.closeStream(number, in: sessionID, now: now) }
    }
    guard let body = answer.becomeStream() else {
      closed()
      return true
    }
    let outlet = connection(
      answer.exchange, number, body, of: channel, endInDrain: .atOnce, onClose: closed)
    guard outlet.connect(to: last?.stream ?? channel.open(.session), after: last?.sequence) else {
      outlet.end()
      return true
    }
    outlet.greet()
    outlet.pump()
    lease(number, answer, session.principal, at: session.owner.route.endpoint)
    return true
  }

  /// What opens the stream of a call when its answer becomes one.
  func callStreamOpener(for answer: HTTPAnswer, of channel: SessionChannel) -> () -> CallStream {
    let (exchange, number) = (answer.exchange, answer.number)
    return { [self] in openCallStream(exchange, number, of: channel) }
  }

  private func openCallStream(
    _ exchange: HTTPExchange, _ number: UInt64, of channel: SessionChannel
  ) -> CallStream {
    let body = exchange.respondStream(status: 200, headers: HTTPAnswer.eventHeaders)
    // Older clients would take the empty event for a message.
    let isPrimed = (channel.client?.version ?? .v2024_11_05) >= .v2025_11_25
    let stream =
      isPrimed
      ? channel.open(.call) { EventFraming.priming($0) } : channel.open(.call)
    let outlet = connection(exchange, number, body, of: channel, endInDrain: .byItself)
    _ = outlet.connect(to: stream)
    if !isPrimed { outlet.greet() }
    outlet.pump()
    return CallStream(channel: channel, id: stream)
  }

  /// A connection for a stream of a session.
  func connection(
    _ exchange: HTTPExchange, _ number: UInt64, _ body: HTTPResponseStream,
    of channel: SessionChannel, endInDrain: StreamEnd, onClose: @escaping () -> Void = {}
  ) -> SessionOutlet {
    let outlet = SessionOutlet(
      channel, endInDrain: endInDrain, body: EventBody(body, of: exchange, limits: limits),
      onEnd: { [weak self] in self?.close(number) }, onClose: onClose)
    keep(outlet, number, of: exchange)
    return outlet
  }

  func checkStreamCount(answering id: RequestID?) throws(HTTPRefusal) {
    guard streams.count < limits.maxStreams else {
      throw HTTPRefusal(
        503, JSONRPCError.Code.invalidRequest, "too many streams", id: id, kind: .throttled)
    }
  }

  /// Keeps a stream until it ends or its connection is gone.
  func keep(_ stream: any FaceStream, _ number: UInt64, of exchange: HTTPExchange) {
    streams[number] = stream
    exchange.onDisconnect = { [weak self] in self?.close(number) }
    keepTicking()
  }

  /// The client of a stream is gone, or the stream has ended.
  func close(_ number: UInt64) {
    leases[number] = nil
    guard let stream = streams.removeValue(forKey: number) else { return }
    stream.connectionEnded()
    finishDrainIfIdle()
  }
}
