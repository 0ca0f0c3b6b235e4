import JSON
import Reactor

/// Something that the client of a stdio face listens to.
struct StdioListening {
  enum Purpose {
    /// `subscriptions/listen`.
    case subscription(RequestID)
    /// `resources/subscribe`, of a session.
    case resource(String)
    /// The lists, of a session.
    case lists
    /// A task that a session began.
    case task
  }

  let purpose: Purpose
  /// The request that is answered once it is known what is honoured, or (in the stateless era) at
  /// the end.
  var request: RequestID?
  /// The batch that the answer goes into.
  var batch: UInt64?
  /// It is known what is honoured.
  var isAcknowledged = false
  var backlog = NotificationBacklog()

  func message(for notification: ServerNotification) -> OutgoingBytes? {
    switch (purpose, notification) {
    case (.subscription(let id), _):
      OutgoingBytes(OwnMessages.notification(notification, on: id))
    case (.resource, .resourceUpdated), (.lists, .listChanged), (.task, .task):
      OutgoingBytes(OwnMessages.notification(notification))
    case (.resource, _), (.lists, _), (.task, _): nil
    }
  }
}

extension StdioMachine {
  // MARK: the stateless era

  mutating func listen(_ id: RequestID, _ request: MCPRequest) throws(JSONRPCError) -> [Action] {
    let filter = try SubscriptionFilter(request.params, limits: limits)
    let subscriptions = listenings.values.count {
      if case .subscription = $0.purpose { true } else { false }
    }
    guard subscriptions < limits.maxStreamsPerSession else {
      throw JSONRPCError(code: Code.invalidRequest, message: "too many subscriptions")
    }
    let number = nextNumber()
    listenings[number] = StdioListening(purpose: .subscription(id), request: id)
    return [.listen(number: number, filter, request)]
  }

  // MARK: the session era

  /// Listens to the lists for the session, once.
  mutating func listenForSession() -> [Action] {
    guard let session, !session.listens else { return [] }
    self.session?.listens = true
    guard !session.lists.isEmpty else { return [] }
    let number = nextNumber()
    listenings[number] = StdioListening(purpose: .lists)
    let request = MCPRequest(
      method: "initialize", params: nil, client: session.client, messageBytes: 0,
      endpoint: endpoint)
    return [.listen(number: number, SubscriptionFilter(lists: session.lists), request)]
  }

  mutating func subscribe(_ id: RequestID, _ request: MCPRequest, in batch: UInt64?)
    throws(JSONRPCError) -> [Action]
  {
    let uri = try Self.uri(of: request)
    guard listening(to: uri) == nil else { return respondEmpty(id, in: batch) }
    let resources = listenings.values.count {
      if case .resource = $0.purpose { true } else { false }
    }
    guard resources < limits.maxResourcesPerSession else {
      throw JSONRPCError(
        code: Code.invalidRequest,
        message: "a session may be subscribed to \(limits.maxResourcesPerSession) resources")
    }
    let number = nextNumber()
    listenings[number] = StdioListening(purpose: .resource(uri), request: id, batch: batch)
    owe(batch)
    return [.listen(number: number, SubscriptionFilter(resources: [uri]), request)]
  }

  mutating func unsubscribe(_ id: RequestID, _ request: MCPRequest, in batch: UInt64?)
    throws(JSONRPCError) -> [Action]
  {
    let uri = try Self.uri(of: request)
    guard let (number, listening) = listening(to: uri) else { return respondEmpty(id, in: batch) }
    return end(listening, number) + respondEmpty(id, in: batch)
  }

  private static func uri(of request: MCPRequest) throws(JSONRPCError) -> String {
    guard let uri = request.params?[member: "uri"]?.string else {
      throw JSONRPCError(
        code: Code.invalidParams, message: "params.uri is required and must be a string")
    }
    return uri
  }

  private func listening(to uri: String) -> (UInt64, StdioListening)? {
    listenings.first {
      if case .resource(uri) = $0.value.purpose { true } else { false }
    }.map { ($0.key, $0.value) }
  }

  /// A new session takes nothing over.
  mutating func endSession() -> [Action] {
    var actions: [Action] = []
    for (number, listening) in listenings {
      if case .subscription = listening.purpose { continue }
      actions += end(listening, number)
    }
    session = nil
    return actions
  }

  // MARK: both

