import Configuration
import JSON
import Ledger
import MCP
import Reactor
import Testing

@testable import Gate

@Suite("Quotas at the gate")
struct GateQuotaTests {
  @Test(
    arguments: [
      ("{per: agent, calls: 2/1h}", 2), ("{per: human, cost: 5/1h}", 5),
      ("{per: upstream, upstream: notes, bytes: 250/1h}", 1),
      ("{per: tool, tool: 'notes__*', calls: 3/1h}", 3),
      ("{per: agent, agent: other, calls: 1/1h}", 6),
      ("{per: tenant, tool: notes__wipe, calls: 1/1h}", 6),
      ("{per: agent, cost: 1/1h, tool: notes__wipe}", 6),
    ])
  func `so many calls pass, and the next is told when to come back`(quota: String, passing: Int)
    async throws
  {
    let bench = try await GateBench(yaml: "quotas: [\(quota)]")
    var passed = 0
    var refused: MCPResponse?
    for _ in 0..<6 {
      let response = try await bench.call("notes__add")
      if response.denial == nil { passed += 1 } else { refused = response }
    }
    #expect(passed == passing)
    #expect(bench.upstream.arrivals.count == passing)
    if passing < 6 {
      let meta = try #require(refused?.decision)
      #expect(meta[member: "reason"]?.string == "throttled")
      #expect(meta[member: "quota"]?.string == "quota-1")
      #expect(try #require(refused?.failure?.retryAfter) > 0)
      let record = try #require(try bench.records([.refused]).last)
      #expect(record.text("refusal") == "throttled")
      #expect(record.text("reason")?.contains("quota-1") == true)
    }
    bench.end()
  }

  @Test func `what one quota refuses takes nothing of another`() async throws {
    let bench = try await GateBench(
      yaml: """
        quotas:
          - {name: all, per: agent, calls: 2/1h}
          - {name: wipes, per: tool, tool: notes__wipe, calls: 1/1h}
        """)
    #expect(try await bench.call("notes__wipe").denial == nil)
    for _ in 0..<3 { #expect(try await bench.call("notes__wipe").denial == "throttled") }
    #expect(try await bench.call("notes__add").denial == nil)
    #expect(try await bench.call("notes__add").denial == "throttled")
    let uses = await bench.loop.perform { [gate = bench.gate] in gate.quotaUses }
    #expect(uses.map(\.quota) == ["all", "wipes"])
    #expect(uses.map { $0.calls?.left } == [0, 0])
    #expect(uses.map(\.underWay) == [0, 0])
    bench.end()
  }

  @Test func `calls at a time are given back at their end`() async throws {
    let gateHolder = Held()
    let bench = try await GateBench(yaml: "quotas: [{per: agent, concurrency: 1}]") { _, _ in
      await gateHolder.wait()
      return .success(.result(GateBench.greeting))
    }
    async let first = bench.call("notes__add")
    while bench.upstream.arrivals.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
    #expect(try await bench.call("notes__add").denial == "throttled")
    await gateHolder.open()
    #expect(try await first.denial == nil)
    #expect(try await bench.call("notes__add").denial == nil)
    bench.end()
  }

  private actor Held {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
      guard !isOpen else { return }
      await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
      isOpen = true
      for continuation in waiting { continuation.resume() }
      waiting = []
    }
  }

  @Test func `a prompt over its quota is an error with a time`() async throws {
    let bench = try await GateBench(yaml: "quotas: [{per: agent, calls: 1/1h}]")
    let params = #"{"name":"notes__greet"}"#
    #expect(try await bench.ask("prompts/get", params).errorCode == nil)
    guard case .failure(let error) = try await bench.ask("prompts/get", params) else {
      Issue.record("it passes")
      return
    }
    #expect(try #require(error.retryAfter) > 0)
    bench.end()
  }

  private static func request(_ agent: Int, onlyReads: Bool) -> QuotaRequest {
    QuotaRequest(
      agent: "a\(agent)", tool: "notes__add", upstream: "notes", bytes: 1, onlyReads: onlyReads)
  }

  @Test func `without room to count, what changes something is refused and reading passes`() throws
  {
    let rules = QuotaRules(try configuration("quotas: [{per: agent, calls: 2/1h}]"))
    let book = QuotaBook(keysMax: 16)
    var isFull = false
    for agent in 0..<200 {
      switch book.take(Self.request(agent, onlyReads: false), rules, at: 1) {
      case .success(let hold): hold?.end(at: 1)
      case .failure(let refusal):
        isFull = true
        #expect(refusal.measure == .state)
        guard case .success(nil) = book.take(Self.request(agent, onlyReads: true), rules, at: 1)
        else {
          Issue.record("reading does not pass uncounted")
          return
        }
      }
    }
    #expect(isFull)
    // What is as good as new makes room.
    guard case .success = book.take(Self.request(500, onlyReads: false), rules, at: .max / 2) else {
      Issue.record("nothing was forgotten")
      return
    }
  }

  @Test(
    arguments: [
      "quotas: [{calls: 1/1m}]", "quotas: [{per: agent}]", "quotas: [{per: moon, calls: 1/1m}]",
      "quotas: [{per: agent, calls: 0/1m}]", "quotas: [{per: agent, calls: 1/1y}]",
      "quotas: [{per: agent, calls: 5}]", "quotas: [{per: agent, bytes: 10XB/1m}]",
      "quotas: [{per: agent, concurrency: 0}]", "quotas: [{per: agent, calls: 1/1m, cals: 2/1m}]",
      "quotas: [{name: a, per: agent, calls: 1/1m}, {name: a, per: human, calls: 1/1m}]",
    ])
  func `a quota that cannot be is an error of the configuration`(yaml: String) {
    #expect(throws: (any Error).self) { _ = try configuration(yaml) }
  }
}
