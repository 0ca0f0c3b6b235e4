import JSON

/// Whom a question is for.
extension ParkedCalls {
  /// A server asks on the stream of one call.
  mutating func asked(_ question: ServerQuestion, by id: Int64, in session: Int) -> [Action] {
    guard question.isForClients else { return [Self.answered(question, session)] }
    guard let call = calls[id], call.outcome == nil, call.refusal == nil else {
      return refused(
        question, session, .invalidRequest, "the client that this was for is not there any more")
    }
    return ask(question, id, call, isForIt: true)
  }

  /// A server asks without saying for which call. It reaches a call only if no other principal's
  /// could be meant.
  mutating func asked(_ question: ServerQuestion, in session: Int) -> [Action] {
    guard question.isForClients else { return [Self.answered(question, session)] }
    let underWay = calls.filter {
      $0.value.session == session && $0.value.outcome == nil && $0.value.refusal == nil
    }
    guard !underWay.isEmpty else {
      return refused(question, session, .invalidRequest, "no client is there to be asked")
    }
    let gone = departed.values.filter { $0.session == session }
    let principals = Set(underWay.values.map(\.principal) + gone.map(\.principal))
    guard principals.count == 1, crowded[session] == nil else {
      return refused(
        question, session, .invalidRequest,
        "calls of several clients are under way, and nothing says whose this is")
    }
    // The latest that somebody waits for; only while nobody waits, one that is parked.
    let waitedFor = underWay.filter(\.value.isWaitedFor)
    let chosen = (waitedFor.isEmpty ? underWay : waitedFor)
      .filter { question.isWithin($0.value.capabilities) }.max { $0.key < $1.key }
    guard let chosen else { return notOffered(question, session) }
    return ask(question, chosen.key, chosen.value, isForIt: false)
  }

  /// Whether a message that names no call can only be about this one: no other principal's call is
  /// under way.
  func isAlone(_ principal: String, in session: Int) -> Bool {
    crowded[session] == nil
      && calls.values.allSatisfy { $0.session != session || $0.principal == principal }
      && departed.values.allSatisfy { $0.session != session || $0.principal == principal }
  }

  /// The server gives a question of its own up.
  mutating func withdrawn(_ questionID: RequestID, in session: Int) {
    for (id, call) in calls
    where call.session == session && call.questions.contains(where: { $0.id == questionID }) {
      var call = call
      for question in call.questions where question.id == questionID {
        release(question, of: &call)
      }
      call.questions.removeAll { $0.id == questionID }
      calls[id] = call
    }
  }

  private mutating func ask(
    _ question: ServerQuestion, _ id: Int64, _ asked: Call, isForIt: Bool
  ) -> [Action] {
    var call = asked
    guard question.isWithin(call.capabilities) else { return notOffered(question, call.session) }
    let size = question.params?.raw.count ?? 0
    guard call.questions.count < limits.questionsPerCall, heldBytes + size <= limits.bytes else {
      return refused(
        question, call.session, .internalError, "too many questions wait for clients already")
    }
    add(question.method, question.paramsForClients, question.id, isForIt: isForIt, to: &call)
    let gathers = call.isWaitedFor && !call.isGathering
    if gathers { call.isGathering = true }
    calls[id] = call
    return gathers ? [.gather(id)] : []
  }

  mutating func add(
    _ method: String, _ params: [UInt8]?, _ id: RequestID?, isForIt: Bool, to call: inout Call
  ) {
    call.questionCount += 1
    let request = InputRequired.Request(
      key: "input-\(call.questionCount)", method: method, params: params)
    call.questions.append(Question(request: request, id: id, isForIt: isForIt))
    hold(params?.count ?? 0, by: &call)
  }

  private static func answered(_ question: ServerQuestion, _ session: Int) -> Action {
    .send(
      UpstreamRequestEncoder.answer(toServerRequest: question.id, method: question.method),
      session: session)
  }

  private func notOffered(_ question: ServerQuestion, _ session: Int) -> [Action] {
    [
      Self.answered(question, session),
      .note("\(question.method) was refused: the client did not offer it"),
    ]
  }

  private func refused(
    _ question: ServerQuestion, _ session: Int, _ code: Refusal, _ reason: String
  ) -> [Action] {
    [
      .send(
        UpstreamRequestEncoder.failure(question.id, code: code.code, reason), session: session),
      .note("\(question.method) was refused: \(reason)"),
    ]
  }
}
