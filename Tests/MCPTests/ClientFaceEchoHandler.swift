import JSON
import Synchronization

@testable import MCP
@testable import Reactor

/// A small gate that answers for itself: what stands behind the faces under test.
///
/// Tools: `echo` gives its arguments back; `progress` sends three notifications and then echoes;
/// `distant` does so from another thread, and goes on without ever having suspended;
/// `flood` sends a thousand; `wait` answers when it is released or cancelled; `stubborn` only when
/// it is released; `release` releases all. `ask` asks the client what its argument `requests` says
/// and gives the answers back, after as many rounds as its argument `rounds` says; `endless` only
/// ever hands back a state; `waitThenAsk` waits before it asks; `where` tells what it knows of the
/// request.
final class EchoHandler: RequestHandler {
  struct State {
    var started: [String] = []
    var cancelled: [String] = []
    var refused: [RefusedRequest] = []
    var waiting: [WaitGate] = []
    var flooded = false
    var listeners: [Int: Listener] = [:]
    var listened: [SubscriptionFilter] = []
    var listenRequests: [String] = []
    /// The `inputResponses` of every call that came back with some.
    var answers: [String] = []
    /// Whose roots changed, and where.
    var roots: [String] = []
  }

  struct Listener: Sendable {
    let filter: SubscriptionFilter
    let tell: @Sendable (ServerNotification) -> Void
  }

  let state = Mutex(State())
  /// Bearer tokens and whom they stand for; empty means that nobody has to say who they are.
  let tokens: [String: String]

  init(tokens: [String: String] = [:]) { self.tokens = tokens }

  /// Notifications of 4 kB that `flood` sends at once.
  static let floodCount = 1000
  var flooded: Bool { state.withLock { $0.flooded } }
  var started: [String] { state.withLock { $0.started } }
  var cancelled: [String] { state.withLock { $0.cancelled } }
  var answers: [String] { state.withLock { $0.answers } }
  var listened: [SubscriptionFilter] { state.withLock { $0.listened } }
  var roots: [String] { state.withLock { $0.roots } }
  var listenerCount: Int { state.withLock { $0.listeners.count } }
  var refused: [RefusedRequest.Kind] { state.withLock { $0.refused.map(\.kind) } }

  func authenticate(_ credential: Credential, transport: ClientTransport, peer: String?)
    async
    throws(AuthenticationFailure) -> String
  {
    guard !tokens.isEmpty else { return "anyone" }
    guard case .bearer(let token) = credential, let name = tokens[token] else {
      throw AuthenticationFailure(message: "a valid token is required")
    }
    return name
  }

  func sessionKey(of principal: String) -> String { principal }

  func describe(to principal: String, at endpoint: Endpoint) -> ServerDescription? {
    if endpoint == .profile("none") || endpoint == .server("none") { return nil }
    var capabilities = ServerCapabilities()
    capabilities.lists = [.tools, .prompts, .resources]
    capabilities.announces = [.tools, .prompts, .resources]
    capabilities.resourceUpdates = true
    capabilities.logging = true
    return ServerDescription(
      name: "echo", version: "1",
      instructions: endpoint == .everything ? "for \(principal)" : "at \(endpoint)",
      capabilities: capabilities)
  }

  /// Honours all but resources that are named `secret`.
  func listen(
    for filter: SubscriptionFilter, request: MCPRequest, as principal: String,
    telling tell: @escaping @Sendable (ServerNotification) -> Void
  ) async -> Result<Listening, JSONRPCError> {
    if filter.resources == ["denied"] {
      return .failure(JSONRPCError(code: -32602, message: "no such resource"))
    }
    var honoured = filter
    honoured.resources.removeAll { $0 == "secret" }
    let listener = Listener(filter: honoured, tell: tell)
    let number = state.withLock { state in
      state.listened.append(filter)
      state.listenRequests.append(request.method)
      let number = state.listened.count
      state.listeners[number] = listener
      return number
    }
    return .success(
      Listening(honoured: honoured) { [self] in state.withLock { $0.listeners[number] = nil } })
  }

  /// Tells all that listen to it of a change.
  func change(_ change: ServerNotification) {
    for listener in state.withLock({ Array($0.listeners.values) }) {
      let isWanted =
        switch change {
        case .listChanged(let kind): listener.filter.lists.contains(kind)
        case .resourceUpdated(let uri): listener.filter.resources.contains(uri)
        case .task: !listener.filter.tasks.isEmpty
        }
      if isWanted { listener.tell(change) }
    }
  }

  func rootsChanged(_ notification: MCPRequest, as principal: String) {
    let capabilities = ClientCapabilities(notification.client.capabilities)
    state.withLock {
      $0.roots.append("\(principal) at \(notification.endpoint) \(capabilities.rootsListChanged)")
    }
  }

  func refused(_ request: RefusedRequest, principal: String?) async {
    state.withLock { $0.refused.append(request) }
  }

