import HTTP
import JSON
import Reactor

/// One request of a session.
struct SessionRequest: Sendable {
  let id: RequestID
  let method: String
  let params: JSONNode?
  /// The size of the message it came in.
  let bytes: Int
}

extension InputRound {
  /// How often in a row a call may only hand back a state.
  static let maxEmptyRounds = 3
}

extension StreamableHTTPFace {
  /// Serves a request of a session. `task` is the one that runs this.
  /// - Throws: when it is turned away; nothing has been answered then.
  func serve(
    _ call: SessionRequest, through output: any CallOutput, by task: Task<Void, Never>,
    in session: InSession
  ) async throws(HTTPRefusal) {
    switch call.method {
    case "ping": output.answer(ResponseEncoder.encode(sessionResult: Array("{}".utf8), to: call.id))
    case "initialize": try introduce(call, through: output, in: session)
    case "logging/setLevel": try setLogLevel(call, through: output, in: session)
    default:
      guard MethodTable.isKnown(call.method, in: .session) else {
        let error = JSONRPCError.methodNotFound
        throw HTTPRefusal(200, error.code, error.message, id: call.id, kind: .unsupported)
      }
      try await serveKnown(call, through: output, by: task, in: session)
    }
  }

  private func serveKnown(
    _ call: SessionRequest, through output: any CallOutput, by task: Task<Void, Never>,
    in session: InSession
  ) async throws(HTTPRefusal) {
    var (client, logLevel) = session.channel.with { ($0.client, $0.logLevel) }
    client?.origin = session.origin
    client?.takesChallenges = output is HTTPAnswer
    guard let client else {
      throw HTTPRefusal(
        400, JSONRPCError.Code.invalidRequest, "send initialize first", id: call.id,
        kind: .malformed)
    }
    let now = loop.now
    let number = try inSessions(answering: call.id) { (sessions) throws(SessionRefusal) in
      try sessions.begin(call.id, call: task, in: session.id, as: session.owner, now: now)
    }
    let request = MCPRequest(
      method: call.method, params: call.params, client: client, messageBytes: call.bytes,
      endpoint: session.owner.route.endpoint, logLevel: logLevel)
    let response =
      switch call.method {
      case "resources/subscribe": await subscribe(request, in: session)
      case "resources/unsubscribe": unsubscribe(request, in: session)
      default: await handle(request, through: output, in: session)
      }
    let end = loop.now
    let isWanted = sessions.with { $0.end(call.id, number: number, in: session.id, now: end) }
    guard isWanted || output.answersCancelled else { return }
    let message = encoder(for: session.principal).encode(
      // The client has stopped listening for it, but the exchange needs an end.
      isWanted ? response : .failure(JSONRPCError(code: 0, message: "Request cancelled")),
      to: call.id, for: client.version, answering: request)
    if isWanted, case .challenge(let challenge) = response, let answer = output as? HTTPAnswer {
      return finish(answer, message, challenge)
    }
    if case .failure(let error) = response, error.retryAfter != nil,
      let answer = output as? HTTPAnswer
    {
      // In the session era an error is an answer like others, with the status 200.
      return answer.finish(message, headers: HTTPAnswer.headers(of: response))
    }
    output.answer(message)
    if let task = SessionTask.begun(by: request, response) {
      follow(task, of: request, in: session)
    }
  }

  /// The `initialize` of a session that began without one: over HTTP+SSE.
  private func introduce(
    _ call: SessionRequest, through output: any CallOutput, in session: InSession
  ) throws(HTTPRefusal) {
    let handshake = try handshake(call.params, answering: call.id)
    let description = try description(
      for: session.principal, at: session.owner.route.endpoint, answering: call.id)
    let client = handshake.client(over: .http, session: session.id, limits: limits)
    guard session.channel.introduce(client) else {
      throw HTTPRefusal(
        400, JSONRPCError.Code.invalidRequest, "the session is initialized already", id: call.id,
        kind: .malformed)
    }
    let result = OwnMessages.initialization(description, speaking: handshake.version)
    output.answer(ResponseEncoder.encode(sessionResult: result, to: call.id))
  }

  private func setLogLevel(
    _ call: SessionRequest, through output: any CallOutput, in session: InSession
  ) throws(HTTPRefusal) {
    guard let level = LogLevel(call.params?[member: "level"]) else {
      let error = JSONRPCError.noLogLevel("params.level")
      throw HTTPRefusal(200, error.code, error.message, id: call.id, kind: .malformed)
    }
    session.channel.logLevel = level
    output.answer(ResponseEncoder.encode(sessionResult: Array("{}".utf8), to: call.id))
  }

  // MARK: asking the client

  /// Has a request handled, asking the client what that takes.
  private func handle(
    _ request: MCPRequest, through output: any CallOutput, in session: InSession
  ) async -> MCPResponse {
    var request = request
    var response = await handler.handle(
      request, as: session.principal, notifying: output.notifier)
    guard MethodTable.mayAsk(request.method) else { return response }
    var rounds = 0
    var emptyRounds = 0
    while let round = InputRound(response), !Task.isCancelled {
      rounds += 1
      emptyRounds = round.requests.isEmpty ? emptyRounds + 1 : 0
      guard rounds <= InputRound.maxRounds, emptyRounds <= InputRound.maxEmptyRounds else {
        return .failure(
          JSONRPCError(
            code: JSONRPCError.Code.internalError,
            message: "the server asked again and again and came to no answer"))
      }
      let answered = await ask(round, through: output, in: session)
      guard let params = answered.retry(of: request.params) else {
        return .failure(
          JSONRPCError(
            code: JSONRPCError.Code.internalError, message: "the client's answers are too long"))
      }
      request = request.replacing(params: params)
      // Also after a cancellation: so the server is told of it.
      response = await handler.handle(
        request, as: session.principal, notifying: output.notifier)
    }
    return response
  }

  /// Puts the questions of a round to the client and waits for the answers, until the call is
  /// cancelled or the time is over.
  private func ask(_ round: InputRound, through output: any CallOutput, in session: InSession) async
    -> InputRound
  {
    guard !round.requests.isEmpty else { return round }
    let channel = session.channel
    let asked = QuestionRound(round)
    var ids: [RequestID] = []
    for request in round.requests {
      do throws(JSONRPCError) {
        let question = try channel.ask(request, of: asked)
        if output.ask(OutgoingBytes(question.message)) {
          ids.append(question.id)
        } else {
          _ = channel.withdraw(question.id)
          throw .notAsked("the client has left")
        }
      } catch {
        asked.fail(request.key, error)
      }
    }
    let patience = loop.schedule(after: limits.inputTime) { asked.end() }
    await withTaskCancellationHandler {
      await asked.wait()
    } onCancel: {
      asked.end()
    }
    patience.cancel()
    let reason = Task.isCancelled ? "the request was cancelled" : "no answer in time"
    for id in ids where channel.withdraw(id) {
      output.notifier.send(OwnMessages.cancelled(id, reason: reason))
    }
    return asked.outcome
  }
}
