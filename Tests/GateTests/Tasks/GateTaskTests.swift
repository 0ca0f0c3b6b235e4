import Crypto
import Identity
import JSON
import Ledger
import Reactor
import Synchronization
import Testing

@testable import Gate
@testable import MCP

@Suite("Calls that go on as tasks")
struct GateTaskTests {
  static let capabilities = #"{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#

  static func peer() throws -> UpstreamPeer {
    var peer = try everythingPeer()
    peer.capabilities.extensions[ProtocolExtension.tasks] = Array("{}".utf8)
    return peer
  }

  static let created = #"{"resultType":"task","taskId":"inner-1","status":"working","ttlMs":1.0}"#

  /// A bench whose upstream makes a task of each call and tells of it what `state` says.
  static func bench(
    policy: String = GateBench.permitAll, yaml: String = "", peer: UpstreamPeer? = nil,
    keys: StateKeys = StateKeys(),
    state: String = #"{"resultType":"complete","taskId":"inner-1","status":"working"}"#
  ) async throws -> GateBench {
    let created = try json(Self.created)
    let state = try json(state)
    return try await GateBench(
      policy: policy, yaml: yaml, peer: peer ?? Self.peer(), keys: keys,
      answer: { request, _ in
        .success(.result(request.method == "tools/call" ? created : state))
      })
  }

