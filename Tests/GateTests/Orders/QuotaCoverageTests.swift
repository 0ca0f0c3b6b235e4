import Approvals
import Catalog
import Configuration
import JSON
import Ledger
import MCP
import Reactor
import Testing

@testable import Gate

@Suite("What quotas cover")
struct QuotaCoverageTests {
  private static let bytes = "quotas: [{per: agent, bytes: 10KB/30d}]"

  private func begin(_ bench: GateBench) async throws -> String {
    let answer = await bench.handle(
      "tools/call", try json(#"{"name":"notes__add"}"#), capabilities: GateTaskTests.capabilities)
    return try #require(answer.result?[member: "taskId"]?.string)
  }

  private func task(_ bench: GateBench, _ method: String, _ id: String) async throws -> MCPResponse
  {
    let more = method == "tasks/update" ? #","inputResponses":{}"# : ""
    return await bench.handle(
      method, try json(#"{"taskId":"\#(id)"\#(more)}"#), capabilities: GateTaskTests.capabilities)
  }

  @Test func `asking about a task is a call that costs nothing, and ending it always passes`()
    async throws
  {
    let bench = try await GateTaskTests.bench(
      yaml: "quotas: [{per: agent, calls: 4/1h, cost: 1/1h}]")
    let id = try await begin(bench)
    for method in ["tasks/get", "tasks/update", "tasks/get"] {
      #expect(try await task(bench, method, id).errorCode == nil)
    }
    let refused = try await task(bench, "tasks/get", id)
    let error = try #require(refused.failure)
    let seconds = try #require(error.retryAfter)
    #expect((1...900).contains(seconds))
    let data = try JSONDocument(parsing: try #require(error.data)).root
    #expect(data[member: "retryAfter"]?.int64 == Int64(seconds))
    #expect(refused.denial == "throttled")
    #expect(try bench.records([.refused]).last?.text("method") == "tasks/get")
    #expect(try await task(bench, "tasks/cancel", id).errorCode == nil)
    bench.end()
  }

  @Test func `the state of a task counts as bytes`() async throws {
    let bench = try await GateTaskTests.bench(yaml: Self.bytes)
    let id = try await begin(bench)
    let before = await bench.bytesUsed()
    let state = try await task(bench, "tasks/get", id)
    let sent = try #require(bench.upstream.arrivals.last).request
    #expect(sent.method == "tasks/get")
    #expect(state.errorCode == nil)
    let own = #"{"resultType":"complete","taskId":"inner-1","status":"working"}"#
    #expect((0...1).contains(await bench.bytesUsed() - before - 100 - own.utf8.count))
    bench.end()
  }

  @Test func `who waits for a task takes no place of another`() throws {
    let rules = QuotaRules(try configuration("quotas: [{per: agent, concurrency: 1}]"))
    let book = QuotaBook()
    var request = QuotaRequest(
      agent: "a", tool: "notes__add", upstream: "notes", bytes: 1, onlyReads: true)
    let call = try book.take(request, rules, at: 1).get()
    request.isFollowUp = true
    let followUp = try book.take(request, rules, at: 1).get()
    request.isFollowUp = false
    #expect(throws: QuotaRefusal.self) { _ = try book.take(request, rules, at: 1).get() }
    followUp?.end(at: 2)
    #expect(throws: QuotaRefusal.self) { _ = try book.take(request, rules, at: 2).get() }
    call?.end(at: 3)
    call?.end(at: 3)
    #expect(try book.take(request, rules, at: 3).get() != nil)
    #expect(throws: QuotaRefusal.self) { _ = try book.take(request, rules, at: 3).get() }
  }

  @Test(
    arguments: [
      ("prompts/get", #"{"name":"notes__greet"}"#),
      ("resources/read", #"{"uri":"notes+note://1"}"#),
      (
        "completion/complete",
        #"{"ref":{"type":"ref/prompt","name":"notes__greet"},"argument":{"name":"who","value":""}}"#
      ), ("tools/call", #"{"name":"notes__add"}"#),
    ])
  func `what a server answers counts as bytes, errors too`(method: String, params: String)
    async throws
  {
    let error = try json(#"{"code":-32000,"message":"no"}"#)
    for (reply, count) in [
      (UpstreamReply.result(GateBench.greeting), GateBench.greeting.raw.count),
      (.error(error), error.raw.count),
    ] {
      let bench = try await GateBench(yaml: Self.bytes) { _, _ in .success(reply) }
      _ = try await bench.ask(method, params)
      #expect(bench.upstream.arrivals.count == 1)
      #expect((0...1).contains(await bench.bytesUsed() - 100 - count))
      bench.end()
    }
  }

  @Test func `an answer that is at hand counts as bytes`() async throws {
    let kept = try json(#"{"contents":[],"ttlMs":60000,"cacheScope":"public"}"#)
    let bench = try await GateBench(yaml: Self.bytes, keepsPublic: true) { _, _ in
      .success(.result(kept))
    }
    for _ in 0..<2 { _ = try await bench.ask("resources/read", #"{"uri":"notes+note://1"}"#) }
    #expect(bench.upstream.arrivals.count == 1)
    #expect((0...1).contains(await bench.bytesUsed() - 2 * (100 + kept.raw.count)))
    bench.end()
  }

  @Test func `the result of a call that people approved counts as bytes, once`() async throws {
    let bench = try await ApprovalBench(yaml: Self.bytes)
    _ = try await bench.call()
    #expect((0...1).contains(await bench.bench.bytesUsed() - 100))
    _ = try await bench.answer(try #require(bench.book.all.first).id).get()
    #expect(try await bench.call().result?.description == GateBench.greeting.description)
    let count = 2 * 100 + GateBench.greeting.raw.count
    #expect((0...1).contains(await bench.bench.bytesUsed() - count))
    let uses = await bench.bench.loop.perform { [gate = bench.bench.gate] in gate.quotaUses }
    #expect(uses.map(\.underWay) == [0])
    bench.end()
  }

  @Test(arguments: ["tools/list", "prompts/list", "resources/list"])
  func `lists are not counted`(method: String) async throws {
    let bench = try await GateBench(yaml: "quotas: [{per: agent, calls: 1/1h}]")
    for _ in 0..<3 { #expect(try await bench.ask(method).errorCode == nil) }
    bench.end()
  }

  @Test func `where nothing can be counted, what changes something is refused and reading passes`()
    async throws
  {
    let book = QuotaBook(keysMax: 1)
    let yaml = "quotas: [{per: agent, calls: 100/1h}]"
    let rules = QuotaRules(try configuration(yaml))
    for other in 0..<200 {
      _ = book.take(
        QuotaRequest(agent: "a\(other)", upstream: "notes", bytes: 1, onlyReads: true), rules,
        at: .max / 4)
    }
    let made = try json(GateTaskTests.created)
    let state = try json(#"{"resultType":"complete","taskId":"inner-1","status":"working"}"#)
    let keys = StateKeys()
    let maker = try await GateTaskTests.bench(keys: keys)
    let id = try await begin(maker)
    maker.end()
    let bench = try await GateBench(
      yaml: yaml, peer: GateTaskTests.peer(), keys: keys, quotas: book,
      answer: { request, _ in .success(.result(request.method == "tools/call" ? made : state)) })
    let refused = try await bench.call("notes__add")
    let decision = refused.decision
    #expect(decision?[member: "measure"]?.string == "state")
    #expect(refused.failure?.retryAfter == 1)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try await task(bench, "tasks/update", id).errorCode != nil)
    #expect(try await task(bench, "tasks/get", id).errorCode == nil)
    #expect(try await bench.ask("prompts/get", #"{"name":"notes__greet"}"#).errorCode == nil)
    bench.end()
  }
}
