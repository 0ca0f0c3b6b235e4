import JSON

@testable import MCP
@testable import Reactor

/// One upstream: the machine of its connection, and the server at the other end.
final class SimulatedLink {
  /// A call that somebody waits for.
  struct Turn {
    let link: Int
    let id: Int64
  }

  private struct Waiting {
    let notices: (JSONNode) -> Void
    let then: (Result<UpstreamReply, UpstreamError>) -> Void
  }

  let number: Int
  private(set) var machine = ConnectionMachine()
  private var server: SimulatedServer
  private var waiting: [Int64: Waiting] = [:]
  private unowned let world: SimulatedWorld
  private var generation = 0
  private var toServer = Pipe()

  init(_ number: Int, in world: SimulatedWorld) {
    self.number = number
    self.world = world
    server = SimulatedServer(number, isStateless: world.chance(50), in: world)
  }

  func connect() {
    server.link = self
    perform(machine.opened())
  }

  // MARK: - From the client's side

  /// Nil when the answer is there already, or nothing was sent.
  func call(
    _ request: UpstreamRequest, notices: @escaping (JSONNode) -> Void,
    then: @escaping (Result<UpstreamReply, UpstreamError>) -> Void
  ) -> Turn? {
    switch machine.call(request) {
    case .notReady:
      then(.failure(.unavailable(reason: "it is being connected")))
      return nil
    case .answered(let reply):
      then(.success(reply))
      return nil
    case .began(let id, let actions):
      if waiting[id] != nil { world.violate("two wait for one call") }
      waiting[id] = Waiting(notices: notices, then: then)
      perform(actions)
      return Turn(link: number, id: id)
    }
  }

  func abort(_ turn: Turn) { perform(machine.abort(turn.id, because: .cancelled)) }

  // MARK: - From the server's side

  /// A message from the server of this connection arrives.
  func deliver(_ message: String, of generation: Int) {
    guard generation == self.generation else { return }
    world.trace("← s\(number) \(message)")
    perform(machine.received(Array(message.utf8)))
  }

  /// The connection ends, and another begins.
  func lose() {
    world.trace("s\(number) crashes")
    generation += 1
    let old = machine
    perform(machine.closed(reason: "it crashed"))
    _ = old
    server = SimulatedServer(number, isStateless: server.isStateless, in: world)
    server.generation = generation
    machine = ConnectionMachine(after: machine)
    connect()
  }

  private func perform(_ actions: [ConnectionMachine.Action]) {
    for action in actions {
      switch action {
      case .send(let message, _):
        guard !message.contains(0x0A) else {
          world.violate("a message of two lines")
          continue
        }
        let (server, generation) = (server, generation)
        toServer.send(in: world) {
          guard generation == self.generation else { return }
          self.world.trace("→ s\(self.number) \(text(message))")
          server.received(message)
        }
      case .complete(let id, let outcome):
        guard let call = waiting.removeValue(forKey: id) else { continue }
        call.then(outcome)
      case .notice(let id, .progress(let params)): waiting[id]?.notices(params)
      case .notice, .ready, .listChanged, .resourceUpdated, .taskChanged, .reprobe, .note:
        continue
      case .deadline(let deadline, let delay):
        let generation = generation
        world.after(delay) {
          guard !deadline.isOfConnection || generation == self.generation else { return }
          self.perform(self.machine.deadlinePassed(deadline, handle: self.world.newHandle()))
        }
      case .abandon: lose()
      }
    }
  }
}

/// An MCP server with one tool that changes something, of either era, with moods: it asks, is slow,
/// answers twice or to ids that nobody used, says things that are no messages, and crashes.
final class SimulatedServer {
  let isStateless: Bool
  var generation = 0
  unowned var link: SimulatedLink?
  private let number: Int
  private unowned let world: SimulatedWorld
  private var toClient = Pipe()
  private var questionCount = 0
  /// In the session era: calls that wait for an answer, by the ids of questions.
  private var asking: [String: (call: String, token: String, left: Int)] = [:]

  init(_ number: Int, isStateless: Bool, in world: SimulatedWorld) {
    self.number = number
    self.isStateless = isStateless
    self.world = world
  }

  private func send(_ message: String) {
    let generation = generation
    toClient.send(in: world) { [weak self] in self?.link?.deliver(message, of: generation) }
  }

