import JSON

/// Calls to a server of the session era whose clients it may ask something, and those that wait for
/// the answers. Pure: the shell keeps time, makes handles, and knows what is sent where.
///
/// A question ends its caller's turn: the call is answered with `input_required` and a handle, and
/// stays under way, parked. The request that brings the handle back takes the next turn.
struct ParkedCalls: Sendable {
  typealias Outcome = Result<UpstreamReply, UpstreamError>

  struct Limits: Sendable {
    /// Calls parked at once.
    var count = 256
    /// Of questions that wait, and of answers that came while nobody waited for them.
    var bytes = 16 << 20
    /// Questions of one call.
    var questionsPerCall = 64
    /// Calls given up that may still be meant, each told from the others. Beyond it, nobody is
    /// asked what names no call.
    var departed = 1_024
    /// How long a client may take to answer.
    var lifetime: Duration = .seconds(600)
  }

  enum Action: Sendable {
    /// A message for the server, in one of its sessions.
    case send([UInt8], session: Int)
    /// The caller's turn ends with this result; its call goes on.
    case park(Int64, result: [UInt8])
    /// The call has ended.
    case complete(Int64, Outcome)
    /// The call has ended from our side: tell the server.
    case cancel(Int64, session: Int)
    /// Call `gathered` after `gatherTime`: questions often come in pairs.
    case gather(Int64)
    /// Call `expired` after the lifetime.
    case expire(String)
    /// Call `forget` after `departedTime`.
    case forget(Int64)
    case note(String)
  }

  /// What a handle that came back leads to.
  enum Resumption: Sendable {
    /// No such state, or not this principal's.
    case unknown
    case resumed(Int64, [Action])
    /// The request never ran: send it anew. Its old call has ended.
    case anew(Int64)
  }

  static let gatherTime: Duration = .milliseconds(20)
  /// A server may still ask on behalf of a call that it was told is over.
  static let departedTime: Duration = .seconds(30)

  struct Call: Sendable {
    let principal: String
    let capabilities: ClientCapabilities
    var session: Int
    var isWaitedFor = true
    var isGathering = false
    var questions: [Question] = []
    var questionCount = 0
    var handle: String?
    /// It came while nobody waited.
    var outcome: Outcome?
    /// The server's refusal to run it before pages were visited.
    var refusal: JSONNode?
    var heldBytes = 0
  }

  struct Question: Sendable {
    let request: InputRequired.Request
    /// Nil for one that came with a refusal.
    let id: RequestID?
    /// It came on the call's own stream; else it may be another's of the same principal.
    let isForIt: Bool
  }

  struct Departed: Sendable {
    let principal: String
    let session: Int
  }

  /// Calls given up that are not told apart.
  struct Crowd: Sendable {
    /// The one whose time runs.
    var timed: Int64
    var last: Int64
  }

  let limits: Limits
  var calls: [Int64: Call] = [:]
  var parked: [String: Int64] = [:]
  /// Calls that their clients gave up, for a while.
  var departed: [Int64: Departed] = [:]
  /// Sessions in which more were given up than are told apart.
  var crowded: [Int: Crowd] = [:]
  var heldBytes = 0

  init(limits: Limits = Limits()) { self.limits = limits }

  /// Calls that somebody waits for.
  var waitedForCount: Int { calls.count - parked.count }

  func isWaitedFor(_ id: Int64) -> Bool { calls[id]?.isWaitedFor ?? false }

  // MARK: - A call's life

  /// A request is sent. `session` is the server's session it belongs to.
  mutating func began(
    _ id: Int64, for principal: String, _ capabilities: ClientCapabilities, in session: Int
  ) {
    calls[id] = Call(principal: principal, capabilities: capabilities, session: session)
  }

  /// Its session was forgotten before the server looked at it; it is sent in another.
  mutating func moved(_ id: Int64, to session: Int) {
    guard var call = calls[id] else { return }
    // What was asked in the old one nobody waits for any more.
    dropQuestions(of: &call)
    call.session = session
    calls[id] = call
  }

  /// The server answered, or never will.
  mutating func finished(_ id: Int64, _ outcome: Outcome) -> [Action] {
    guard var call = calls[id] else { return [] }
    guard call.isWaitedFor else {
      // Its questions stay: on a connection that names no call they may be another's.
      let size = outcome.byteCount
      if heldBytes + size > limits.bytes {
        call.outcome = .failure(
          .connectionLost(
            reason: "its answer came while its client was asked and was too large to keep"))
      } else {
        call.outcome = outcome
        hold(size, by: &call)
      }
      calls[id] = call
      return []
    }
    return settle(id, call, outcome)
  }

