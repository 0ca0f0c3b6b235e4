import JSON
import Reactor

/// One MCP connection that carries messages both ways, as the client side sees it. Pure: messages,
/// calls and deadlines in, actions out; the shell owns the channel, the clock and randomness.
///
/// Ids count up and are never reused, so a late answer can reach nobody else. Progress tokens are
/// the ids.
struct ConnectionMachine: Sendable {
  enum Action: Sendable {
    /// A message for the server; the id of the call that it carries.
    case send([UInt8], of: Int64?)
    case complete(Int64, Result<UpstreamReply, UpstreamError>)
    case notice(Int64, UpstreamNotice)
    case ready(UpstreamPeer)
    case listChanged(ListKind)
    case resourceUpdated(uri: String)
    case taskChanged(JSONNode)
    /// Call `deadlinePassed` after this long.
    case deadline(Deadline, after: Duration)
    /// The server left the era that it spoke; which one it speaks now is being asked.
    case reprobe(reason: String)
    /// The connection is of no use any more: end it and open another.
    case abandon(reason: String)
    /// Something odd that harms nobody.
    case note(String)
  }

  enum Deadline: Sendable, Equatable {
    case discover, initialize, listenAgain, roots
    /// These outlive a connection.
    case gathered(Int64), parked(String), departed(Int64)

    /// Whether it means nothing to a connection that began later.
    var isOfConnection: Bool {
      switch self {
      case .discover, .initialize, .listenAgain, .roots: true
      case .gathered, .parked, .departed: false
      }
    }
  }

  /// What becomes of a call.
  enum Start: Sendable {
    /// Its turn has begun, under this id.
    case began(Int64, [Action])
    case answered(UpstreamReply)
    case notReady
  }

  /// An old server may stay silent at `server/discover`; one that is slow to start answers late,
  /// which still counts.
  static let discoverTimeout: Duration = .seconds(5)
  static let initializeTimeout: Duration = .seconds(60)
  /// So many messages in a row that are none: the peer does not speak MCP.
  static let garbageLinesMax = 100
  static let listenAgainAfter: Duration = .seconds(5)
  /// Changes of roots within this time are told once.
  static let rootsTime: Duration = .milliseconds(500)
  /// What a server on a connection of its own may ask, since all its clients share one session;
  /// who cannot be asked what it asks then, answers with an error.
  static let offered: ClientCapabilities = {
    var capabilities = ClientCapabilities()
    capabilities.roots = true
    capabilities.rootsListChanged = true
    capabilities.sampling = true
    capabilities.elicitationForm = true
    capabilities.elicitationURL = true
    return capabilities
  }()

  enum Phase { case idle, probing, ready(UpstreamPeer), closed }
  /// What a call wants to be told.
  struct Wishes {
    let progress: Bool
    let logLevel: LogLevel?
  }

  var phase = Phase.idle
  private let isSession: Bool
  private var probe = EraProbe()
  private var discoverID: Int64 = 0
  private var initializeID: Int64 = 0
  private var nextID: Int64
  private var garbageLines = 0
  /// Calls the server has not answered yet, parked ones included.
  var pending: [Int64: Wishes] = [:]
  var parked: ParkedCalls
  /// Counts connections: what is asked on one cannot be answered on the next.
  let number: Int
  var logs = LogThreshold()
  var watch = Watch()
  /// Nobody listened for a while.
  var hasGap: Bool
  private var hasBeenReady = false
  /// The newest `subscriptions/listen`, and older ones until it is acknowledged.
  var listenID: Int64?
  var olderListens: [Int64] = []
  /// It refused to listen for tasks; their states are asked for.
  var refusesTasks = false
  /// Roots changed, and the server is not told yet.
  var hasChangedRoots = false

  var inFlight: Int { parked.waitedForCount }

  var peer: UpstreamPeer? {
    if case .ready(let peer) = phase { return peer }
    return nil
  }

  /// `isSession` leaves out the question for the stateless era.
  init(isSession: Bool = false, limits: ParkedCalls.Limits = ParkedCalls.Limits()) {
    self.isSession = isSession
    parked = ParkedCalls(limits: limits)
    number = 1
    nextID = 1
    hasGap = false
  }

