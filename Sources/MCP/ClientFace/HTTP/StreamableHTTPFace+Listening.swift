import HTTP
import JSON
import Reactor

extension StreamableHTTPFace {
  /// `subscriptions/listen`: an acknowledgement, then changes as they come.
  func listen(
    _ answer: HTTPAnswer, _ id: RequestID, _ request: MCPRequest, _ principal: Handler.Principal
  ) async throws(HTTPRefusal) {
    let route = HTTPFaceRoute(endpoint: request.endpoint, transport: .streamable)
    let filter: SubscriptionFilter
    do {
      filter = try SubscriptionFilter(request.params, limits: limits)
    } catch {
      throw HTTPRefusal(400, error.code, error.message, id: id, kind: .malformed)
    }
    _ = try description(for: principal, at: request.endpoint, answering: id)
    try checkStreamCount(answering: id)
    let inbox = ChangeInbox()
    let outcome = await handler.listen(for: filter, request: request, as: principal) {
      inbox.put($0)
    }
    switch outcome {
    case .failure(let error):
      finish(answer, with: .failure(error), to: id, of: request, principal)
    case .success(let listening):
      guard !isDraining, let body = answer.becomeStream() else {
        listening.end()
        if isDraining {
          throw HTTPRefusal(
            503, JSONRPCError.Code.invalidRequest, "the gateway is shutting down", id: id,
            kind: .throttled)
        }
        return
      }
      let number = answer.number
      let stream = SubscriptionStream(
        id, of: owner(principal, route), inbox: inbox,
        listening: listening, endingBy: encoder(for: principal),
        body: EventBody(body, of: answer.exchange, limits: limits),
        onEnd: { [weak self] in self?.close(number) })
      keep(stream, number, of: answer.exchange)
      stream.start()
      lease(number, answer, principal, at: request.endpoint)
    }
  }

  /// Ends the streams of those who listen and are picked out. On the loop.
  /// - Parameter isPicked: is given the principal's name (`RequestHandler.sessionKey`) and where it
  ///   listens.
  /// - Returns: how many.
  public func endListening(
    where isPicked: (_ principal: String, _ endpoint: Endpoint) -> Bool
  ) -> Int {
    loop.preconditionCurrent()
    let picked = streams.values.compactMap { $0 as? SubscriptionStream }
      .filter { isPicked($0.owner.principal, $0.owner.route.endpoint) }
    for stream in picked { stream.end() }
    return picked.count
  }

  /// Listens to the lists that a session's endpoint announces, once a session.
  func listenToLists(in session: InSession) async {
    let endpoint = session.owner.route.endpoint
    guard let client = session.client,
      let lists = handler.describe(to: session.principal, at: endpoint)?.capabilities.announces,
      !lists.isEmpty, session.channel.with({ $0.listening.startLists() })
    else { return }
    let request = MCPRequest(
      method: "subscriptions/listen", params: nil, client: client, messageBytes: 0,
      endpoint: endpoint)
    let channel = session.channel
    let outcome = await handler.listen(
      for: SubscriptionFilter(lists: lists), request: request, as: session.principal
    ) { [weak channel] in channel?.tell($0) }
    guard case .success(let listening) = outcome else { return }
    let hasEnded = channel.with { state in
      if !state.hasEnded { state.listening.keep(lists: listening) }
      return state.hasEnded
    }
    if hasEnded { listening.end() }
  }

  /// Has a session told of a task that it began, until that is over.
  func follow(_ task: String, of call: MCPRequest, in session: InSession) {
    let channel = session.channel
    let isOne = channel.with { state in
      guard !state.hasEnded, state.listening.taskCount < limits.maxTasksPerSession else {
        return false
      }
      state.listening.start(task: task)
      return true
    }
    guard isOne else { return }
    let request = MCPRequest(
      method: "subscriptions/listen", params: nil, client: call.client, messageBytes: 0,
      endpoint: call.endpoint)
    loop.spawn { [self] in
      let outcome = await handler.listen(
        for: SubscriptionFilter(tasks: [task]), request: request, as: session.principal
      ) { [weak channel] in channel?.tell($0) }
      let superfluous = channel.with { state -> Listening? in
        guard case .success(let listening) = outcome else {
          return state.listening.take(task: task)
        }
        return state.listening.keep(task: task, listening)
      }
      superfluous?.end()
    }
  }

  /// `resources/subscribe`.
  func subscribe(_ request: MCPRequest, in session: InSession) async -> MCPResponse {
    let channel = session.channel
    guard let uri = request.params?[member: "uri"]?.string else { return .noURI }
    let (isKnown, count) = channel.with { ($0.listening.has(uri), $0.listening.resourceCount) }
    guard !isKnown else { return .empty }
    guard count < limits.maxResourcesPerSession else {
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.invalidRequest,
          message: "a session may be subscribed to \(limits.maxResourcesPerSession) resources"))
    }
    let outcome = await handler.listen(
      for: SubscriptionFilter(resources: [uri]), request: request, as: session.principal
    ) { [weak channel] in channel?.tell($0) }
    let listening: Listening
    switch outcome {
    case .failure(let error): return .failure(error)
    case .success(let begun): listening = begun
    }
    guard listening.honoured.resources.contains(uri) else {
      listening.end()
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.invalidParams, message: "this resource tells of no updates"))
    }
    // Two requests for one resource may have met.
    let superfluous = channel.with { state in
      state.hasEnded ? listening : state.listening.keep(uri, listening)
    }
    superfluous?.end()
    return .empty
  }

  /// `resources/unsubscribe`. What was not subscribed to is not missed.
  func unsubscribe(_ request: MCPRequest, in session: InSession) -> MCPResponse {
    guard let uri = request.params?[member: "uri"]?.string else { return .noURI }
    session.channel.with { $0.listening.take(uri) }?.end()
    return .empty
  }
}

extension MCPResponse {
  fileprivate static let empty = MCPResponse.built(Array("{}".utf8))
  fileprivate static let noURI = MCPResponse.failure(
    JSONRPCError(
      code: JSONRPCError.Code.invalidParams, message: "params.uri is required and must be a string")
  )
}
