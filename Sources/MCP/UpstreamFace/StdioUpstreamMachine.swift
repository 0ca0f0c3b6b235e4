import JSON

/// One MCP connection over a pipe of lines, as the client side sees it. Pure: lines, calls and
/// deadlines in, actions out; the shell owns the process, the pipes and the clock.
///
/// Ids count up and are never reused, so a late answer can reach nobody else. Progress tokens are
/// the ids.
struct StdioUpstreamMachine: Sendable {
  enum Action: Sendable {
    case send([UInt8])
    case complete(Int64, Result<UpstreamReply, UpstreamError>)
    case progress(Int64, JSONNode)
    case ready(UpstreamPeer)
    case toolsChanged
    /// Call `deadlinePassed` after this long.
    case deadline(Deadline, after: Duration)
    /// The connection is of no use any more: end the process and start another.
    case abandon(reason: String)
    /// Something odd that harms nobody.
    case note(String)
  }

  enum Deadline: Sendable { case discover, initialize, listenAgain }

  /// An old server may stay silent at `server/discover`; one that is slow to start answers late,
  /// which still counts.
  static let discoverTimeout: Duration = .seconds(5)
  static let initializeTimeout: Duration = .seconds(60)
  /// So many lines in a row that are no messages: the peer does not speak MCP.
  static let garbageLinesMax = 100
  static let listenAgainAfter: Duration = .seconds(5)

  private enum Phase { case idle, probing, ready(UpstreamPeer), closed }
  private var phase = Phase.idle
  private var probe = EraProbe()
  private var discoverID: Int64 = 0
  private var initializeID: Int64 = 0
  private var listenID: Int64?
  private var nextID: Int64 = 1
  private var garbageLines = 0
  /// Requests in flight: whether progress is wanted.
  private var pending: [Int64: Bool] = [:]

  var inFlight: Int { pending.count }

  var peer: UpstreamPeer? {
    if case .ready(let peer) = phase { return peer }
    return nil
  }

  mutating func opened() -> [Action] {
    guard case .idle = phase else { return [] }
    phase = .probing
    return perform(probe.start())
  }

  /// Sends a request. Nil when the connection is not ready.
  mutating func call(_ request: UpstreamRequest) -> (id: Int64, actions: [Action])? {
    guard case .ready(let peer) = phase else { return nil }
    let id = mintID()
    pending[id] = request.wantsProgress
    var line = UpstreamRequestEncoder.encode(request, id: id, to: peer.version)
    // A break between the client's tokens would end the line, and what follows it would be a
    // message that no policy saw.
    line.flattenLineBreaks()
    return (id, [.send(line)])
  }

  /// Ends a request from our side. Nothing happens if it has been answered.
  mutating func abort(_ id: Int64, because error: UpstreamError) -> [Action] {
    guard pending.removeValue(forKey: id) != nil else { return [] }
    let params = UpstreamRequestEncoder.cancelledParams(id: id, reason: error.reason)
    return [
      .send(UpstreamRequestEncoder.notification("notifications/cancelled", params: params)),
      .complete(id, .failure(error)),
    ]
  }

  mutating func received(_ line: [UInt8]) -> [Action] {
    let document: JSONDocument
    let message: JSONRPCMessage
    do {
      document = try JSONDocument(parsing: line, limits: .upstreamMessage(bytes: line.count))
      message = try JSONRPCMessage(document.root)
    } catch {
      garbageLines += 1
      return garbageLines >= Self.garbageLinesMax
        ? [.abandon(reason: "\(garbageLines) lines on its standard output in a row are not MCP")]
        : [.note("a line on standard output that is not an MCP message was ignored")]
    }
    garbageLines = 0
    switch message {
    case .result(let id, let result):
      guard result.kind == .object else {
        return answered(id, .error(document.root), violation: "a result that is not an object")
      }
      return answered(id, .result(result))
    case .failure(let id, let error):
      guard let id else { return [.note("an error without an id was ignored")] }
      return answered(id, .error(error))
    case .request(let id, let method, _):
      return [.send(UpstreamRequestEncoder.answer(toServerRequest: id, method: method))]
    case .notification(let method, let params):
      return notified(method, params)
    }
  }

  mutating func deadlinePassed(_ deadline: Deadline) -> [Action] {
    switch deadline {
    case .discover:
      guard case .probing = phase else { return [] }
      return perform(probe.discoverAnswered(nil))
    case .initialize:
      guard case .probing = phase else { return [] }
      return perform(probe.initializeAnswered(nil))
    case .listenAgain:
      guard case .ready(let peer) = phase, listenID == nil else { return [] }
      return listen(peer)
    }
  }

  /// The pipe or the process ended. Every request in flight fails, since nobody will answer it.
  mutating func closed(reason: String) -> [Action] {
    if case .closed = phase { return [] }
    phase = .closed
    let failed = pending.keys.sorted()
    pending.removeAll()
    return failed.map { .complete($0, .failure(.connectionLost(reason: reason))) }
  }

  private mutating func mintID() -> Int64 {
    defer { nextID += 1 }
    return nextID
  }

  private mutating func perform(_ step: EraProbe.Step?) -> [Action] {
    switch step {
    case nil: return []
    case .discover:
      discoverID = mintID()
      let request = UpstreamRequest(
        method: "server/discover", params: nil, timeout: Self.discoverTimeout)
      return [
        .send(UpstreamRequestEncoder.encode(request, id: discoverID, to: .v2026_07_28)),
        .deadline(.discover, after: Self.discoverTimeout),
      ]
    case .initialize:
      initializeID = mintID()
      return [
        .send(UpstreamRequestEncoder.initialize(id: initializeID)),
        .deadline(.initialize, after: Self.initializeTimeout),
      ]
    case .ready(let peer):
      phase = .ready(peer)
      var actions: [Action] = []
      if peer.version.era == .session {
        actions.append(.send(UpstreamRequestEncoder.notification("notifications/initialized")))
      } else if peer.capabilities.announces.contains(.tools) {
        actions += listen(peer)
      }
      actions.append(.ready(peer))
      return actions
    case .failed(let reason):
      return [.abandon(reason: reason)]
    }
  }

  private mutating func answered(
    _ id: RequestID, _ reply: UpstreamReply, violation: String? = nil
  ) -> [Action] {
    guard let number = id.number else {
      return [.note("an answer to an id that was never sent was ignored")]
    }
    if case .probing = phase {
      if number == discoverID { return perform(probe.discoverAnswered(reply)) }
      if number == initializeID { return perform(probe.initializeAnswered(reply)) }
    }
    if number == listenID {
      listenID = nil
      return [.deadline(.listenAgain, after: Self.listenAgainAfter)]
    }
    // Late answers to requests that timed out or were cancelled end here.
    guard pending.removeValue(forKey: number) != nil else { return [] }
    if let violation {
      return [.complete(number, .failure(.protocolViolation(reason: violation)))]
    }
    return [.complete(number, .success(reply))]
  }

  private mutating func notified(_ method: String, _ params: JSONNode?) -> [Action] {
    switch method {
    case "notifications/tools/list_changed":
      return [.toolsChanged]
    case "notifications/progress":
      guard let params, let id = params[member: MetaKey.progressToken]?.int64,
        pending[id] == true
      else { return [] }
      return [.progress(id, params)]
    default:
      return []
    }
  }

  private mutating func listen(_ peer: UpstreamPeer) -> [Action] {
    let id = mintID()
    listenID = id
    return [.send(ListenRequest.encode(id: id, version: peer.version))]
  }
}