  private func begin(
    _ bench: GateBench, capabilities: String? = Self.capabilities
  ) async throws -> MCPResponse {
    await bench.handle(
      "tools/call", try json(#"{"name":"notes__add"}"#), capabilities: capabilities)
  }

  private func task(
    _ bench: GateBench, _ method: String, _ id: String, _ more: String = "",
    as caller: Caller? = nil, capabilities: String? = Self.capabilities
  ) async throws -> MCPResponse {
    await bench.handle(
      method, try json(#"{"taskId":"\#(id)"\#(more)}"#), as: caller, capabilities: capabilities)
  }

  private func id(_ response: MCPResponse) throws -> String {
    try #require(response.result?[member: "taskId"]?.string)
  }

  @Test func `a task's id is sealed, and leads back to its upstream`() async throws {
    let bench = try await Self.bench()
    let answer = try await begin(bench)
    let id = try id(answer)
    #expect(id != "inner-1")
    #expect(answer.result?[member: "resultType"]?.string == "task")
    #expect(answer.result?[member: "ttlMs"]?.description == "1.0")
    #expect(
      bench.upstream.arrivals.first?.request.capabilities.extensions.keys.sorted()
        == [ProtocolExtension.tasks])
    for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
      let more = method == "tasks/update" ? #","inputResponses":{"k":{"a":1.0}}"# : ""
      let state = try await task(bench, method, id, more)
      #expect(state.result?[member: "taskId"]?.string == id)
      let sent = try #require(bench.upstream.arrivals.last?.request)
      #expect(sent.method == method)
      #expect(sent.target == .task("inner-1"))
    }
    #expect(
      bench.upstream.arrivals.last?.request.params?[member: "inputResponses"]?.description
        == #"{"k":{"a":1.0}}"#)
    let records = try bench.records()
    #expect(records[1].text("status") == "task")
    #expect(
      records.filter { $0.text("kind") == "decision" }.map { $0.text("method") }
        == ["tools/call", "tasks/get", "tasks/cancel", "tasks/update"])
    #expect(records.allSatisfy { $0.text("kind") != "decision" || $0.text("tool") == "add" })
    bench.end()
  }

  /// §2.8 corner 18.
  @Test func `only clients and upstreams that know tasks get them`() async throws {
    let bench = try await Self.bench()
    #expect(try await begin(bench, capabilities: #"{"extensions":{}}"#).denial == "upstream_failed")
    #expect(try await begin(bench, capabilities: nil).denial == "upstream_failed")
    bench.end()
    let other = try await Self.bench(peer: everythingPeer())
    #expect(try await begin(other).denial == "upstream_failed")
    other.end()
  }

  @Test(arguments: ["tasks/get", "tasks/update", "tasks/cancel"])
  func `a client that did not declare tasks is told what it lacks`(method: String) async throws {
    let bench = try await Self.bench()
    guard
      case .failure(let error) = try await task(bench, method, "x", capabilities: #"{"roots":{}}"#)
    else {
      Issue.record("not refused")
      return
    }
    #expect(error.code == JSONRPCError.Code.missingRequiredClientCapability)
    let data = try JSONDocument(parsing: try #require(error.data)).root
    #expect(
      data[member: "requiredCapabilities"]?[member: "extensions"]?[
        member: ProtocolExtension.tasks] != nil)
    #expect(try bench.records().map { $0.text("kind") } == ["refused"])
    bench.end()
  }

  @Test func `an id that is another's, changed or made up is unknown`() async throws {
    let bench = try await Self.bench()
    let id = try id(try await begin(bench))
    let other = await bench.caller(named: "other")
    let continuation = try StateSeal(keys: StateKeys()).seal([1], for: .task, at: Gate.now)
    for (id, caller) in [
      (id, other), (String(id.dropLast(4)) + "AAAA", nil), ("inner-1", nil), (continuation, nil),
    ] {
      let response = try await task(bench, "tasks/get", id, as: caller)
      #expect(response.errorCode == JSONRPCError.Code.invalidParams)
    }
    #expect(bench.upstream.arrivals.count == 1)
    #expect(
      try bench.records([.refused]).map { $0.text("refusal") }
        == Array(repeating: "invalid_state", count: 4))
    bench.end()
  }

  @Test func `policy that denies the tool whatever its arguments denies its tasks`() async throws {
    let keys = StateKeys()
    let created = try json(Self.created)
    let policies = [
      GateBench.permitAll: true,
      #"permit (principal, action, resource) when { context.input.n == 1 };"#: true,
      #"""
      permit (principal, action, resource);
      forbid (principal, action == Sallyport::Action::"notes__add", resource);
      """#: false,
      #"permit (principal, action == Sallyport::Action::"list", resource);"#: false,
    ]
    let maker = try await GateBench(
      peer: Self.peer(), keys: keys, answer: { _, _ in .success(.result(created)) })
    let id = try id(try await begin(maker))
    for (policy, isAllowed) in policies {
      let bench = try await GateBench(
        policy: policy, peer: Self.peer(), keys: keys,
        answer: { _, _ in .success(.result(GateBench.greeting)) })
      let response = try await task(bench, "tasks/cancel", id)
      #expect((response.result != nil) == isAllowed, "\(policy)")
      #expect(response.errorCode == (isAllowed ? nil : JSONRPCError.Code.denied))
      #expect(bench.upstream.arrivals.count == (isAllowed ? 1 : 0))
      bench.end()
    }
    maker.end()
  }

  @Test func `a task's questions pass policy, and its result is rewritten`() async throws {
    let asking = #"""
      {"resultType":"complete","taskId":"inner-1","status":"input_required","inputRequests":{"k":
      {"method":"elicitation/create","params":{"message":"Who?","requestedSchema":
      {"type":"object","properties":{"name":{"type":"string"}}}}}}}
      """#
    let bench = try await Self.bench(state: asking)
    let id = try id(try await begin(bench))
    let asked = try await task(bench, "tasks/get", id)
    #expect(asked.result?.pointer("/inputRequests/k/params/message")?.string == "[notes] Who?")
    bench.end()

    let strict = try await Self.bench(
      policy: """
        permit (principal, action, resource) unless { action == Sallyport::Action::"elicit" };
        """, state: asking)
    let other = try self.id(try await begin(strict))
    #expect(try await task(strict, "tasks/get", other).errorCode == JSONRPCError.Code.denied)
    strict.end()

    let done = try await Self.bench(
      state: #"""
        {"taskId":"inner-1","status":"completed","result":{"content":[{"type":"resource_link",
        "uri":"note://1","name":"n"}]}}
        """#)
    let third = try self.id(try await begin(done))
    #expect(
      try await task(done, "tasks/get", third).result?.pointer("/result/content/0/uri")?.string
        == "notes+note://1")
    done.end()
  }

  @Test func `what upstreams offer of tasks is offered on`() async throws {
    let bench = try await Self.bench()
    let described = await bench.loop.perform { [gate = bench.gate, caller = bench.caller] in
      gate.describe(to: caller, at: .everything)
    }
    #expect(described?.capabilities.extensions.keys.sorted() == [ProtocolExtension.tasks])
    bench.end()
  }

  private static let asking = #"""
    {"resultType":"complete","taskId":"inner-1","status":"input_required","inputRequests":{"k":
    {"method":"elicitation/create","params":{"message":"Who?","requestedSchema":
    {"type":"object","properties":{"name":{"type":"string"}}}}}}}
    """#

  @Test func `questions that a task repeats are on record once, and others anew`() async throws {
    let state = Mutex(Self.asking)
    let created = try json(Self.created)
    let bench = try await GateBench(
      peer: Self.peer(),
      answer: { request, _ in
        let text = state.withLock { $0 }
        let answer = request.method == "tools/call" ? created : try? json(text)
        return answer.map { .success(.result($0)) } ?? .failure(.cancelled)
      })
    let id = try id(try await begin(bench))
    func questions() throws -> Int {
      try bench.records([.decision]).count { $0.text("method") == "elicitation/create" }
    }
    for _ in 0..<3 {
      let asked = try await task(bench, "tasks/get", id)
      #expect(asked.result?.pointer("/inputRequests/k/params/message")?.string == "[notes] Who?")
    }
    #expect(try questions() == 1)
    state.withLock { $0 = Self.asking.replacing("Who?", with: "Where?") }
    for _ in 0..<2 { _ = try await task(bench, "tasks/get", id) }
    #expect(try questions() == 2)
    let other = try self.id(try await begin(bench))
    _ = try await task(bench, "tasks/get", other)
    #expect(try questions() == 3, "another task")
    #expect(try bench.records([.decision]).count { $0.text("method") == "tasks/get" } == 6)
    bench.end()
  }

  // MARK: - Listening

  private final class Client: Sendable {
    private let state = Mutex<[JSONNode]>([])
    var told: [JSONNode] { state.withLock { $0 } }

    func take(_ notification: ServerNotification) {
      guard case .task(let params) = notification, let node = try? JSONDocument(parsing: params)
      else { return }
      state.withLock { $0.append(node.root) }
    }

    func until(_ count: Int) async throws {
      for _ in 0..<3000 where told.count < count { try await Task.sleep(for: .milliseconds(1)) }
      try #require(told.count == count)
    }
  }

  private func listen(
    _ bench: GateBench, _ ids: [String], _ client: Client = Client(), as caller: Caller? = nil,
    at endpoint: Endpoint = .everything, capabilities: String? = Self.capabilities
  ) async throws -> Result<Listening, JSONRPCError> {
    let caller = caller ?? bench.caller
    let declared = try capabilities.map { try json($0) }
    return await bench.run { [gate = bench.gate] in
      await gate.listen(
        for: SubscriptionFilter(tasks: ids),
        request: MCPRequest(
          method: "subscriptions/listen", params: nil,
          client: ClientDescription(transport: .http, version: .latest, capabilities: declared),
          messageBytes: 1, endpoint: endpoint),
        as: caller, telling: { client.take($0) })
    }
  }

  @Test func `states of a task reach its principal under the id it knows, decided and recorded`()
    async throws
  {
    let bench = try await Self.bench()
    let id = try id(try await begin(bench))
    let client = Client()
    let listening = try await listen(bench, [id, id, "made up"], client).get()
    #expect(listening.honoured.tasks == [id])
    #expect(bench.upstream.watchedTasks.last == ["inner-1"])
    let hub = bench.subscriptions
    hub.taskChanged(try json(#"{"taskId":"inner-2","status":"working"}"#), at: "notes")
    hub.taskChanged(try json(#"{"taskId":"inner-1","status":"working"}"#), at: "other")
    hub.taskChanged(
      try json(
        #"""
        {"taskId":"inner-1","status":"completed","ttlMs":1.0,"result":{"content":
        [{"type":"resource_link","uri":"note://1","name":"n"}]}}
        """#), at: "notes")
    try await client.until(1)
    let state = try #require(client.told.first)
    #expect(state[member: "taskId"]?.string == id)
    #expect(state[member: "ttlMs"]?.description == "1.0")
    #expect(state.pointer("/result/content/0/uri")?.string == "notes+note://1")
    let told = try bench.records().filter { $0.text("method") == "notifications/tasks" }
    #expect(told.map { $0.text("kind") } == ["decision"])
    let outcome = try #require(
      try bench.records([.outcome]).last { $0.text("call") == told.first?.text("call") })
    #expect(outcome.text("status") == "task")

    hub.taskChanged(try json(Self.asking), at: "notes")
    try await client.until(2)
    #expect(
      client.told[1].pointer("/inputRequests/k/params/message")?.string == "[notes] Who?")
    listening.end()
    await hub.settle()
    #expect(bench.upstream.watchedTasks.last == [])
    bench.end()
  }

  @Test func `what is told of a task counts as bytes`() async throws {
    let bench = try await Self.bench(yaml: "quotas: [{per: tool, bytes: 10KB/30d}]")
    let id = try id(try await begin(bench))
    let client = Client()
    let listening = try await listen(bench, [id], client).get()
    let before = await bench.bytesUsed()
    let state = #"{"taskId":"inner-1","status":"working"}"#
    bench.subscriptions.taskChanged(try json(state), at: "notes")
    try await client.until(1)
    await bench.run {}
    #expect((0...1).contains(await bench.bytesUsed() - before - state.utf8.count))
    listening.end()
    await bench.subscriptions.settle()
    bench.end()
  }

  @Test func `a task of somebody else is not listened to, and the extension must be declared`()
    async throws
  {
    let bench = try await Self.bench()
    let id = try id(try await begin(bench))
    let other = await bench.caller(named: "other")
    #expect(try await listen(bench, [id], as: other).get().honoured.tasks.isEmpty)
    #expect(bench.upstream.watchedTasks.allSatisfy { $0.isEmpty })
    guard case .failure(let error) = try await listen(bench, [id], capabilities: "{}") else {
      Issue.record("not refused")
      return
    }
    #expect(error.code == JSONRPCError.Code.missingRequiredClientCapability)
    let none = try await listen(bench, [], capabilities: "{}").get()
    #expect(none.honoured.tasks.isEmpty)
    bench.end()
  }

  @Test func `what policy denies of a task is not told, also when it says so later`() async throws {
    let keys = StateKeys()
    let maker = try await GateBench(
      peer: Self.peer(), keys: keys,
      answer: { [created = try json(Self.created)] _, _ in .success(.result(created)) })
    let id = try id(try await begin(maker))
    maker.end()
    let denies = #"""
      permit (principal, action, resource);
      forbid (principal, action == Sallyport::Action::"notes__add", resource);
      """#
    let strict = try await GateBench(policy: denies, peer: Self.peer(), keys: keys)
    #expect(try await listen(strict, [id]).get().honoured.tasks.isEmpty)
    strict.end()
    let bench = try await GateBench(peer: Self.peer(), keys: keys)
    let client = Client()
    #expect(try await listen(bench, [id], client).get().honoured.tasks == [id])
    bench.gate.replace(try SubscriptionTests.snapshot(bench, policy: denies))
    bench.subscriptions.taskChanged(
      try json(#"{"taskId":"inner-1","status":"working"}"#), at: "notes")
    await bench.subscriptions.settle()
    await bench.run {}
    #expect(client.told.isEmpty)
    bench.end()
  }
}
