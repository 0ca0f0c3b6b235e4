import Approvals
import Catalog
import Identity
import JSON
import Ledger
import MCP
import Testing

@testable import Gate
@testable import Orders

@Suite("A grant that stands for an approval")
struct StandingApprovalTests {
  /// A permit besides that of the grant, and a forbid that a grant or a person cures.
  private static let policy = """
    @id("all") permit (principal, action, resource);
    @id("asks") @remedy("approval")
    forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
    unless { context has approval && context.approval.standing };
    """

  private func grant(
    by actor: String = "bob", agent: String = "claude", condition: String? = nil,
    ago age: Int64 = 0
  ) -> Grant {
    Grant(
      id: "grant-00000000000a",
      draft: GrantDraft(
        agent: agent, tool: "notes__wipe", condition: condition, lifetime: 3600, reason: "a drill"),
      actor: actor, createdAt: Gate.now - age)
  }

  /// A gate with grants in force.
  private func bench(_ grants: [Grant], policy: String = policy) async throws -> ApprovalBench {
    let gate = try await ApprovalBench(policy: policy)
    try await replace(gate, grants, policy: policy)
    return gate
  }

  private func replace(
    _ gate: ApprovalBench, _ grants: [Grant], policy: String = policy
  ) async throws {
    let configuration = try configuration(
      "agents: {claude: {token: claude-token-0123456789, human: alice, roles: [developer]}}\n"
        + "approvals: {hold: 0s, url: 'https://gate.test'}")
    let snapshot = try GateSnapshot(
      catalog: notesCatalog(gate.bench.upstream),
      directory: AgentDirectory(configuration, localUser: 1000),
      policies: policies(policy).adding(grants), configuration: configuration)
    gate.bench.gate.replace(snapshot)
    await gate.bench.run {}
  }

  @Test func `its giver stands among the people, and nobody is asked`() async throws {
    let gate = try await bench([grant()])
    let done = try await gate.call()
    #expect(done.result?.description == GateBench.greeting.description)
    #expect(gate.book.all.isEmpty)
    #expect(try gate.story() == ["decision ask", "decision allow", "outcome ok"])
    let told = try #require(
      try gate.bench.records([.decision]).last?.document.root[member: "approved"])
    #expect(told[member: "standing"]?.bool == true)
    #expect(told[member: "count"]?.int64 == 1)
    #expect(told[member: "people"]?.elements.compactMap(\.string) == ["bob"])
    // It stands for more than one call.
    #expect(try await gate.call().decision("decision") == nil)
    #expect(gate.bench.upstream.arrivals.count == 2)
    gate.end()
  }

  @Test func `one that was revoked stands no longer`() async throws {
    let gate = try await bench([grant()])
    _ = try await gate.call()
    try await replace(gate, [])
    #expect(try await gate.call().decision("decision") == "pending")
    #expect(gate.bench.upstream.arrivals.count == 1)
    gate.end()
  }

  @Test func `one that is over stands no longer, before the snapshot is without it`() async throws {
    let gate = try await bench([grant(ago: 3600)])
    #expect(try await gate.call().decision("decision") == "pending")
    #expect(gate.bench.upstream.arrivals.isEmpty)
    gate.end()
  }

  @Test(arguments: ["alice", "Alice"])
  func `one of the person the agent acts for does not stand`(giver: String) async throws {
    let gate = try await bench([grant(by: giver)])
    #expect(try await gate.call().decision("decision") == "pending")
    #expect(gate.bench.upstream.arrivals.isEmpty)
    gate.end()
  }

  @Test func `one of another agent, or for other arguments, does not stand`() async throws {
    for grant in [
      grant(agent: "other"),
      grant(condition: #"context.input has "text" && context.input.text == "b""#),
    ] {
      let gate = try await bench([grant])
      #expect(try await gate.call().decision("decision") == "pending")
      #expect(gate.bench.upstream.arrivals.isEmpty)
      gate.end()
    }
  }

  @Test func `where policy wants another answer it does not stand, and people are asked`()
    async throws
  {
    let gate = try await bench(
      [grant()],
      policy: """
        @id("all") permit (principal, action, resource);
        @id("asks") @remedy("approval")
        forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
        unless { context has approval && !context.approval.standing };
        """)
    #expect(try await gate.call().decision("decision") == "pending")
    _ = try await gate.answer(try gate.only().id).get()
    #expect(try await gate.call().decision("decision") == nil)
    #expect(gate.bench.upstream.arrivals.count == 1)
    gate.end()
  }
}
