import Approvals
import JSON
import Ledger
import MCP
import Reactor
import Testing

@testable import Gate

@Suite("What policies are told of quotas")
struct QuotaPolicyTests {
  private static let policy = """
    @id("all") permit (principal, action, resource);
    @id("last-fifth") forbid (principal, action in Sallyport::Action::"call", resource)
    when { context has quota && context.quota.remaining < 20 }
    unless { action in Sallyport::Action::"read" };
    """

  private func told(_ entry: LedgerEntry?, _ name: String) -> Int64? {
    entry?.document.root[member: "quota"]?[member: name]?.int64
  }

  @Test func `when little is left only reads pass, on record, and decided the same again`()
    async throws
  {
    let bench = try await GateBench(
      policy: Self.policy, yaml: "quotas: [{per: agent, calls: 5/1d, cost: 1000/1d}]")
    try SnapshotRecorder(ledger: bench.ledger).record(bench.gate.snapshot)
    for _ in 0..<4 { #expect(try await bench.call("notes__add").denial == nil) }
    #expect(try await bench.call("notes__add").denial == "denied")
    bench.end()
    let decisions = try bench.records([.decision])
    #expect(decisions.map { told($0, "calls") } == [80, 60, 40, 20, 0])
    #expect(decisions.map { told($0, "cost") } == [99, 99, 99, 99, 99])
    #expect(told(decisions.last, "bytes") == nil)
    var history = DecisionHistory()
    var replays: [Replay] = []
    for entry in try bench.records() {
      if let replay = try history.replay(entry) { replays.append(replay) }
    }
    #expect(replays.count == 5)
    #expect(replays.map(\.isSame) == [Bool](repeating: true, count: 5))
    #expect(replays.last?.verdict.policies == ["last-fifth"])
  }

  @Test func `reads still pass when little is left`() async throws {
    let bench = try await GateBench(
      policy: Self.policy, yaml: "quotas: [{per: agent, calls: 3/1d}]")
    for _ in 0..<3 { #expect(try await bench.call("notes__search").denial == nil) }
    bench.end()
  }

  @Test(
    arguments: [
      "", "quotas: [{per: agent, agent: other, calls: 1/1d}]",
      "quotas: [{per: agent, concurrency: 1}]",
    ])
  func `nothing is told where no quota covers the call or counts what comes back`(yaml: String)
    async throws
  {
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource) when { !(context has quota) };
        """, yaml: yaml)
    #expect(try await bench.call("notes__add").denial == nil)
    #expect(try bench.records([.decision]).last?.document.root[member: "quota"] == nil)
    bench.end()
  }

  @Test func `of each measure the scarcest quota is told`() async throws {
    let bench = try await GateBench(
      policy: Self.policy,
      yaml: """
        quotas:
          - {per: agent, calls: 100/1d, bytes: 400/1d}
          - {per: tool, calls: 4/1d}
          - {per: upstream, calls: 50/1d, bytes: 200/1d}
        """)
    #expect(try await bench.call("notes__search").denial == nil)
    let decision = try bench.records([.decision]).last
    #expect(told(decision, "calls") == 75)
    #expect(told(decision, "bytes") == 50)
    bench.end()
  }

  @Test func `nothing is on record where no policy asks`() async throws {
    let bench = try await GateBench(yaml: "quotas: [{per: agent, calls: 5/1d}]")
    #expect(try await bench.call("notes__add").denial == nil)
    #expect(try bench.records([.decision]).last?.document.root[member: "quota"] == nil)
    bench.end()
  }

  @Test func `a call that could be made now is explained by what it would leave`() async throws {
    let bench = try await GateBench(
      policy: Self.policy, yaml: "quotas: [{per: agent, calls: 2/1d}]")
    _ = try await bench.call("notes__search")
    let arguments = try json("{}")
    let explained = await bench.loop.perform { [gate = bench.gate, caller = bench.caller] in
      try? gate.explanation(
        of: .call("notes__add", arguments: arguments), by: caller.principal)
    }
    let explanation = try JSONDocument(parsing: try #require(explained)).root
    #expect(explanation[member: "decision"]?.string == "deny")
    #expect(explanation.description.contains("context.quota.remaining"))
    // It took nothing.
    #expect(try await bench.call("notes__search").denial == nil)
    bench.end()
  }

  @Test func `a yes does not pass a limit that is reached meanwhile`() async throws {
    let bench = try await ApprovalBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("half") @remedy("approval")
        forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
        when { context has quota && context.quota.cost < 90 }
        unless { context has approval };
        @id("end") forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
        when { context has quota && context.quota.cost < 50 };
        """, yaml: "quotas: [{per: agent, cost: 4/1d}]")
    _ = try await bench.call()
    let id = try #require(bench.book.all.first?.id)
    _ = try await bench.call("notes__search")
    _ = try await bench.call("notes__search")
    let answered = await bench.answer(id)
    guard case .failure = answered else {
      Issue.record("the yes counts")
      return
    }
    #expect(bench.book.all.first?.state == .voided)
    bench.end()
  }
}
