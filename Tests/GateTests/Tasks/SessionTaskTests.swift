import JSON
import Ledger
import Reactor
import Synchronization
import Testing

@testable import Gate
@testable import MCP

@Suite("Calls that clients of 2025-11-25 make as tasks")
struct SessionTaskTests {
  static func peer(
    _ tasks: String = #"{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}"#
  ) throws -> UpstreamPeer {
    UpstreamPeer(
      version: .v2025_11_25,
      capabilities: ServerCapabilities(try json(#"{"tools":{},"tasks":\#(tasks)}"#)))
  }

  static let created = #"""
    {"task":{"taskId":"inner-1","status":"working","createdAt":"2026-01-01T00:00:00Z",
    "lastUpdatedAt":"2026-01-01T00:00:00Z","ttl":60000,"pollInterval":5.0},
    "_meta":{"io.modelcontextprotocol/related-task":{"taskId":"inner-1"},"k":1.0}}
    """#

  static let payload = #"""
    {"content":[{"type":"resource_link","uri":"note://1","name":"n"}],"isError":false,
    "_meta":{"io.modelcontextprotocol/related-task":{"taskId":"inner-1"},"k":1.0}}
    """#

  static let state = #"{"taskId":"inner-1","status":"working","ttl":null}"#

  /// What a server with one task answers.
  static func answer(_ request: UpstreamRequest) -> RecordingUpstream.Answer {
    let text =
      switch request.method {
      case "tools/call" where request.edits.contains { $0.member == "task" }: #"{"content":[]}"#
      case "tools/call": created
      case "tasks/result": payload
      default: state
      }
    return (try? json(text)).map { .success(.result($0)) } ?? .failure(.cancelled)
  }

  private func bench(
    policy: String = GateBench.permitAll, peer: UpstreamPeer? = nil, keys: StateKeys = StateKeys()
  ) async throws -> GateBench {
    try await GateBench(
      policy: policy, peer: peer ?? Self.peer(), keys: keys,
      answer: { request, _ in Self.answer(request) })
  }

  private func begin(
    _ bench: GateBench, _ tool: String = "notes__add", task: String = #"{"ttl":60000}"#,
    version: ProtocolVersion = .v2025_11_25
  ) async throws -> MCPResponse {
    await bench.handle(
      "tools/call", try json(#"{"name":"\#(tool)","task":\#(task)}"#),
      capabilities: #"{"elicitation":{},"sampling":{}}"#, version: version)
  }

  private func ask(
    _ bench: GateBench, _ method: String, _ id: String, as caller: Caller? = nil,
    version: ProtocolVersion = .v2025_11_25, at endpoint: Endpoint = .everything
  ) async throws -> MCPResponse {
    await bench.handle(
      method, try json(#"{"taskId":"\#(id)"}"#), at: endpoint, as: caller,
      capabilities: GateTaskTests.capabilities, version: version)
  }

  private func id(_ response: MCPResponse) throws -> String {
    try #require(response.result?.pointer("/task/taskId")?.string)
  }

  private static let withoutTask = [UpstreamRequest.Edit(member: "task", value: nil)]

  @Test func `a task has a sealed id everywhere, and the rest of it passes as it came`()
    async throws
  {
    let bench = try await bench()
    let answer = try await begin(bench)
    let id = try id(answer)
    #expect(id.utf8.count > 60)
    #expect(answer.result?.pointer("/task/pollInterval")?.description == "5.0")
    let meta = try #require(answer.result?[member: "_meta"])
    #expect(meta[member: MetaKey.relatedTask]?[member: "taskId"]?.string == id)
    #expect(meta[member: "k"]?.description == "1.0")
    let sent = try #require(bench.upstream.arrivals.first?.request)
    #expect(sent.params?[member: "task"]?.description == #"{"ttl":60000}"#)
    #expect(sent.edits.isEmpty)
    #expect(sent.capabilities == .none, "a task asks its client nothing")

    for method in ["tasks/get", "tasks/cancel"] {
      let state = try await ask(bench, method, id)
      #expect(state.result?[member: "taskId"]?.string == id)
      #expect(state.result?[member: "ttl"]?.kind == .null)
    }
    let result = try await ask(bench, "tasks/result", id)
    #expect(result.result?.pointer("/content/0/uri")?.string == "notes+note://1")
    #expect(
      result.result?[member: "_meta"]?[member: MetaKey.relatedTask]?[member: "taskId"]?.string
        == id)
    let own = try await ask(bench, "tasks/result", id, at: .server("notes"))
    #expect(own.result?.pointer("/content/0/uri")?.string == "note://1")
    #expect(
      bench.upstream.arrivals.dropFirst().map(\.request.target)
        == Array(repeating: .task("inner-1"), count: 4))
    bench.end()
  }

  @Test func `each step is decided as the tool and on record`() async throws {
    let bench = try await bench()
    let id = try id(try await begin(bench))
    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
      _ = try await ask(bench, method, id)
    }
    let records = try bench.records()
    let decisions = records.filter { $0.text("kind") == "decision" }
    #expect(
      decisions.map { $0.text("method") }
        == ["tools/call", "tasks/get", "tasks/result", "tasks/cancel"])
    #expect(decisions.allSatisfy { $0.text("tool") == "add" })
    #expect(
      records.filter { $0.text("kind") == "outcome" }.map { $0.text("status") }
        == ["task", "task", "ok", "task"])
    bench.end()
  }

  @Test func `policy that denies the tool denies its tasks, whoever made them`() async throws {
    let keys = StateKeys()
    let maker = try await bench(keys: keys)
    let id = try id(try await begin(maker))
    maker.end()
    let strict = try await bench(
      policy: """
        permit (principal, action, resource);
        forbid (principal, action == Sallyport::Action::"notes__add", resource);
        """, keys: keys)
    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
      #expect(try await ask(strict, method, id).errorCode == JSONRPCError.Code.denied)
    }
    #expect(strict.upstream.arrivals.isEmpty)
    strict.end()
  }

  @Test func `a task is of use to its principal alone`() async throws {
    let bench = try await bench()
    let id = try id(try await begin(bench))
    let other = await bench.caller(named: "other")
    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
      for (id, caller) in [(id, other), ("inner-1", nil), (String(id.dropLast(4)) + "AAAA", nil)] {
        #expect(
          try await ask(bench, method, id, as: caller).errorCode
            == JSONRPCError.Code.invalidParams)
      }
    }
    #expect(bench.upstream.arrivals.count == 1)
    bench.end()
  }

  @Test func `a task of one era is none in the other`() async throws {
    let keys = StateKeys()
    let session = try await bench(keys: keys)
    let id = try id(try await begin(session))
    #expect(
      try await ask(session, "tasks/get", id, version: .latest).errorCode
        == JSONRPCError.Code.invalidParams)
    let created = try json(GateTaskTests.created)
    let stateless = try await GateBench(
      peer: GateTaskTests.peer(), keys: keys, answer: { _, _ in .success(.result(created)) })
    let modern = await stateless.handle(
      "tools/call", try json(#"{"name":"notes__add"}"#), capabilities: GateTaskTests.capabilities)
    stateless.end()
    let other = try #require(modern.result?[member: "taskId"]?.string)
    #expect(
      try await ask(session, "tasks/get", other).errorCode == JSONRPCError.Code.invalidParams)
    #expect(session.upstream.arrivals.count == 1)
    session.end()
  }

  @Test(arguments: ["tasks/list", "tasks/update"])
  func `what nobody offered is unknown`(method: String) async throws {
    let bench = try await bench()
    #expect(try await ask(bench, method, "x").errorCode == JSONRPCError.Code.methodNotFound)
    bench.end()
  }

  @Test(arguments: ProtocolVersion.negotiable.dropFirst())
  func `an older session has no tasks`(version: ProtocolVersion) async throws {
    let bench = try await bench()
    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
      #expect(
        try await ask(bench, method, "x", version: version).errorCode
          == JSONRPCError.Code.methodNotFound)
    }
    _ = try await begin(bench, version: version)
    #expect(bench.upstream.arrivals.map(\.request.edits) == [Self.withoutTask])
    bench.end()
  }

  @Test func `a wish for a task that nothing offered is passed over and goes nowhere`()
    async throws
  {
    for peer in [
      try everythingPeer(), try Self.peer("{}"), try Self.peer(#"{"requests":{"tools":{}}}"#),
    ] {
      let bench = try await bench(peer: peer)
      #expect(try await begin(bench).result?[member: "content"] != nil)
      #expect(bench.upstream.arrivals.map(\.request.edits) == [Self.withoutTask])
      bench.end()
    }
    let bench = try await bench()
    #expect(try await begin(bench, version: .latest).result?[member: "content"] != nil)
    #expect(bench.upstream.arrivals.map(\.request.edits) == [Self.withoutTask])
    bench.end()
  }

  @Test func `a tool that cannot be a task is not called as one`() async throws {
    let bench = try await bench()
    #expect(
      try await begin(bench, "notes__search").errorCode == JSONRPCError.Code.methodNotFound)
    #expect(try await begin(bench, task: "1").errorCode == JSONRPCError.Code.invalidParams)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try bench.records().map { $0.text("kind") } == ["refused", "refused"])
    #expect(try await begin(bench, "notes__wipe").result?[member: "task"] != nil)
    bench.end()
  }

  @Test func `what servers of an endpoint have of tasks is offered, without a list`()
    async throws
  {
    for (tasks, expected) in [
      (#"{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}"#, true),
      (#"{"requests":{"tools":{"call":{}}}}"#, false), (#"{"cancel":{}}"#, nil),
    ] {
      let bench = try await bench(peer: Self.peer(tasks))
      let answer = await bench.loop.perform { [gate = bench.gate, caller = bench.caller] in
        gate.describe(to: caller, at: .everything)
      }
      let described = try #require(answer)
      #expect(described.capabilities.tasks?.cancel == expected)
      func told(_ version: ProtocolVersion) throws -> JSONNode? {
        try JSONDocument(parsing: OwnMessages.initialization(described, speaking: version))
          .root.pointer("/capabilities/tasks")
      }
      #expect(try (told(.v2025_11_25) != nil) == (expected != nil))
      #expect(try told(.v2025_11_25)?[member: "list"] == nil)
      for version in ProtocolVersion.negotiable.dropFirst() {
        #expect(try told(version) == nil)
      }
      bench.end()
    }
  }

  @Test func `who waits in vain is told to ask again, and the server is not thought ill`()
    async throws
  {
    let created = try json(Self.created)
    let bench = try await GateBench(
      peer: Self.peer(),
      answer: { request, _ in
        request.method == "tools/call"
          ? .success(.result(created)) : .failure(.timedOut(after: .seconds(5)))
      })
    let id = try id(try await begin(bench))
    for _ in 0..<50 {
      guard case .failure(let error) = try await ask(bench, "tasks/result", id) else {
        Issue.record("not told")
        return
      }
      #expect(error.message.contains("ask for its result again"))
    }
    #expect(try await begin(bench).result?[member: "task"] != nil)
    bench.end()
  }

  @Test func `states reach the session that made the task, under the id it knows`() async throws {
    let bench = try await bench()
    let id = try id(try await begin(bench))
    let told = Told()
    let request = MCPRequest(
      method: "subscriptions/listen", params: nil,
      client: ClientDescription(transport: .http, version: .v2025_11_25), messageBytes: 0)
    let listening = try await bench.run { [gate = bench.gate, caller = bench.caller] in
      await gate.listen(
        for: SubscriptionFilter(tasks: [id, "made up"]), request: request, as: caller,
        telling: { told.take($0) })
    }.get()
    #expect(listening.honoured.tasks == [id])
    #expect(bench.upstream.watchedTasks.last == ["inner-1"])
    bench.subscriptions.taskChanged(
      try json(#"{"taskId":"inner-1","status":"completed","ttl":1.0}"#), at: "notes")
    for _ in 0..<3000 where told.states.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
    let state = try #require(told.states.first)
    #expect(state[member: "taskId"]?.string == id)
    #expect(state[member: "ttl"]?.description == "1.0")
    #expect(
      try bench.records([.decision]).contains { $0.text("method") == "notifications/tasks/status" })
    bench.end()
  }

  private final class Told: Sendable {
    private let kept = Mutex<[JSONNode]>([])
    var states: [JSONNode] { kept.withLock { $0 } }

    func take(_ notification: ServerNotification) {
      guard case .task(let params) = notification,
        let state = try? JSONDocument(parsing: params).root
      else { return }
      kept.withLock { $0.append(state) }
    }
  }
}
