import JSON
import Reactor

/// The stdio client face: one client, both eras in one process, because clients are known to
/// `initialize` after a successful `server/discover` (MCP 2026-07-28, basic/transports/stdio).
/// Lines, answers, notifications and times go in, actions come out. No I/O, no clock.
struct StdioMachine {
  enum Action {
    /// A whole message, without a line end.
    case write(OutgoingBytes)
    /// Ask what is offered at the endpoint, and go on with `introduce`.
    case introduce(Introduction)
    /// Serve a request, and go on with `answer`.
    case serve(number: UInt64, MCPRequest)
    /// Stop a call; its answer will be discarded.
    case cancel(number: UInt64)
    /// Begin to listen, and go on with `listened`.
    case listen(number: UInt64, SubscriptionFilter, MCPRequest)
    /// Listen no more.
    case unlisten(number: UInt64)
    /// Tell what stands behind the face.
    case rootsChanged(MCPRequest)
    /// To be recorded.
    case refused(RefusedRequest)
  }

  /// A client that wants to know what is offered.
  enum Introduction {
    case discover(RequestID)
    case initialize(RequestID, Handshake)
  }

  struct Session {
    let client: ClientDescription
    var logLevel = LogLevel.ofNewSession
    /// The lists whose changes it is told of.
    let lists: Set<ListKind>
    /// It listens to changes of the lists: from when it said that it is initialized.
    var listens = false
  }

  /// A request that is being served.
  struct Call {
    let number: UInt64
    /// As the client sent it.
    let request: MCPRequest
    /// The batch that its answer goes into.
    let batch: UInt64?
    /// How often it asked something of the client.
    var rounds = 0
    var question: Question?
  }

  /// What the client of a call is being asked.
  struct Question {
    var round: InputRound
    /// The keys in the round of the requests that are not answered.
    var open: [Int64: String]
    let deadline: MonotonicTime
  }

  typealias Code = JSONRPCError.Code

  let limits: ClientFaceLimits
  let encoder: ResponseEncoder
  /// The view that the client has. Its first message may choose another.
  private(set) var endpoint: Endpoint
  var session: Session?
  var calls: [RequestID: Call] = [:]
  /// The calls that ask, by the ids of our requests.
  var asking: [Int64: RequestID] = [:]
  var listenings: [UInt64: StdioListening] = [:]
  var batches: [UInt64: StdioBatch] = [:]
  /// Ids of calls, listenings, batches and our requests count up and are never used again.
  private var lastNumber: UInt64 = 0
  private var isFirstMessage = true
  /// The client will send nothing more.
  private(set) var hasEnded = false

  init(
    endpoint: Endpoint = .everything, name: String = Product.name,
    version: String = Product.version, limits: ClientFaceLimits
  ) {
    self.endpoint = endpoint
    self.limits = limits
    encoder = ResponseEncoder(name: name, version: version)
  }

  /// Calls that are being served.
  var callCount: Int { calls.count }

  mutating func nextNumber() -> UInt64 {
    lastNumber += 1
    return lastNumber
  }

  /// Takes what the framer made of the input.
  mutating func receive(_ event: LineFramer.Event) -> [Action] {
    defer { isFirstMessage = false }
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
    if document.root.kind == .array, session?.client.version == .v2025_03_26 {
      return receive(batch: document.root)
    }
    return receive(message: document.root, bytes: line.count, in: nil)
  }

  mutating func receive(message: JSONNode, bytes: Int, in batch: UInt64?) -> [Action] {
    do {
      switch try JSONRPCMessage(message) {
      case .request(let id, let method, let params):
        return receive(request: method, id, params, bytes: bytes, in: batch)
      case .notification(let method, let params): return receive(notification: method, params)
      case .result(let id, let result): return answered(id, .success(result))
      case .failure(let id, let error): return answered(id, .failure(.init(error)))
      }
    } catch {
      return refuse(error.id, Code.invalidRequest, error.message, kind: .malformed, in: batch)
    }
  }

  private mutating func receive(notification method: String, _ params: JSONNode?) -> [Action] {
    switch method {
    case "notifications/cancelled":
      return cancel(params?[member: "requestId"].flatMap(RequestID.init))
    case "notifications/initialized": return listenForSession()
    case Endpoint.notification:
      if isFirstMessage, let chosen = Endpoint(params) { endpoint = chosen }
      return []
    case OwnMessages.rootsChanged:
      guard let session else { return [] }
      return [
        .rootsChanged(
          MCPRequest(
            method: method, params: nil, client: session.client, messageBytes: 0,
            endpoint: endpoint))
      ]
    default: return []
    }
  }

  func refuse(
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

  /// As above; the answer goes into the batch, if there is one.
  mutating func refuse(
    _ id: RequestID?, _ code: Int, _ message: String, _ method: String? = nil,
    kind: RefusedRequest.Kind, data: [UInt8]? = nil, in batch: UInt64?
  ) -> [Action] {
    refuse(id, code, message, method, kind: kind, data: data).flatMap { action in
      if case .write(let message) = action {
        respond(message, to: id, in: batch)
      } else {
        [action]
      }
    }
  }

  // MARK: the end

  /// When the next question has waited long enough.
  var deadline: MonotonicTime? {
    asking.isEmpty ? nil : calls.values.lazy.compactMap(\.question?.deadline).min()
  }

  /// The client will send nothing more: what it is asked stays unanswered, and it is told of
  /// nothing more.
  mutating func end() -> [Action] {
    hasEnded = true
    var actions: [Action] = []
    for (id, call) in calls where call.question != nil { actions += giveUp(id, telling: nil) }
    for (number, listening) in listenings.sorted(by: { $0.key < $1.key }) {
      actions += end(listening, number)
    }
    return actions
  }
}
