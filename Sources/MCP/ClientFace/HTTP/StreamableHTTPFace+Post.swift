import HTTP
import JSON
import Reactor

extension StreamableHTTPFace {
  /// A POST: one message. Out of line, so that its frame and that of `run` each fit into what a
  /// task's memory has left.
  @inline(never)
  func servePost(
    _ answer: HTTPAnswer, _ head: HTTPRequestHead, at route: HTTPFaceRoute,
    _ principal: Handler.Principal
  ) async throws(HTTPRefusal) {
    let body =
      if let body = try takeBody(answer.exchange) { body } else {
        try await readBody(answer.exchange)
      }
    let step = try step(answer, head, at: route, body)
    guard case .serve(let id, let request) = step else {
      return try await take(step, answer, at: route, principal, bytes: body.count)
    }
    if route.endpoint != .everything {
      _ = try description(for: principal, at: route.endpoint, answering: id)
    }
    let response = await handler.handle(request, as: principal, notifying: answer.notifier)
    finish(answer, with: response, to: id, of: request, principal)
  }

  /// What is no stateless request, out of line: the frame of such a request holds none of it.
  @inline(never)
  private func take(
    _ step: HTTPStep, _ answer: HTTPAnswer, at route: HTTPFaceRoute,
    _ principal: Handler.Principal, bytes: Int
  ) async throws(HTTPRefusal) {
    switch step {
    // Requests for what stands behind the face do not come here.
    case .accept, .serve:
      answer.finish(status: 202)
    case .discover(let id):
      let description = try description(for: principal, at: route.endpoint, answering: id)
      answer.finish(
        encoder(for: principal).encode(
          .built(OwnMessages.discovery(description)), to: id, for: .latest))
    case .listen(let id, let request):
      try await listen(answer, id, request, principal)
    case .initialize(let id, let params):
      try initialize(answer, id, params, at: route, principal)
    case .inSession(let session, let message):
      let session = try use(
        session, at: route, principal, from: answer.origin, answering: message.requestID)
      try await take(message, answer, in: session, bytes: bytes)
    case .batch(let session, let messages):
      let session = try use(
        session, at: route, principal, from: answer.origin, answering: nil)
      try await take(batch: messages, answer, in: session, bytes: bytes)
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
  private func step(
    _ answer: HTTPAnswer, _ head: HTTPRequestHead, at route: HTTPFaceRoute, _ body: [UInt8]
  ) throws(HTTPRefusal) -> HTTPStep {
    let root = try parse(body)
    answer.method = root[member: "method"]?.string
    return try ladder.decide(head, at: route, root, bytes: body.count)
  }

  private func parse(_ body: [UInt8]) throws(HTTPRefusal) -> JSONNode {
    do {
      var limits = JSONLimits.standard
      limits.bytes = self.limits.maxMessageBytes
      return try JSONDocument(parsing: body, limits: limits).root
    } catch {
      throw HTTPRefusal(
        400, JSONRPCError.Code.parseError, "Parse error: \(error)".cut(toBytes: 512),
        kind: .malformed, recordedReason: "not valid JSON")
    }
  }

  /// Answers a stateless request with what came from behind the face.
  func finish(
    _ answer: HTTPAnswer, with response: MCPResponse, to id: RequestID, of request: MCPRequest,
    _ principal: Handler.Principal
  ) {
    let message = encoder(for: principal).encode(
      response, to: id, for: request.client.version, answering: request)
    if case .challenge(let challenge) = response {
      return finish(answer, message, challenge)
    }
    answer.finish(message, status: response.httpStatus, headers: HTTPAnswer.headers(of: response))
  }

  /// Answers with the status and the field by which the client learns what to do.
  @inline(never)
  func finish(_ answer: HTTPAnswer, _ message: OutgoingBytes, _ challenge: Challenge) {
    var headers = HTTPAnswer.jsonHeaders
    let field = HTTPRefusal.header(
      challenge.failure, at: handler.protectedResource, path: answer.exchange.path)
    if let field { headers.add(field.name, field.value) }
    answer.finish(message, status: challenge.failure.status, headers: headers)
  }
}

extension HTTPAnswer {
  /// The fields of an answer: when to come back, where that is known.
  static func headers(of response: MCPResponse) -> HTTPHeaders {
    guard case .failure(let error) = response, let seconds = error.retryAfter else {
      return jsonHeaders
    }
    var headers = jsonHeaders
    headers.add("Retry-After", "\(seconds)")
    return headers
  }
}

extension MCPResponse {
  /// The HTTP status of this answer as a whole body in the stateless era.
  var httpStatus: Int {
    switch self {
    case .relayed, .built: 200
    case .challenge(let challenge): challenge.failure.status
    case .failure(let error): HTTPStatus.of(error.code, in: .stateless)
    case .relayedError(let error):
      HTTPStatus.of(error[member: "code"]?.int64.flatMap(Int.init(exactly:)) ?? 0, in: .stateless)
    }
  }
}
