import HTTP
import JSON
import Reactor

extension StreamableHTTPFace {
  /// A POST: one message.
  func servePost(_ answer: HTTPAnswer, _ head: HTTPRequestHead, _ principal: Handler.Principal)
    async throws(HTTPRefusal)
  {
    let body =
      if let body = try takeBody(answer.exchange) { body } else {
        try await readBody(answer.exchange)
      }
    let step = try step(answer, head, body)
    guard case .serve(let id, let request) = step else {
      return try await take(step, answer, principal, bytes: body.count)
    }
    let response = await handler.handle(request, as: principal, notifying: answer.notifier)
    finish(answer, with: response, to: id, in: .stateless, principal)
  }

  /// What is no stateless request, out of line: the frame of such a request holds none of it.
  @inline(never)
  private func take(
    _ step: HTTPStep, _ answer: HTTPAnswer, _ principal: Handler.Principal, bytes: Int
  ) async throws(HTTPRefusal) {
    switch step {
    case .accept:
      answer.finish(status: 202)
    case .serve(let id, let request):
      let response = await handler.handle(request, as: principal, notifying: answer.notifier)
      finish(answer, with: response, to: id, in: .stateless, principal)
    case .discover(let id):
      let result = MCPResponse.built(OwnMessages.discovery(description(for: principal)))
      finish(answer, with: result, to: id, in: .stateless, principal)
    case .listen(let id, let params):
      try listen(answer, id, params)
    case .initialize(let id, let params):
      try initialize(answer, id, params, principal)
    case .inSession(let session, let message):
      try await serve(answer, message, in: session, principal, bytes: bytes)
    }
  }

  /// The body, when it is all there: most come with their heads.
  private func takeBody(_ exchange: HTTPExchange) throws(HTTPRefusal) -> [UInt8]? {
    do {
      return try exchange.takeBody(limit: limits.maxMessageBytes)
    } catch {
      throw HTTPRefusal(error)
    }
  }

  @inline(never)
  private func readBody(_ exchange: HTTPExchange) async throws(HTTPRefusal) -> [UInt8] {
    do {
      return try await exchange.readBody(limit: limits.maxMessageBytes)
    } catch {
      throw HTTPRefusal(error)
    }
  }

  /// What is to be done with a message whose head passed.
  private func step(_ answer: HTTPAnswer, _ head: HTTPRequestHead, _ body: [UInt8])
    throws(HTTPRefusal) -> HTTPStep
  {
    let message = try parse(body)
    switch message {
    case .request(_, let method, _), .notification(let method, _): answer.method = method
    case .result, .failure: break
    }
    return try ladder.decide(head, message, bytes: body.count)
  }

  private func parse(_ body: [UInt8]) throws(HTTPRefusal) -> JSONRPCMessage {
    let document: JSONDocument
    do {
      var limits = JSONLimits.standard
      limits.bytes = self.limits.maxMessageBytes
      document = try JSONDocument(parsing: body, limits: limits)
    } catch {
      throw HTTPRefusal(
        400, JSONRPCError.Code.parseError, "Parse error: \(error)".cut(toBytes: 512),
        kind: .malformed, recordedReason: "not valid JSON")
    }
    do {
      return try JSONRPCMessage(document.root)
    } catch {
      throw HTTPRefusal(
        400, JSONRPCError.Code.invalidRequest, error.message, id: error.id, kind: .malformed)
    }
  }

  /// Answers with what came from behind the face.
  func finish(
    _ answer: HTTPAnswer, with response: MCPResponse, to id: RequestID, in era: Era,
    _ principal: Handler.Principal
  ) {
    answer.finish(
      encoder(for: principal).encode(response, to: id, in: era),
      status: era == .stateless ? response.httpStatus : 200)
  }
}

extension MCPResponse {
  /// The HTTP status of this answer as a whole body in the stateless era.
  var httpStatus: Int {
    switch self {
    case .relayed, .built: 200
    case .failure(let error): HTTPStatus.of(error.code, in: .stateless)
    case .relayedError(let error):
      HTTPStatus.of(error[member: "code"]?.int64.flatMap(Int.init(exactly:)) ?? 0, in: .stateless)
    }
  }
}
