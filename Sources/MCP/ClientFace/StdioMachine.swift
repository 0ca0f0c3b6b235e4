import JSON

/// The stdio client face: one client, both eras in one process, because clients are known to
/// `initialize` after a successful `server/discover` (MCP 2026-07-28, basic/transports/stdio).
/// Lines and answers go in, actions come out. No I/O, no clock.
struct StdioMachine {
  enum Action {
    /// A whole message, without a line end.
    case write([UInt8])
    case serve(number: UInt64, id: RequestID, MCPRequest)
    /// Stop a call; its answer will be discarded.
    case cancel(number: UInt64)
    /// To be recorded.
    case refused(RefusedRequest)
  }

  private typealias Code = JSONRPCError.Code

  private let server: ServerDescription
  private let encoder: ResponseEncoder
  private let limits: ClientFaceLimits
  private var session: ClientDescription?
  private var calls: [RequestID: (number: UInt64, era: Era)] = [:]
  private var subscriptions: [RequestID: Subscription] = [:]
  private var lastNumber: UInt64 = 0

  init(server: ServerDescription, limits: ClientFaceLimits) {
    self.server = server
    self.limits = limits
    encoder = ResponseEncoder(name: server.name, version: server.version)
  }

  /// Calls that are being served.
  var callCount: Int { calls.count }

  /// Takes what the framer made of the input.
  mutating func receive(_ event: LineFramer.Event) -> [Action] {
    switch event {
    case .line(let line): return receive(line: line)
    case .overlong:
      return refuse(
        nil, Code.parseError, "message is longer than \(limits.maxMessageBytes) bytes",
        kind: .tooLarge)
    }
  }

  private mutating func receive(line: [UInt8]) -> [Action] {
    let document: JSONDocument
    do {
      var limits = JSONLimits.standard
      limits.bytes = self.limits.maxMessageBytes
      document = try JSONDocument(parsing: line, limits: limits)
    } catch {
      return refuse(
        nil, Code.parseError, "Parse error: \(error)", kind: .malformed,
        recording: "not valid JSON")
    }
    do {
      switch try JSONRPCMessage(document.root) {
      case .request(let id, let method, let params):
        return receive(request: method, id, params, bytes: line.count)
      case .notification("notifications/cancelled", let params):
        return cancel(params?[member: "requestId"].flatMap(RequestID.init))
      // No other notification changes anything here, and we ask clients nothing yet.
      case .notification, .result, .failure: return []
      }
    } catch {
      return refuse(error.id, Code.invalidRequest, error.message, kind: .malformed)
    }
  }

  private mutating func receive(
    request method: String, _ id: RequestID, _ params: JSONNode?, bytes: Int
  ) -> [Action] {
    guard calls[id] == nil, subscriptions[id] == nil else {
      return refuse(
        id, Code.invalidRequest, "two requests with one id: the first is still being served",
        method, kind: .malformed)
    }
    do throws(JSONRPCError) {
      let isStateless =
        StatelessEnvelope.isPresent(in: params) && !isSessionRequest(params)
        || method == "server/discover" || method == "subscriptions/listen"
      return isStateless
        ? try receiveStateless(method, id, params, bytes: bytes)
        : try receiveInSession(method, id, params, bytes: bytes)
    } catch {
      return refuse(
        id, error.code, error.message, method,
        kind: error.code == Code.invalidParams ? .malformed : .unsupported, data: error.data)
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
    switch method {
    case "server/discover":
      let result = MCPResponse.built(OwnMessages.discovery(server))
      return [.write(encoder.encode(result, to: id, in: .stateless))]
    case "subscriptions/listen":
      let subscription = try Subscription(id: id, params: params)
      guard subscriptions.count < limits.maxStreamsPerSession else {
        throw JSONRPCError(code: Code.invalidRequest, message: "too many subscriptions")
      }
      subscriptions[id] = subscription
      return [.write(subscription.acknowledgement)]
    default:
      return try serve(
        method, id, params, as: envelope.client(over: .stdio, speaking: version),
        in: .stateless, bytes: bytes)
    }
  }

  private mutating func receiveInSession(
    _ method: String, _ id: RequestID, _ params: JSONNode?, bytes: Int
  ) throws(JSONRPCError) -> [Action] {
    switch method {
    case "initialize":
      let handshake = try Handshake(params)
      session = handshake.client(over: .stdio, session: nil, limits: limits)
      let result = OwnMessages.initialization(server, speaking: handshake.version)
      return [.write(ResponseEncoder.encode(sessionResult: result, to: id))]
    case "ping":
      return [.write(ResponseEncoder.encode(sessionResult: Array("{}".utf8), to: id))]
    default:
      guard let session else {
        throw JSONRPCError(
          code: Code.invalidRequest,
          message: "send initialize first, or the \(ProtocolVersion.latest) envelope in _meta")
      }
      guard MethodTable.isKnown(method, in: .session) else { throw .methodNotFound }
      return try serve(method, id, params, as: session, in: .session, bytes: bytes)
    }
  }

  private mutating func serve(
    _ method: String, _ id: RequestID, _ params: JSONNode?, as client: ClientDescription,
    in era: Era, bytes: Int
  ) throws(JSONRPCError) -> [Action] {
    guard calls.count < limits.maxCallsPerSession else {
      throw JSONRPCError(
        code: Code.invalidRequest,
        message: "\(limits.maxCallsPerSession) requests are being served; wait for an answer")
    }
    lastNumber += 1
    calls[id] = (lastNumber, era)
    let request = MCPRequest(method: method, params: params, client: client, messageBytes: bytes)
    return [.serve(number: lastNumber, id: id, request)]
  }

  /// A call has been served: the message to write, or nil when it was cancelled before.
  mutating func answer(_ id: RequestID, number: UInt64, _ response: MCPResponse) -> [UInt8]? {
    guard let call = calls[id], call.number == number else { return nil }
    calls[id] = nil
    return encoder.encode(response, to: id, in: call.era)
  }

  /// The messages that tell the client of a changed tools list.
  func toolsListChanged() -> [[UInt8]] {
    var messages = subscriptions.values.filter(\.toolsListChanged).map {
      OwnMessages.toolsListChanged(on: $0.id)
    }
    if session != nil { messages.append(OwnMessages.toolsListChanged) }
    return messages
  }

  private mutating func cancel(_ id: RequestID?) -> [Action] {
    guard let id else { return [] }
    subscriptions[id] = nil
    guard let call = calls.removeValue(forKey: id) else { return [] }
    return [.cancel(number: call.number)]
  }

  private func refuse(
    _ id: RequestID?, _ code: Int, _ message: String, _ method: String? = nil,
    kind: RefusedRequest.Kind, data: [UInt8]? = nil, recording reason: String? = nil
  ) -> [Action] {
    let error = JSONRPCError(code: code, message: message.cut(toBytes: 512), data: data)
    return [
      .write(ResponseEncoder.encode(error, to: id)),
      .refused(
        RefusedRequest(
          kind: kind, reason: (reason ?? message).cut(toBytes: 512), transport: .stdio,
          method: method?.cut(toBytes: 128))),
    ]
  }
}

extension JSONRPCError {
  /// The revision spoken does not have this method.
  static let methodNotFound = JSONRPCError(code: Code.methodNotFound, message: "Method not found")
}

extension Subscription {
  /// The first message of this subscription.
  var acknowledgement: [UInt8] {
    OwnMessages.acknowledgement(of: id, toolsListChanged: toolsListChanged)
  }
}
