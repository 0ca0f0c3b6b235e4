import HTTP
import JSON
import Reactor

extension StreamableHTTPFace {
  /// A POST: one message.
  func servePost(_ answer: HTTPAnswer, _ head: HTTPRequestHead, _ principal: Handler.Principal)
    async throws(HTTPRefusal)
  {
    let body = try await readBody(answer.exchange)
    let message = try parse(body)
    do throws(HTTPRefusal) {
      switch try ladder.decide(head, message, bytes: body.count) {
      case .accept:
        answer.finish(status: 202)
      case .serve(let id, let request):
        let response = await handler.handle(
          request, as: principal, notifying: answer.notifier)
        await answer.finish(
          encoder(for: principal).encode(response, to: id, in: .stateless),
          status: response.httpStatus)
      case .discover(let id):
        let result = MCPResponse.built(OwnMessages.discovery(handler.describe(to: principal)))
        await answer.finish(encoder(for: principal).encode(result, to: id, in: .stateless))
      case .listen(let id, let params):
        try listen(answer, id, params)
      case .initialize(let id, let params):
        try await initialize(answer, id, params, principal)
      case .inSession(let session, let message):
        try await serve(answer, message, in: session, principal, bytes: body.count)
      }
    } catch {
      var refusal = error
      if case .request(_, let method, _) = message { refusal.method = method }
      if case .notification(let method, _) = message { refusal.method = method }
      throw refusal
    }
  }

  private func readBody(_ exchange: HTTPExchange) async throws(HTTPRefusal) -> [UInt8] {
    do {
      return try await exchange.readBody(limit: limits.maxMessageBytes)
    } catch {
      switch error {
      case .tooLarge:
        throw HTTPRefusal(
          413, JSONRPCError.Code.invalidRequest,
          "the message is longer than \(limits.maxMessageBytes) bytes", kind: .tooLarge)
      case .disconnected, .timedOut:
        // Nobody is there to read this; it is for the record.
        throw HTTPRefusal(
          408, JSONRPCError.Code.invalidRequest, "the message did not arrive", kind: .malformed)
      }
    }
  }

  private func parse(_ body: [UInt8]) throws(HTTPRefusal) -> JSONRPCMessage {
    let document: JSONDocument
    do {
      var limits = JSONLimits.standard
      limits.bytes = self.limits.maxMessageBytes
      document = try JSONDocument(parsing: body, limits: limits)
    } catch {
      var refusal = HTTPRefusal(
        400, JSONRPCError.Code.parseError, "Parse error: \(error)".cut(toBytes: 512),
        kind: .malformed)
      refusal.recordedReason = "not valid JSON"
      throw refusal
    }
    do {
      return try JSONRPCMessage(document.root)
    } catch {
      throw HTTPRefusal(
        400, JSONRPCError.Code.invalidRequest, error.message, id: error.id, kind: .malformed)
    }
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