  /// What of the wish is honoured.
  mutating func listened(_ number: UInt64, _ result: Result<SubscriptionFilter, JSONRPCError>)
    -> [Action]
  {
    guard var listening = listenings[number] else { return [.unlisten(number: number)] }
    listening.isAcknowledged = true
    var actions: [Action] = []
    switch (listening.purpose, result) {
    case (.subscription(let id), .success(let honoured)):
      actions = [
        .write(OutgoingBytes(OwnMessages.acknowledgement(of: id, honouring: honoured)))
      ]
    case (.resource(let uri), .success(let honoured)):
      guard honoured.resources.contains(uri) else {
        return fail(listening, number, with: .notFound(uri)) + [.unlisten(number: number)]
      }
      actions = respondEmpty(&listening)
    case (.lists, .success): break
    case (.task, .success(let honoured)):
      guard !honoured.tasks.isEmpty else { return end(listening, number) }
    case (_, .failure(let error)): return fail(listening, number, with: error)
    }
    return actions + tellBacklog(of: listening, number)
  }

  private mutating func tellBacklog(of listening: StdioListening, _ number: UInt64) -> [Action] {
    var listening = listening
    let waiting = listening.backlog.takeAll()
    listenings[number] = listening
    var actions: [Action] = waiting.compactMap { listening.message(for: $0) }.map { .write($0) }
    if case .task = listening.purpose, waiting.contains(where: { SessionTask.ended(by: $0) != nil })
    {
      actions += end(listening, number)
    }
    return actions
  }

  /// Something changed.
  /// - Parameter isBlocked: the client does not read.
  mutating func told(_ number: UInt64, _ notification: ServerNotification, isBlocked: Bool)
    -> [Action]
  {
    guard let listening = listenings[number],
      let message = listening.message(for: notification)
    else { return [] }
    guard listening.isAcknowledged, !isBlocked else {
      listenings[number]?.backlog.put(notification)
      return []
    }
    guard case .task = listening.purpose, SessionTask.ended(by: notification) != nil else {
      return [.write(message)]
    }
    return [.write(message)] + end(listening, number)
  }

  /// Has a session told of a task that it began, until that is over.
  mutating func follow(_ task: String, of call: MCPRequest) -> [Action] {
    let followed = listenings.values.count {
      if case .task = $0.purpose { true } else { false }
    }
    guard session != nil, !hasEnded, followed < limits.maxTasksPerSession else { return [] }
    let number = nextNumber()
    listenings[number] = StdioListening(purpose: .task)
    let request = MCPRequest(
      method: "subscriptions/listen", params: nil, client: call.client, messageBytes: 0,
      endpoint: call.endpoint)
    return [.listen(number: number, SubscriptionFilter(tasks: [task]), request)]
  }

  /// The client reads again.
  mutating func drained() -> [Action] {
    var actions: [Action] = []
    for (number, listening) in listenings
    where listening.isAcknowledged && !listening.backlog.waiting.isEmpty {
      actions += tellBacklog(of: listening, number)
    }
    return actions
  }

  /// Ends well: a subscription with its result, a wish that is not yet answered with success.
  mutating func end(_ listening: StdioListening, _ number: UInt64) -> [Action] {
    listenings[number] = nil
    var listening = listening
    let answer: [Action] =
      switch listening.purpose {
      case .subscription(let id): [.write(encoder.subscriptionEnd(id))]
      case .resource, .lists, .task: respondEmpty(&listening)
      }
    // One that is still beginning is ended by `listened`.
    return answer + (listening.isAcknowledged ? [.unlisten(number: number)] : [])
  }

  private mutating func fail(
    _ listening: StdioListening, _ number: UInt64, with error: JSONRPCError
  ) -> [Action] {
    listenings[number] = nil
    guard let id = listening.request else { return [] }
    return settle(ResponseEncoder.encode(error, to: id), to: id, in: listening.batch)
  }

  private mutating func respondEmpty(_ listening: inout StdioListening) -> [Action] {
    guard let id = listening.request else { return [] }
    listening.request = nil
    return settle(
      ResponseEncoder.encode(sessionResult: Array("{}".utf8), to: id), to: id,
      in: listening.batch)
  }
}

extension JSONRPCError {
  /// No such resource for this client, as sessions are told (MCP 2025-11-25, server/resources).
  fileprivate static func notFound(_ uri: String) -> JSONRPCError {
    var data = JSONWriter(reservingCapacity: 64)
    data.beginObject()
    data.name("uri")
    data.string(uri)
    data.endObject()
    return JSONRPCError(
      code: MissingResource.code, message: "Resource not found", data: data.bytes)
  }
}
