import Crypto
import Identity
import JSON
import Ledger
import Reactor
import Testing

@testable import Gate
@testable import MCP

@Suite("Calls that go on as tasks")
struct GateTaskTests {
  static let capabilities = #"{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#

  static func peer() throws -> UpstreamPeer {
    var peer = try everythingPeer()
    peer.capabilities.extensions[TaskMethod.extensionName] = Array("{}".utf8)
    return peer
  }

  static let created = #"{"resultType":"task","taskId":"inner-1","status":"working","ttlMs":1.0}"#

  /// A bench whose upstream makes a task of each call and tells of it what `state` says.
  static func bench(
    policy: String = GateBench.permitAll, peer: UpstreamPeer? = nil,
    state: String = #"{"resultType":"complete","taskId":"inner-1","status":"working"}"#
  ) async throws -> GateBench {
    let created = try json(Self.created)
    let state = try json(state)
    return try await GateBench(
      policy: policy, peer: peer ?? Self.peer(),
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
        == [TaskMethod.extensionName])
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
        member: TaskMethod.extensionName] != nil)
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
      #expect(response.errorCode == (isAllowed ? nil : Denial.deniedCode))
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
    #expect(try await task(strict, "tasks/get", other).errorCode == Denial.deniedCode)
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
    #expect(described?.capabilities.extensions.keys.sorted() == [TaskMethod.extensionName])
    bench.end()
  }
}
