import HTTP
import JSON
import Reactor

extension StreamableHTTPFace {
  /// `subscriptions/listen`: an acknowledgement now, changes as they come.
  func listen(_ answer: HTTPAnswer, _ id: RequestID, _ params: JSONNode?) throws(HTTPRefusal) {
    let subscription: Subscription
    do {
      subscription = try Subscription(id: id, params: params)
    } catch {
      throw HTTPRefusal(400, error.code, error.message, id: id, kind: .malformed)
    }
    try checkStreamCount(answering: id)
    guard let stream = open(answer, for: .subscription(subscription)) else { return }
    stream.send(subscription.acknowledgement)
  }

  /// GET: the stream of a session for what belongs to no call.
  func openSessionStream(
    _ answer: HTTPAnswer, _ head: HTTPRequestHead, _ principal: Handler.Principal
  ) throws(HTTPRefusal) {
    let session = try ladder.sessionID(head)
    try checkStreamCount(answering: nil)
    let key = handler.sessionKey(of: principal)
    let change = listChanges.count
    let now = loop.now
    let number = answer.number
    let end: @Sendable () -> Void = { [weak self, loop] in
      loop.execute { self?.end(number) }
    }
    let missedChange = try inSessions(answering: nil) { (sessions) throws(SessionRefusal) in
      try sessions.openStream(
        number, stream: end, in: session, as: key, change: change, now: now)
    }
    guard let stream = open(answer, for: .session(session)) else {
      sessions.with { $0.closeStream(number, in: session, now: now) }
      return
    }
    stream.keepAlive(atOnce: true)
    if missedChange { stream.send(OwnMessages.toolsListChanged) }
  }

  private func checkStreamCount(answering id: RequestID?) throws(HTTPRefusal) {
    guard streams.count < limits.maxStreams else {
      throw HTTPRefusal(
        503, JSONRPCError.Code.invalidRequest, "too many streams", id: id, kind: .throttled)
    }
  }

  private func open(_ answer: HTTPAnswer, for purpose: ServerStream.Purpose) -> ServerStream? {
    guard let body = answer.becomeStream() else { return nil }
    let stream = ServerStream(
      purpose, exchange: answer.exchange, stream: body, limits: limits)
    streams[answer.number] = stream
    answer.exchange.onDisconnect = { [weak self, number = answer.number] in
      self?.close(number)
    }
    return stream
  }

  /// Ends a stream well.
  func end(_ number: UInt64) {
    streams[number]?.end()
    close(number)
  }

  /// The client of a stream is gone, or the stream has ended.
  func close(_ number: UInt64) {
    guard let stream = streams.removeValue(forKey: number) else { return }
    if case .session(let session) = stream.purpose {
      let now = loop.now
      sessions.with { $0.closeStream(number, in: session, now: now) }
    }
    finishDrainIfIdle()
  }

  /// The tools list changed: each subscription is told, and one stream of each session.
  func tellOfChange() {
    let change = listChanges.count
    for stream in streams.values {
      switch stream.purpose {
      case .subscription(let subscription):
        guard subscription.toolsListChanged else { continue }
        stream.send(OwnMessages.toolsListChanged(on: subscription.id))
      case .session(let session):
        guard sessions.with({ $0.claim(change: change, in: session) }) else { continue }
        stream.send(OwnMessages.toolsListChanged)
      }
    }
  }
}