  func handle(_ request: MCPRequest, as principal: String, notifying: ClientNotifier) async
    -> MCPResponse
  {
    guard request.method == "tools/call" else {
      return request.method == "tools/list"
        ? .built(Array(#"{"resultType":"complete","tools":[],"ttlMs":0}"#.utf8))
        : .failure(JSONRPCError(code: -32601, message: "Method not found"))
    }
    let tool = request.params?[member: "name"]?.string ?? ""
    state.withLock { $0.started.append(tool) }
    switch tool {
    case "echo": return echo(request)
    case "progress":
      sendProgress(of: request, to: notifying)
      return echo(request)
    case "distant":
      await withUnsafeContinuation { continuation in
        do {
          try Thread(name: "distant") {
            self.sendProgress(of: request, to: notifying)
            continuation.resume()
          }.join()
        } catch {
          continuation.resume()
        }
      }
      return echo(request)
    case "wait":
      await wait()
      return echo(request)
    case "stubborn":
      let gate = WaitGate()
      state.withLock { $0.waiting.append(gate) }
      _ = await gate.wait()
      return echo(request)
    case "flood":
      let padding = String(repeating: "f", count: 4 << 10)
      for step in 1...Self.floodCount {
        notifying.send(
          Array(
            #"{"jsonrpc":"2.0","method":"notifications/progress","step":\#(step),"p":"\#(padding)"}"#
              .utf8))
      }
      state.withLock { $0.flooded = true }
      return echo(request)
    case "ask": return ask(request)
    case "waitThenAsk":
      if request.params?[member: "requestState"] == nil { await wait() }
      return ask(request)
    case "endless":
      return .built(Array(#"{"resultType":"input_required","requestState":"s"}"#.utf8))
    case "where":
      return .built(
        Array(
          """
          {"level":"\(request.logLevel?.rawValue ?? "none")","at":"\(request.endpoint)",\
          "headers":"\(request.parameterHeaders.map { "\($0.name)=\($0.value)" }.joined())"}
          """.utf8))
    case "release":
      release()
      return echo(request)
    default:
      return .failure(JSONRPCError(code: -32602, message: "unknown tool"))
    }
  }

  /// Lets all that wait answer.
  func release() {
    for gate in state.withLock({ $0.waiting }) { gate.open(true) }
  }

  private func sendProgress(of request: MCPRequest, to notifier: ClientNotifier) {
    let token = request.progressToken.map { text($0.raw) } ?? "null"
    for step in 1...3 {
      notifier.send(
        Array(
          """
          {"jsonrpc":"2.0","method":"notifications/progress","params":\
          {"progressToken":\(token),"progress":\(step)}}
          """.utf8))
    }
  }

  /// The state counts the rounds.
  private func ask(_ request: MCPRequest) -> MCPResponse {
    let arguments = request.params?[member: "arguments"]
    let asked = request.params?[member: "requestState"]?.string.flatMap(Int.init) ?? 0
    if let answers = request.params?[member: "inputResponses"] {
      state.withLock { $0.answers.append(text(answers.raw)) }
    }
    guard asked < arguments?[member: "rounds"]?.int64 ?? 1 else {
      let answers = request.params?[member: "inputResponses"].map { text($0.raw) } ?? "null"
      return .built(Array("{\"answers\":\(answers)}".utf8))
    }
    let requests = arguments?[member: "requests"].map { text($0.raw) } ?? "{}"
    return .built(
      Array(
        """
        {"resultType":"input_required","inputRequests":\(requests),"requestState":"\(asked + 1)"}
        """.utf8))
  }

  private func echo(_ request: MCPRequest) -> MCPResponse {
    guard let arguments = request.params?[member: "arguments"] else { return .built([0x7B, 0x7D]) }
    return .relayed(arguments)
  }

  /// Until released or cancelled.
  private func wait() async {
    let gate = WaitGate()
    state.withLock { $0.waiting.append(gate) }
    let wasReleased = await withTaskCancellationHandler {
      await gate.wait()
    } onCancel: {
      gate.open(false)
    }
    if !wasReleased { state.withLock { $0.cancelled.append("wait") } }
  }
}

/// Something to wait for that opens once, with why.
final class WaitGate: Sendable {
  private struct State {
    var outcome: Bool?
    var waiter: CheckedContinuation<Bool, Never>?
  }

  private let state = Mutex(State())

  func wait() async -> Bool {
    await withCheckedContinuation { continuation in
      let outcome = state.withLock { state -> Bool? in
        if state.outcome == nil { state.waiter = continuation }
        return state.outcome
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }

  func open(_ outcome: Bool) {
    let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: outcome)
  }
}

/// Waits until a condition holds; false when it did not within ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(10)
  while !condition() {
    guard clock.now < deadline else { return false }
    try? await Task.sleep(for: .milliseconds(1))
  }
  return true
}
