import JSON

extension SessionChannel {
  /// The message that puts a question of a round to the client.
  /// - Throws: what the server is told instead when the client cannot be asked.
  func ask(_ request: InputRound.Request, of round: QuestionRound) throws(JSONRPCError)
    -> ServerRequest
  {
    guard let client else { throw .notAsked("the client has not introduced itself") }
    guard request.params?.raw.count ?? 0 <= limits.maxQuestionBytes else {
      throw .notAsked("what is asked is longer than \(limits.maxQuestionBytes) bytes")
    }
    guard let id = with({ $0.questions.ask(request.key, for: round) }) else {
      throw .notAsked("the client has \(limits.maxQuestions) questions to answer already")
    }
    do throws(JSONRPCError) {
      return try ServerRequest(request, id: id, of: client)
    } catch {
      _ = withdraw(id)
      throw error
    }
  }

  /// The client answered a request of ours. Answers that nobody waits for are passed over.
  func take(_ answer: SessionMessage.Answer) {
    guard let id = answer.id, let waiting = with({ $0.questions.answered(id) }) else { return }
    switch answer {
    case .result(_, let result): waiting.waiter.answer(waiting.key, with: result)
    case .failure(_, let error): waiting.waiter.fail(waiting.key, with: error)
    }
  }

  /// Nobody waits for the answer any more. False when it has come.
  func withdraw(_ id: RequestID) -> Bool { with { $0.questions.withdraw(id) } }
}

extension JSONRPCError {
  /// A question that does not reach the client.
  static func notAsked(_ reason: String) -> JSONRPCError {
    JSONRPCError(code: Code.internalError, message: reason)
  }
}
