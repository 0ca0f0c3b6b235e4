import JSON

@testable import MCP
@testable import Reactor

/// A client at a stdio face, of either era, with moods: it cancels, answers late, twice, wrongly or
/// not at all, uses ids again, and hangs up.
final class SimulatedClient {
  let number: Int
  let principal: String
  let isStateless: Bool
  let limits = ClientFaceLimits()
  private(set) var machine: StdioMachine
  /// The tokens of the requests that wait for an answer, by the JSON text of their ids.
  private(set) var open: [String: String] = [:]
  private(set) var cancelled: Set<String> = []
  private unowned let world: SimulatedWorld
  /// Which server has the call with this number, and its id there.
  private var routes: [UInt64: SimulatedLink.Turn] = [:]
  private var callCount = 0
  private(set) var hasHungUp = false
  private var arguments: [String: (server: Int, asks: Int)] = [:]

  init(_ number: Int, in world: SimulatedWorld) {
    self.number = number
    self.world = world
    // Two clients may be one principal.
    principal = "principal-\(Int.random(in: 0...number, using: &world.random))"
    isStateless = world.chance(50)
    machine = StdioMachine(limits: limits)
  }

  func start(calls: Int) {
    if !isStateless {
      send(
        #"{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"protocolVersion":"2025-11-25","#
          + #""capabilities":{"elicitation":{"form":{},"url":{}},"roots":{}},"#
          + #""clientInfo":{"name":"c","version":"1"}}}"#)
      send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    }
    for _ in 0..<calls { world.soon(within: 2_000) { self.call() } }
    if world.chance(20) {
      world.soon(within: 2_000) {
        self.hasHungUp = true
        self.perform(self.machine.end())
      }
    }
  }

  private func send(_ line: String) {
    world.trace("c\(number) → \(line)")
    perform(machine.receive(.line(Array(line.utf8))))
  }

  // MARK: - Asking

  private func call() {
    guard !hasHungUp else { return }
    callCount += 1
    let token = "t\(number)-\(callCount)"
    let server = Int.random(in: 0..<world.links.count, using: &world.random)
    // Ids are used again once they are free; numbers and texts of one digit are different ids.
    let digit = Int.random(in: 1...9, using: &world.random)
    let id = world.chance(50) ? "\(digit)" : "\"\(digit)\""
    guard open[id] == nil else { return }
    open[id] = token
    let asks = world.chance(40) ? Int.random(in: 1...3, using: &world.random) : 0
    arguments[token] = (server, asks)
    world.facts[token] = SimulatedWorld.Fact(client: number, principal: principal, server: server)
    send(request(id, token, responses: nil, state: nil))
    if world.chance(15) {
      world.soon { self.cancel(id, token) }
    }
  }

  private func request(_ id: String, _ token: String, responses: String?, state: String?) -> String
  {
    let (server, asks) = arguments[token] ?? (0, 0)
    var params =
      "\"name\":\"s\(server)__do\",\"arguments\":{\"token\":\"\(token)\",\"asks\":\(asks)}"
    if let responses { params += ",\"inputResponses\":{\(responses)}" }
    if let state { params += ",\"requestState\":\(state)" }
    var meta = "\"progressToken\":\(id)"
    if isStateless {
      meta +=
        #","io.modelcontextprotocol/protocolVersion":"2026-07-28","#
        + #""io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}},"roots":{}}"#
    }
    return
      #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{\#(params),"_meta":{\#(meta)}}}"#
  }

  private func cancel(_ id: String, _ token: String) {
    guard open[id] == token, !hasHungUp else { return }
    cancelled.insert(token)
    open[id] = nil
    send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#)
  }

  // MARK: - Being told

  private func received(_ message: [UInt8]) {
    world.trace("c\(number) ← \(text(message))")
    guard let root = try? JSONDocument(parsing: message).root else {
      return world.violate("client \(number) was sent no JSON: \(text(message))")
    }
    if let method = root[member: "method"]?.string {
      if let id = root[member: "id"] { return asked(method, id, root[member: "params"]) }
      if method == "notifications/progress" { progressed(root[member: "params"]) }
      return
    }
    guard let id = root[member: "id"]?.description, id != #""hello""# else { return }
    guard let token = open[id] else {
      return world.violate("client \(number) was answered for \(id), which it does not wait for")
    }
    guard let result = root[member: "result"] else {
      open[id] = nil
      return
    }
    if result[member: "resultType"]?.equals("input_required") == true {
      return inputRequired(id, token, result)
    }
    open[id] = nil
    let told = result[member: "structuredContent"]?[member: "token"]?.string
    if told != token {
      world.violate("\(token) was answered with what belongs to \(told ?? "none")")
    }
  }

  private func progressed(_ params: JSONNode?) {
    guard let id = params?[member: "progressToken"]?.description,
      let message = params?[member: "message"]?.string
    else { return world.violate("progress of nothing") }
    // A notification that was under way when a call ended may come a little late; it must still be
    // of a call of this client.
    guard let token = open[id] else { return }
    if world.facts[message]?.client != number {
      world.violate("\(token) was told of the progress of \(message)")
    }
  }

  /// A request from the server, in a session.
  private func asked(_ method: String, _ id: JSONNode, _ params: JSONNode?) {
    if isStateless { world.violate("a stateless client was sent the request \(method)") }
    check(question: params)
    let id = id.description
    switch Int.random(in: 0..<10, using: &world.random) {
    case 0:
      world.soon {
        self.answer(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-1,"message":"no"}}"#)
      }
    case 1: return
    case 2:
      for _ in 0..<2 { world.soon { self.answer(self.accept(id)) } }
    case 3:
      world.soon {
        self.answer(self.accept(#""nobody's""#)); self.answer(self.accept(id))
      }
    default: world.soon { self.answer(self.accept(id)) }
    }
  }

  private func accept(_ id: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"result":{"action":"accept","content":{"by":"\#(principal)"}}}"#
  }

  private func answer(_ line: String) {
    guard !hasHungUp else { return }
    send(line)
  }

  /// A question may reach no other principal than the one whose call it is about.
  private func check(question params: JSONNode?) {
    guard let token = params?[member: "message"]?.string, let fact = world.facts[token] else {
      return world.violate("a question about nothing: \(params?.description ?? "-")")
    }
    if fact.principal != principal {
      world.violate("\(principal) was asked about \(token) of \(fact.principal)")
    }
  }

  private func inputRequired(_ id: String, _ token: String, _ result: JSONNode) {
    if !isStateless { return world.violate("a session was sent input_required") }
    open[id] = nil
    guard let requests = result[member: "inputRequests"],
      let state = result[member: "requestState"]?.description
    else { return world.violate("input_required without requests or state") }
    for (_, request) in requests.members { check(question: request[member: "params"]) }
    // It gives up, or comes back with a new id.
    if world.chance(10) {
      cancelled.insert(token)
      return
    }
    let responses = requests.members.map {
      "\"\($0.0)\":{\"action\":\"accept\",\"content\":{\"by\":\"\(principal)\"}}"
    }.joined(separator: ",")
    world.soon { self.retry(token, responses, state) }
  }

  private func retry(_ token: String, _ responses: String, _ state: String) {
    guard !hasHungUp else {
      cancelled.insert(token)
      return
    }
    callCount += 1
    let id = "\"retry-\(callCount)\""
    open[id] = token
    send(request(id, token, responses: responses, state: state))
  }

  // MARK: - What the machine wants

  private func perform(_ actions: [StdioMachine.Action]) {
    for action in actions {
      switch action {
      case .write(let message): if !hasHungUp { received(message.joined) }
      case .introduce(let introduction):
        let server = ServerDescription(name: "g", version: "1", instructions: nil)
        perform(machine.introduce(introduction, as: server))
      case .serve(let number, let request): serve(number, request)
      case .cancel(let number):
        guard let turn = routes[number] else { continue }
        world.links[turn.link].abort(turn)
      case .listen(let number, let filter, _):
        perform(machine.listened(number, .success(filter)))
      case .unlisten, .rootsChanged, .refused: continue
      }
    }
  }

  private func serve(_ number: UInt64, _ request: MCPRequest) {
    guard let name = request.params?[member: "name"]?.string,
      let server = Int(name.dropFirst().prefix { $0.isNumber }), server < world.links.count
    else { return answered(number, .failure(JSONRPCError(code: -32602, message: "no tool"))) }
    let upstream = UpstreamRequest(
      method: request.method, params: request.params, target: .name("do"), wantsProgress: true,
      timeout: .seconds(60), capabilities: ClientCapabilities(request.client.capabilities),
      principal: principal)
    let token = request.progressToken
    let turn = world.links[server].call(
      upstream,
      notices: { [unowned self] params in
        guard let token, let message = params[member: "message"]?.string else { return }
        received(
          Array(
            #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":\#(token.description),"message":"\#(message)"}}"#
              .utf8))
      },
      then: { [unowned self] outcome in
        routes[number] = nil
        switch outcome {
        case .success(.result(let result)): answered(number, .relayed(result))
        case .success(.error(let error)): answered(number, .relayedError(error))
        case .failure(let error):
          answered(number, .failure(JSONRPCError(code: -32603, message: error.reason)))
        }
      })
    if let turn { routes[number] = turn }
  }

  private func answered(_ number: UInt64, _ response: MCPResponse) {
    perform(machine.answer(number, response, now: world.now))
    guard let deadline = machine.deadline else { return }
    world.after(deadline - world.now) { self.perform(self.machine.expire(now: self.world.now)) }
  }
}
