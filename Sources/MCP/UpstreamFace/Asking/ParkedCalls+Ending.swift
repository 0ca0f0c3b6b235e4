import JSON

/// How calls end, and what is held for them.
extension ParkedCalls {
  /// Why a question is answered with an error.
  enum Refusal {
    case invalidRequest, internalError

    var code: Int {
      switch self {
      case .invalidRequest: JSONRPCError.Code.invalidRequest
      case .internalError: JSONRPCError.Code.internalError
      }
    }
  }

  /// The server's word on a call that somebody waits for.
  mutating func settle(_ id: Int64, _ settled: Call, _ outcome: Outcome) -> [Action] {
    var call = settled
    guard case .success(.error(let error)) = outcome, call.capabilities.elicitationURL else {
      return end(id, call, outcome)
    }
    let elicitations = URLElicitationRequired.elicitations(of: error)
      .prefix(limits.questionsPerCall)
    let size = elicitations.reduce(error.raw.count) { $0 + $1.raw.count }
    guard !elicitations.isEmpty, heldBytes + size <= limits.bytes else {
      return end(id, call, outcome)
    }
    dropQuestions(of: &call)
    call.refusal = error
    hold(error.raw.count, by: &call)
    for elicitation in elicitations {
      add(
        "elicitation/create", ServerQuestion.paramsForClients(elicitation), nil, isForIt: true,
        to: &call)
    }
    call.isGathering = true
    calls[id] = call
    return [.gather(id)]
  }

  /// Pages had to be visited first: the request is sent anew when all were.
  mutating func resumeRefused(
    _ id: Int64, _ resumed: Call, _ refusal: JSONNode, _ responses: JSONNode?
  ) -> Resumption {
    var call = resumed
    let answers = call.questions.map { responses?[member: $0.request.key] }
    if answers.contains(where: { $0 == nil }) {
      call.isGathering = true
      calls[id] = call
      return .resumed(id, [.gather(id)])
    }
    if answers.allSatisfy({ $0?[member: "action"]?.equals("accept") == true }) {
      release(&call)
      calls[id] = nil
      return .anew(id)
    }
    calls[id] = call
    return .resumed(id, end(id, call, .success(.error(refusal))))
  }

  mutating func end(_ id: Int64, _ ended: Call, _ outcome: Outcome) -> [Action] {
    var call = ended
    let orphans = call.questions.filter { !$0.isForIt }
    release(&call)
    calls[id] = nil
    return [.complete(id, outcome)] + orphans.flatMap { handOn($0, from: call) }
  }

  /// On a connection that names no call, a question that is still open when its call ends was
  /// another's of the same principal; it goes to one that can be asked, or is refused.
  private mutating func handOn(_ question: Question, from ended: Call) -> [Action] {
    guard let id = question.id else { return [] }
    let heirs = calls.filter { _, call in
      call.session == ended.session && call.principal == ended.principal && call.outcome == nil
        && call.refusal == nil && call.capabilities == ended.capabilities
    }
    guard let heir = heirs.max(by: { $0.key < $1.key }) else {
      return [
        .send(
          UpstreamRequestEncoder.failure(
            id, code: Refusal.invalidRequest.code, "the call that this was about has ended"),
          session: ended.session)
      ]
    }
    var call = heir.value
    add(question.request.method, question.request.params, id, isForIt: false, to: &call)
    let gathers = call.isWaitedFor && !call.isGathering
    if gathers { call.isGathering = true }
    calls[heir.key] = call
    return gathers ? [.gather(heir.key)] : []
  }

  /// A call is over because its client is gone.
  mutating func leave(_ id: Int64, _ left: Call, saying reason: String) -> [Action] {
    var call = left
    let isUnderWay = call.outcome == nil && call.refusal == nil
    var actions = refuse(&call, .invalidRequest, reason)
    release(&call)
    calls[id] = nil
    if let handle = call.handle { parked[handle] = nil }
    guard isUnderWay else { return actions }
    actions.append(.cancel(id, session: call.session))
    return actions + depart(id, call)
  }

  /// Answers every question of a call with an error.
  mutating func refuse(_ call: inout Call, _ code: Refusal, _ reason: String) -> [Action] {
    let session = call.session
    let answers = call.questions.compactMap { question in
      question.id.map {
        Action.send(
          UpstreamRequestEncoder.failure($0, code: code.code, reason), session: session)
      }
    }
    dropQuestions(of: &call)
    return answers
  }

  // MARK: - What is held

  mutating func hold(_ bytes: Int, by call: inout Call) {
    call.heldBytes += bytes
    heldBytes += bytes
  }

  mutating func release(_ question: Question, of call: inout Call) {
    hold(-(question.request.params?.count ?? 0), by: &call)
  }

  mutating func release(_ call: inout Call) { hold(-call.heldBytes, by: &call) }

  mutating func dropQuestions(of call: inout Call) {
    for question in call.questions { release(question, of: &call) }
    call.questions = []
  }
}

extension ParkedCalls.Outcome {
  /// What holding it costs.
  var byteCount: Int {
    switch self {
    case .success(.result(let node)), .success(.error(let node)): node.raw.count
    case .failure: 0
    }
  }
}
