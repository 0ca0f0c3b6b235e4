import Identity
import JSON
import Ledger
import Orders
import Reactor
import Testing

@testable import Gate

@Suite("What people order who signed in")
struct PersonOrderTests {
  private static let policy = """
    @id("all") permit (principal is Sallyport::Agent, action, resource);
    @id("sre-grants")
    permit (
      principal in Sallyport::Role::"sre", action == Sallyport::Action::"grant", resource
    ) when { context.grant.seconds <= 86400 };
    @id("no-wiping") @advice("Ask for it each time.")
    forbid (
      principal, action == Sallyport::Action::"grant", resource == Sallyport::Tool::"notes__wipe"
    ) unless { context.grant.fromNowOn && context.grant has where };
    @id("sre-orders")
    permit (
      principal in Sallyport::Role::"sre",
      action in [Sallyport::Action::"stop", Sallyport::Action::"lift"], resource
    ) when { ["agent", "human"].contains(resource.kind) };
    @id("own-grants-back")
    permit (
      principal in Sallyport::Role::"sre", action == Sallyport::Action::"revoke", resource
    ) when { resource.actor == "bob" };
    """

  private static func draft(
    _ tool: String = "notes__add", agent: String? = "claude", human: String? = nil,
    where condition: String? = nil, lifetime: Int64 = 3_600, giver: String = "bob",
    tenant: String? = nil
  ) -> GrantDraft {
    GrantDraft(
      agent: agent, human: human, tool: tool, condition: condition, lifetime: lifetime,
      reason: "a drill", giver: GrantDraft.Giver(name: giver, tenant: tenant))
  }

  /// Whether each order is allowed.
  private func may(
    _ bench: GateBench, _ orders: [PersonOrder], as person: Person
  ) async -> [Bool] {
    await bench.run { [gate = bench.gate] in
      orders.map { gate.objection(to: $0, by: person) == nil }
    }
  }

  private static let sre = ApprovalBench.person(roles: ["sre"])

  @Test func `policy decides who grants what, for how long, and whether by an answer`()
    async throws
  {
    let bench = try await GateBench(policy: Self.policy)
    let orders: [PersonOrder] = [
      .grant(Self.draft(), fromNowOn: false),
      .grant(Self.draft(lifetime: 86_401), fromNowOn: false),
      .grant(Self.draft("notes__*"), fromNowOn: false),
      .grant(Self.draft("notes__wipe"), fromNowOn: false),
      .grant(Self.draft("notes__wipe", where: "true"), fromNowOn: true),
    ]
    #expect(await may(bench, orders, as: Self.sre) == [true, false, true, false, true])
    #expect(
      await may(bench, orders, as: ApprovalBench.person())
        == [false, false, false, false, false])
    bench.end()
  }

  @Test func `policy decides who stops, lifts and revokes what`() async throws {
    let bench = try await GateBench(policy: Self.policy)
    let stop = try bench.orders.stops.order(.agent("claude"), because: "r", by: "bob")
    let all = try bench.orders.stops.order(.all, because: "r", by: "bob")
    let grants = bench.orders.grants
    let orders: [PersonOrder] = [
      .stop(.agent("claude")), .stop(.all), .lift(stop), .lift(all),
      .revoke(try grants.draft(Self.draft(), by: "bob")),
      .revoke(try grants.draft(Self.draft(giver: "carol"), by: "carol")),
    ]
    #expect(await may(bench, orders, as: Self.sre) == [true, false, true, false, true, false])
    #expect(
      await may(bench, orders, as: ApprovalBench.person()) == orders.map { _ in false })
    bench.end()
  }

  @Test func `nobody grants their own agent anything`() async throws {
    let bench = try await GateBench(policy: Self.policy)
    for name in ["alice", "ALICE"] {
      let alice = ApprovalBench.person(name, roles: ["sre"])
      let orders: [PersonOrder] = [
        .grant(Self.draft(giver: name), fromNowOn: false),
        .grant(Self.draft(agent: nil, human: "alice", giver: name), fromNowOn: false),
        .grant(Self.draft(agent: "other", human: "Alice", giver: name), fromNowOn: true),
        .stop(.agent("claude")),
      ]
      #expect(await may(bench, orders, as: alice) == [false, false, false, true])
    }
    bench.end()
  }

  @Test func `people of another tenant order nothing about an agent, on record`() async throws {
    let bench = try await GateBench(policy: Self.policy)
    let stop = try bench.orders.stops.order(.agent("claude"), because: "r", by: "bob")
    let grants = bench.orders.grants
    let orders: [PersonOrder] = [
      .grant(Self.draft(tenant: "other"), fromNowOn: false), .stop(.agent("claude")),
      .stop(.human("alice")), .stop(.agent("unknown")), .lift(stop),
      .revoke(try grants.draft(Self.draft(), by: "bob")),
    ]
    let other = ApprovalBench.person(roles: ["sre"], tenant: "other")
    #expect(await may(bench, orders, as: other) == orders.map { _ in false })
    #expect(try bench.records([.decision]).isEmpty)
    for order in orders {
      let objection = await bench.run { [gate = bench.gate] in
        await gate.recordedObjection(to: order, by: other)
      }
      #expect(objection != nil)
    }
    let decisions = try bench.records([.decision])
    #expect(decisions.map { $0.text("decision") } == orders.map { _ in "deny" })
    #expect(
      decisions.map { $0.text("method") } == [
        "grants/give", "stops/order", "stops/order", "stops/order", "stops/lift",
        "grants/revoke",
      ])
    let principal = decisions.first?.document.root[member: "principal"]
    #expect(principal?[member: "human"]?.string == "bob")
    #expect(principal?[member: "agent"] == nil)
    bench.end()
  }
}
