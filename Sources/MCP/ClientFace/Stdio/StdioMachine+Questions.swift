import JSON
import Reactor

/// Calls of a session that ask something of the client.
extension StdioMachine {
  /// A JSON-RPC `error` object.
  struct Failure: Error {
    let error: JSONNode
    init(_ error: JSONNode) { self.error = error }
  }

  /// Puts what a call asks to the client, each as a request of its own.
  mutating func ask(_ round: InputRound, of id: RequestID, _ call: Call, now: MonotonicTime)
    -> [Action]
  {
    var (call, round) = (call, round)
    call.rounds += 1
    guard call.rounds <= InputRound.maxRounds else {
      return finish(
        id,
        with: .failure(
          JSONRPCError(
            code: Code.internalError,
            message: "the server asked more than \(InputRound.maxRounds) times for input")))
    }
    var open: [Int64: String] = [:]
    var actions: [Action] = []
    for request in round.requests {
      guard !hasEnded else {
        round.fail(request.key, with: nil)
        continue
      }
      let number = Int64(nextNumber())
      do throws(JSONRPCError) {
        let asked = try ServerRequest(request, id: RequestID(number), of: call.request.client)
        actions.append(.write(OutgoingBytes(asked.message)))
        open[number] = request.key
        asking[number] = id
      } catch {
        round.fail(request.key, code: error.code, message: error.message)
      }
    }
    call.question = Question(round: round, open: open, deadline: now + limits.inputTime)
    calls[id] = call
    return round.isComplete ? resume(id) : actions
  }

  /// The client answered a request of ours. Late answers reach nobody.
  mutating func answered(_ answer: RequestID?, _ result: Result<JSONNode, Failure>) -> [Action] {
    guard let number = answer?.number, let id = asking.removeValue(forKey: number),
      let key = calls[id]?.question?.open.removeValue(forKey: number)
    else { return [] }
    switch result {
    case .success(let result): calls[id]?.question?.round.answer(key, with: result)
    case .failure(let failure): calls[id]?.question?.round.fail(key, with: failure.error)
    }
    return calls[id]?.question?.round.isComplete == true ? resume(id) : []
  }

  /// Calls again, with what the client answered.
  private mutating func resume(_ id: RequestID) -> [Action] {
    guard let call = calls[id], let round = call.question?.round else { return [] }
    calls[id]?.question = nil
    guard let params = round.retry(of: call.request.params) else {
      return finish(
        id,
        with: .failure(
          JSONRPCError(code: Code.invalidRequest, message: "the answers are too long together")))
    }
    return [.serve(number: call.number, call.request.with(params: params))]
  }

  /// Waits no longer for the client: what it has not answered becomes an error, so that the server
  /// is not left waiting.
  /// - Parameter reason: what the client is told; nil when it reads nothing more.
  mutating func giveUp(_ id: RequestID, telling reason: String?) -> [Action] {
    guard let question = calls[id]?.question else { return [] }
    var actions: [Action] = []
    for (number, key) in question.open.sorted(by: { $0.key < $1.key }) {
      asking[number] = nil
      calls[id]?.question?.round.fail(key, with: nil)
      guard let reason else { continue }
      actions.append(
        .write(OutgoingBytes(OwnMessages.cancelled(RequestID(number), reason: reason))))
    }
    return actions + resume(id)
  }

  /// Time went by.
  mutating func expire(now: MonotonicTime) -> [Action] {
    var actions: [Action] = []
    for (id, call) in calls {
      guard let question = call.question, question.deadline <= now else { continue }
      actions += giveUp(id, telling: "no answer within \(limits.inputTime)")
    }
    return actions
  }
}

extension MCPRequest {
  /// The same request with other `params`.
  fileprivate func with(params: JSONNode) -> MCPRequest {
    MCPRequest(
      method: method, params: params, client: client, messageBytes: messageBytes,
      endpoint: endpoint, logLevel: logLevel)
  }
}