  /// The machine of the next connection, which keeps what outlives one.
  init(after old: ConnectionMachine) {
    isSession = old.isSession
    parked = old.parked
    number = old.number + 1
    nextID = old.nextID
    watch = old.watch
    watch.begin()
    hasGap = old.hasGap || old.hasBeenReady
  }

  mutating func opened() -> [Action] {
    guard case .idle = phase else { return [] }
    phase = .probing
    return perform(probe.start(knowingSession: isSession))
  }

  // MARK: - Calls

  /// Sends a request, or goes on with the one whose handle it brings back.
  mutating func call(_ request: UpstreamRequest) -> Start {
    let state = request.mayBeAsked && peer?.version.era != .stateless ? request.state : nil
    if let state {
      switch parked.resume(state, as: request.principal, with: request.responses) {
      case .resumed(let id, let actions): return .began(id, actions.flatMap { perform($0) })
      case .anew: break
      case .unknown where peer == nil: return .notReady
      case .unknown: return .answered(.unknownState)
      }
    }
    guard case .ready(let peer) = phase else { return .notReady }
    let id = mintID()
    var actions: [Action] = []
    if peer.version.era == .session,
      let level = logs.lower(to: request.logLevel, of: peer.capabilities)
    {
      actions.append(ask("logging/setLevel", .init("level", level.rawValue), peer))
    }
    pending[id] = Wishes(progress: request.wantsProgress, logLevel: request.logLevel)
    let isAskable = peer.version.era == .session
    parked.began(
      id, for: request.principal, isAskable ? request.sessionCapabilities : .none, in: number)
    actions.append(
      .send(Self.oneLine(UpstreamRequestEncoder.encode(request, id: id, to: peer.version)), of: id))
    return .began(id, actions)
  }

  /// Ends a turn from our side. Nothing happens if it has ended.
  mutating func abort(_ id: Int64, because error: UpstreamError) -> [Action] {
    parked.abandoned(id, because: error).flatMap { perform($0, because: error) }
  }