  /// Whoever waits for a call gave up.
  mutating func abandoned(_ id: Int64, because error: UpstreamError) -> [Action] {
    guard let call = calls[id], call.isWaitedFor else { return [] }
    return leave(id, call, saying: "the client gave up") + [.complete(id, .failure(error))]
  }

  /// The connection or the session ended: nobody will answer its calls.
  mutating func closed(session: Int, reason: String) -> [Action] {
    var actions: [Action] = []
    for (id, closing) in calls.sorted(by: { $0.key < $1.key })
    where closing.session == session && closing.refusal == nil {
      var call = closing
      dropQuestions(of: &call)
      calls[id] = call
      guard call.outcome == nil else { continue }
      actions += finished(id, .failure(.connectionLost(reason: reason)))
    }
    departed = departed.filter { $0.value.session != session }
    crowded[session] = nil
    return actions
  }

  // MARK: - Turns

  /// The time to gather questions is over.
  mutating func gathered(_ id: Int64, handle: String) -> [Action] {
    guard var call = calls[id], call.isGathering else { return [] }
    call.isGathering = false
    guard call.isWaitedFor, !call.questions.isEmpty else {
      calls[id] = call
      return []
    }
    guard parked.count < limits.count else {
      let refusals = refuse(&call, .internalError, "too many calls wait for their clients already")
      calls[id] = call
      if let refusal = call.refusal { return end(id, call, .success(.error(refusal))) }
      return refusals
    }
    call.isWaitedFor = false
    call.handle = handle
    calls[id] = call
    parked[handle] = id
    let result = InputRequired.result(asking: call.questions.map(\.request), state: handle)
    return [.park(id, result: result), .expire(handle)]
  }

  /// A request brings a handle back, with what its client answered.
  mutating func resume(
    _ handle: String, as principal: String, with responses: JSONNode?
  ) -> Resumption {
    guard let id = parked[handle], var call = calls[id], call.principal == principal else {
      return .unknown
    }
    parked[handle] = nil
    call.handle = nil
    call.isWaitedFor = true
    if let refusal = call.refusal { return resumeRefused(id, call, refusal, responses) }
    var actions = answer(responses, to: &call)
    if let outcome = call.outcome {
      call.outcome = nil
      hold(-outcome.byteCount, by: &call)
      calls[id] = call
      return .resumed(id, actions + settle(id, call, outcome))
    }
    if !call.questions.isEmpty {
      call.isGathering = true
      actions.append(.gather(id))
    }
    calls[id] = call
    return .resumed(id, actions)
  }

  /// Sends the server what the client answered; what it did not answer stays open.
  private mutating func answer(_ responses: JSONNode?, to call: inout Call) -> [Action] {
    var actions: [Action] = []
    var open: [Question] = []
    for question in call.questions {
      guard let response = responses?[member: question.request.key], response.kind == .object else {
        open.append(question)
        continue
      }
      release(question, of: &call)
      guard let questionID = question.id else { continue }
      actions.append(
        .send(
          UpstreamRequestEncoder.answer(questionID, withResponse: response), session: call.session))
    }
    call.questions = open
    return actions
  }

  /// A client took too long.
  mutating func expired(_ handle: String) -> [Action] {
    guard let id = parked[handle], let call = calls[id] else { return [] }
    return leave(id, call, saying: "the client did not answer in time")
      + [
        .complete(id, .failure(.cancelled)),
        .note("a client did not answer in time what was asked during its call"),
      ]
  }

  /// The server answered a call that was given up: it asks nothing more.
  mutating func answered(_ id: Int64) { departed[id] = nil }

  /// A call that was given up is not expected to ask any more.
  mutating func forget(_ id: Int64) -> [Action] {
    guard departed.removeValue(forKey: id) == nil,
      let (session, crowd) = crowded.first(where: { $0.value.timed == id })
    else { return [] }
    guard crowd.last != id else {
      crowded[session] = nil
      return []
    }
    crowded[session]?.timed = crowd.last
    return [.forget(crowd.last)]
  }

  /// Keeps in mind that a call was given up.
  mutating func depart(_ id: Int64, _ call: Call) -> [Action] {
    if departed.count < limits.departed {
      departed[id] = Departed(principal: call.principal, session: call.session)
      return [.forget(id)]
    }
    guard crowded[call.session] == nil else {
      crowded[call.session]?.last = id
      return []
    }
    crowded[call.session] = Crowd(timed: id, last: id)
    return [.forget(id)]
  }
}