  func received(_ message: [UInt8]) {
    guard let root = try? JSONDocument(parsing: message).root else {
      return world.violate("server \(number) was sent no JSON: \(text(message))")
    }
    guard let method = root[member: "method"]?.string else { return answered(root) }
    guard let id = root[member: "id"]?.description else { return }
    switch method {
    case "server/discover":
      isStateless
        ? send(
          #"{"jsonrpc":"2.0","id":\#(id),"result":{"resultType":"complete","#
            + #""supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"}}"#
        )
        : send(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32601,"message":"?"}}"#)
    case "initialize":
      send(
        #"{"jsonrpc":"2.0","id":\#(id),"result":{"protocolVersion":"2025-11-25","#
          + #""capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}"#)
    case "tools/call": called(id, root[member: "params"])
    default: send(#"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
    }
  }

  private func called(_ id: String, _ params: JSONNode?) {
    guard let arguments = params?[member: "arguments"],
      let token = arguments[member: "token"]?.string,
      params?[member: "name"]?.equals("do") == true
    else { return world.violate("a call without its arguments") }
    if world.chance(2) {
      world.soon { [weak self] in self?.link?.lose() }
    }
    if world.chance(3) { send("not a message") }
    if world.chance(3) {
      send(#"{"jsonrpc":"2.0","id":999999,"result":{"structuredContent":{"token":"?"}}}"#)
    }
    let asks = arguments[member: "asks"]?.int64 ?? 0
    if isStateless {
      let round =
        params?[member: "requestState"]?.string.flatMap { Int($0.split(separator: "/").last ?? "") }
        ?? 0
      if let state = params?[member: "requestState"]?.string, !state.hasPrefix(token + "/") {
        world.violate("\(token) came with the state \(state)")
      }
      if let responses = params?[member: "inputResponses"] { check(responses, token) }
      if round < asks {
        return send(
          #"{"jsonrpc":"2.0","id":\#(id),"result":{"resultType":"input_required","inputRequests":{"q":"#
            + #"{"method":"elicitation/create","params":{"mode":"form","message":"\#(token)","requestedSchema":{"type":"object","properties":{}}}}},"#
            + #""requestState":"\#(token)/\#(round + 1)"}}"#)
      }
      world.facts[token]?.runs += 1
      return finish(id, token)
    }
    if params?[member: "requestState"] != nil || params?[member: "inputResponses"] != nil {
      world.violate("a server with sessions was sent what only the stateless era has")
    }
    world.facts[token]?.runs += 1
    asks > 0 ? ask(id, token, Int(asks)) : finish(id, token)
  }

  private func ask(_ id: String, _ token: String, _ left: Int) {
    questionCount += 1
    // Its own ids look like ours.
    let question = world.chance(50) ? "\(questionCount)" : "\"\(questionCount)\""
    asking[question] = (id, token, left - 1)
    send(
      #"{"jsonrpc":"2.0","id":\#(question),"method":"elicitation/create","#
        + #""params":{"message":"\#(token)","requestedSchema":{"type":"object","properties":{}}}}"#)
  }

  /// The answer to a question of its own.
  private func answered(_ root: JSONNode) {
    guard let id = root[member: "id"]?.description, let call = asking.removeValue(forKey: id) else {
      return world.violate("server \(number) was answered what it did not ask: \(root.description)")
    }
    if let result = root[member: "result"] { check(content: result, call.token) }
    call.left > 0 ? ask(call.call, call.token, call.left) : finish(call.call, call.token)
  }

  private func check(_ responses: JSONNode, _ token: String) {
    for (_, response) in responses.members { check(content: response, token) }
  }

  /// Only the principal whose call it is can have answered.
  private func check(content response: JSONNode, _ token: String) {
    guard let by = response[member: "content"]?[member: "by"]?.string else { return }
    if by != world.facts[token]?.principal { world.violate("\(by) answered for \(token)") }
  }

  private func finish(_ id: String, _ token: String) {
    if world.chance(30) {
      send(
        #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":\#(id),"progress":1,"message":"\#(token)"}}"#
      )
    }
    let type = isStateless ? #""resultType":"complete","# : ""
    let answer =
      #"{"jsonrpc":"2.0","id":\#(id),"result":{\#(type)"content":[],"structuredContent":{"token":"\#(token)"}}}"#
    send(answer)
    if world.chance(5) { send(answer) }
  }
}

/// One direction of a connection: late, but in order.
private struct Pipe {
  private var free = MonotonicTime(nanoseconds: 0)

  mutating func send(in world: SimulatedWorld, _ deliver: @escaping () -> Void) {
    let delay = Duration.microseconds(Int.random(in: 0...10_000, using: &world.random))
    free = max(free, world.now + delay)
    world.after(free - world.now, deliver)
  }
}
