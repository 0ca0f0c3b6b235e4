import JSON
import Reactor

extension StdioMachine {
  mutating func receive(
    request method: String, _ id: RequestID, _ params: JSONNode?, bytes: Int, in batch: UInt64?
  ) -> [Action] {
    guard calls[id] == nil, !listenings.values.contains(where: { $0.request == id }) else {
      return refuse(
        id, Code.invalidRequest, "two requests with one id: the first is still being served",
        method, kind: .malformed, in: batch)
    }
    let isStateless =
      StatelessEnvelope.isPresent(in: params) && !isSessionRequest(params)
      || method == "server/discover" || method == "subscriptions/listen"
    // A client that forgot to say that it is initialized shows it.
    let listening =
      isStateless || method == "initialize" || method == "ping" ? [] : listenForSession()
    do throws(JSONRPCError) {
      guard batch == nil || !isStateless && method != "initialize" else {
        throw JSONRPCError(code: Code.invalidRequest, message: "send \(method) outside a batch")
      }
      return isStateless
        ? try receiveStateless(method, id, params, bytes: bytes)
        : listening + (try receiveInSession(method, id, params, bytes: bytes, in: batch))
    } catch {
      return listening
        + refuse(
          id, error.code, error.message, method,
          kind: error.code == Code.invalidParams ? .malformed : .unsupported, data: error.data,
          in: batch)
    }
  }

  /// Clients of a session are known to send the stateless `_meta` all the same.
  private func isSessionRequest(_ params: JSONNode?) -> Bool {
    guard session != nil else { return false }
    let version = params?[member: "_meta"]?[member: MetaKey.protocolVersion]?.string
    return version.flatMap(ProtocolVersion.init)?.era == .session
  }

  private mutating func receiveStateless(
    _ method: String, _ id: RequestID, _ params: JSONNode?, bytes: Int
  ) throws(JSONRPCError) -> [Action] {
    let envelope = try StatelessEnvelope(params)
    let version = try envelope.supportedVersion()
    guard MethodTable.isKnown(method, in: .stateless) else { throw .methodNotFound }
    if method == "server/discover" { return [.introduce(.discover(id))] }
    let request = MCPRequest(
      method: method, params: params, client: envelope.client(over: .stdio, speaking: version),
      messageBytes: bytes, endpoint: endpoint, logLevel: try envelope.logLevel())
    if method == "subscriptions/listen" { return try listen(id, request) }
    return try serve(id, request, in: nil)
  }

  private mutating func receiveInSession(
    _ method: String, _ id: RequestID, _ params: JSONNode?, bytes: Int, in batch: UInt64?
  ) throws(JSONRPCError) -> [Action] {
    switch method {
    case "initialize": return [.introduce(.initialize(id, try Handshake(params)))]
    case "ping": return respondEmpty(id, in: batch)
    default: break
    }
    guard let session else {
      throw JSONRPCError(
        code: Code.invalidRequest,
        message: "send initialize first, or the \(ProtocolVersion.latest) envelope in _meta")
    }
    guard MethodTable.isKnown(method, in: .session) else { throw .methodNotFound }
    let request = MCPRequest(
      method: method, params: params, client: session.client, messageBytes: bytes,
      endpoint: endpoint, logLevel: session.logLevel)
    switch method {
    case "logging/setLevel":
      guard let level = LogLevel(params?[member: "level"]) else {
        throw .noLogLevel("params.level")
      }
      self.session?.logLevel = level
      return respondEmpty(id, in: batch)
    case "resources/subscribe": return try subscribe(id, request, in: batch)
    case "resources/unsubscribe": return try unsubscribe(id, request, in: batch)
    default: return try serve(id, request, in: batch)
    }
  }

  private mutating func serve(_ id: RequestID, _ request: MCPRequest, in batch: UInt64?)
    throws(JSONRPCError) -> [Action]
  {
    guard calls.count < limits.maxCallsPerSession else {
      throw JSONRPCError(
        code: Code.invalidRequest,
        message: "\(limits.maxCallsPerSession) requests are being served; wait for an answer")
    }
    let number = nextNumber()
    calls[id] = Call(number: number, request: request, batch: batch)
    owe(batch)
    return [.serve(number: number, request)]
  }

  /// What is offered at the endpoint; nil when there is no such endpoint for this client.
  mutating func introduce(_ introduction: Introduction, as server: ServerDescription?) -> [Action] {
    switch introduction {
    case .discover(let id):
      guard let server else { return refuseEndpoint(id, "server/discover") }
      let result = MCPResponse.built(OwnMessages.discovery(server))
      return [.write(encoder.encode(result, to: id, for: .latest))]
    case .initialize(let id, let handshake):
      guard let server else { return refuseEndpoint(id, "initialize") }
      let ended = endSession()
      session = Session(
        client: handshake.client(over: .stdio, session: nil, limits: limits),
        lists: server.capabilities.announces)
      let result = OwnMessages.initialization(server, speaking: handshake.version)
      return ended + [.write(ResponseEncoder.encode(sessionResult: result, to: id))]
    }
  }

  private func refuseEndpoint(_ id: RequestID, _ method: String) -> [Action] {
    refuse(
      id, Code.invalidParams, "there is no \(endpoint.description) here", method,
      kind: .unsupported)
  }

  /// A call has been served, or asks something of the client.
  mutating func answer(_ number: UInt64, _ response: MCPResponse, now: MonotonicTime) -> [Action] {
    // It was cancelled before.
    guard let (id, call) = calls.first(where: { $0.value.number == number }) else { return [] }
    var response = response
    if call.request.client.version.era == .session {
      if case .built(let text) = response, let result = try? JSONDocument(parsing: text).root {
        response = .relayed(result)
      }
      if let round = InputRound(response) { return ask(round, of: id, call, now: now) }
    }
    let task = SessionTask.begun(by: call.request, response)
    return finish(id, with: response) + (task.map { follow($0, of: call.request) } ?? [])
  }

  /// Gives the client its answer.
  mutating func finish(_ id: RequestID, with response: MCPResponse) -> [Action] {
    guard let call = calls.removeValue(forKey: id) else { return [] }
    let message = encoder.encode(
      response, to: id, for: call.request.client.version, answering: call.request)
    return settle(message, to: id, in: call.batch)
  }

  /// The client wants no answer any more.
  mutating func cancel(_ id: RequestID?) -> [Action] {
    guard let id else { return [] }
    if let (number, listening) = listenings.first(where: { $0.value.request == id }) {
      if case .subscription = listening.purpose { return end(listening, number) }
      listenings[number] = nil
      return settle(nil, in: listening.batch)
    }
    guard let call = calls[id] else { return [] }
    let stop =
      call.question == nil
      ? [.cancel(number: call.number)] : giveUp(id, telling: "the call was cancelled")
    calls[id] = nil
    return stop + settle(nil, in: call.batch)
  }
}

extension JSONRPCError {
  /// The revision spoken does not have this method.
  static let methodNotFound = JSONRPCError(code: Code.methodNotFound, message: "Method not found")
}