  /// The channel could not hand a call over; the server has not seen it, or refused it unread.
  mutating func undelivered(_ id: Int64, because error: UpstreamError) -> [Action] {
    guard pending.removeValue(forKey: id) != nil else { return [] }
    return parked.finished(id, .failure(error)).flatMap { perform($0) }
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
        ? [.abandon(reason: "\(garbageLines) messages in a row are not MCP")]
        : [.note("something that is not an MCP message was ignored")]
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
    case .request(let id, let method, let params):
      let question = ServerQuestion(id: id, method: method, params: params)
      return parked.asked(question, in: number).flatMap { perform($0) }
    case .notification(let method, let params):
      return notified(method, params)
    }
  }

  /// `handle` names the call that is parked by it, if one is; a new one each time.
  mutating func deadlinePassed(_ deadline: Deadline, handle: String) -> [Action] {
    switch deadline {
    case .discover:
      guard case .probing = phase else { return [] }
      return perform(probe.discoverAnswered(nil))
    case .initialize:
      guard case .probing = phase else { return [] }
      return perform(probe.initializeAnswered(nil))
    case .listenAgain:
      guard case .ready(let peer) = phase, listenID == nil else { return [] }
      hasGap = true
      return listen(peer)
    case .roots: return tellRoots()
    case .gathered(let id): return parked.gathered(id, handle: handle).flatMap { perform($0) }
    case .parked(let handle): return parked.expired(handle).flatMap { perform($0) }
    case .departed(let id): return parked.forget(id).flatMap { perform($0) }
    }
  }

  /// The channel ended. Every request in flight fails, since nobody will answer it.
  mutating func closed(reason: String) -> [Action] {
    if case .closed = phase { return [] }
    phase = .closed
    pending.removeAll()
    return parked.closed(session: number, reason: reason).flatMap { perform($0) }
  }

  // MARK: - Steps

  mutating func mintID() -> Int64 {
    defer { nextID += 1 }
    return nextID
  }

  /// A break between tokens that others wrote would end the line, and what follows it would be a
  /// message that no policy saw.
  static func oneLine(_ message: consuming [UInt8]) -> [UInt8] {
    message.flattenLineBreaks()
    return message
  }

  /// `params` with one member.
  struct Member {
    let params: [UInt8]
    init(_ name: StaticString, _ text: String) {
      params = UpstreamRequestEncoder.params(name, text)
    }
  }

  /// A request of our own whose answer changes nothing.
  mutating func ask(_ method: String, _ member: Member, _ peer: UpstreamPeer) -> Action {
    .send(
      UpstreamRequestEncoder.encode(method, member.params, id: mintID(), to: peer.version),
      of: nil)
  }

  private mutating func perform(_ step: EraProbe.Step?) -> [Action] {
    switch step {
    case nil: return []
    case .discover:
      discoverID = mintID()
      return [
        .send(
          UpstreamRequestEncoder.encode("server/discover", nil, id: discoverID, to: .v2026_07_28),
          of: nil),
        .deadline(.discover, after: Self.discoverTimeout),
      ]
    case .initialize:
      initializeID = mintID()
      return [
        .send(UpstreamRequestEncoder.initialize(id: initializeID, offering: Self.offered), of: nil),
        .deadline(.initialize, after: Self.initializeTimeout),
      ]
    case .ready(let peer):
      phase = .ready(peer)
      hasBeenReady = true
      return begin(peer)
    case .failed(let reason):
      return [.abandon(reason: reason)]
    }
  }

  private mutating func perform(
    _ action: ParkedCalls.Action, because error: UpstreamError? = nil
  ) -> [Action] {
    switch action {
    case .send(let message, let session):
      return session == number && peer != nil ? [.send(Self.oneLine(message), of: nil)] : []
    case .park(let id, let result):
      return [.complete(id, UpstreamReply.built(result))]
    case .complete(let id, let outcome):
      pending[id] = nil
      return [.complete(id, outcome)]
    case .cancel(let id, let session):
      pending[id] = nil
      guard session == number, peer != nil else { return [] }
      let reason = error?.reason ?? "the client is gone"
      let params = UpstreamRequestEncoder.cancelledParams(id: id, reason: reason)
      return [
        .send(
          UpstreamRequestEncoder.notification("notifications/cancelled", params: params), of: nil)
      ]
    case .gather(let id): return [.deadline(.gathered(id), after: ParkedCalls.gatherTime)]
    case .expire(let handle):
      return [.deadline(.parked(handle), after: parked.limits.lifetime)]
    case .forget(let id): return [.deadline(.departed(id), after: ParkedCalls.departedTime)]
    case .note(let text): return [.note(text)]
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
    if let ended = listenEnded(number, isRefused: reply.isError) { return ended }
    // Late answers to requests that timed out or were cancelled end here.
    guard pending.removeValue(forKey: number) != nil else {
      parked.answered(number)
      return []
    }
    if let left = leftEra(reply) { return left + fail(number, .unavailable(reason: Self.leftEra)) }
    let outcome: ParkedCalls.Outcome =
      if let violation { .failure(.protocolViolation(reason: violation)) } else { .success(reply) }
    return parked.finished(number, outcome).flatMap { perform($0) }
  }

  private static let leftEra = "it does not speak \(ProtocolVersion.latest) any more"

  private mutating func fail(_ id: Int64, _ error: UpstreamError) -> [Action] {
    parked.finished(id, .failure(error)).flatMap { perform($0) }
  }

  /// A server of the stateless era refuses its revision, unread: it is asked anew what it speaks.
  /// Nil for any other answer; nothing more for what was under way when the first came.
  private mutating func leftEra(_ reply: UpstreamReply) -> [Action]? {
    guard case .error(let error) = reply, case .unsupportedVersion? = StatelessError(error) else {
      return nil
    }
    switch phase {
    case .ready(let peer) where peer.version.era == .stateless:
      phase = .probing
      probe = EraProbe()
      listenID = nil
      olderListens = []
      hasGap = true
      watch.begin()
      return [.reprobe(reason: Self.leftEra)] + perform(probe.start())
    case .probing: return []
    default: return nil
    }
  }
}
