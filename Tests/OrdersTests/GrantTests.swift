import Cedar
import Testing

@testable import Orders

@Suite("Grants")
struct GrantTests {
  fileprivate static func draft(
    agent: String? = "ci", human: String? = nil, tool: String = "notes__add",
    condition: String? = nil, lifetime: Int64 = 60, reason: String = "incident 42"
  ) -> GrantDraft {
    GrantDraft(
      agent: agent, human: human, tool: tool, condition: condition, lifetime: lifetime,
      reason: reason)
  }

  @Test func `a grant is one permit with its id, its reason and what was asked for`() throws {
    let place = try Place()
    let grants = try place.open().grants
    let grant = try grants.draft(
      Self.draft(human: "alice", condition: #"context.input.text == "a""#), by: "root")
    let set = try PolicySet.parse([grant.source])
    let policy = try #require(set.policies.first)
    #expect(set.policies.count == 1)
    #expect(policy.id.name == grant.id)
    #expect(policy.effect == .permit)
    #expect(policy.annotation("reason") == "incident 42")
    #expect(grant.policy.contains(#"principal == Sallyport::Agent::"ci""#))
    #expect(grant.policy.contains(#"principal in Sallyport::Human::"alice""#))
    #expect(grant.policy.contains(#"action == Sallyport::Action::"notes__add""#))
    #expect(grant.policy.contains(#"context.input.text == "a""#))
    #expect(grants.all.isEmpty)
  }

  @Test(
    arguments: [
      "true }; permit (principal, action, resource) when { true",
      "true };\npermit (principal, action, resource);\nforbid (principal, action, resource) when {0",
      "", "1 +", "true } // ", "}", "\"",
    ])
  func `a condition cannot become another policy`(condition: String) throws {
    let grants = try Place().open().grants
    #expect(throws: OrderError.self) {
      _ = try grants.draft(Self.draft(condition: condition), by: "root")
    }
  }

  @Test(
    arguments: [
      GrantTests.draft(agent: nil), GrantTests.draft(agent: ""), GrantTests.draft(tool: ""),
      GrantTests.draft(tool: "*"),
      GrantTests.draft(tool: "no*es__a"), GrantTests.draft(tool: "__*"),
      GrantTests.draft(lifetime: 0),
      GrantTests.draft(lifetime: GrantDraft.lifetimeMax + 1), GrantTests.draft(reason: ""),
      GrantTests.draft(reason: "a\nb"),
      GrantTests.draft(condition: String(repeating: "a", count: 16_385)),
    ])
  func `a grant that cannot be is refused`(draft: GrantDraft) throws {
    let grants = try Place().open().grants
    #expect(throws: OrderError.self) { _ = try grants.draft(draft, by: "root") }
  }

  @Test(arguments: [#"a"b"#, #"a\"#, "ä", #"x") }; permit(principal,action,resource);//"#])
  func `whatever a name or a reason is, the policy says it and nothing else`(name: String) throws {
    let grants = try Place().open().grants
    let grant = try grants.draft(Self.draft(agent: name, reason: name), by: "root")
    let set = try PolicySet.parse([grant.source])
    #expect(set.policies.count == 1)
    #expect(set.policies.first?.annotation("reason") == name)
  }

  @Test func `a grant survives a restart and ends with its time`() async throws {
    let place = try Place()
    let orders = try place.open()
    let grant = try orders.grants.draft(Self.draft(lifetime: 60), by: "root")
    try await orders.grants.give(grant)
    #expect(orders.grants.all == [grant])
    let again = try place.open()
    #expect(again.grants.all == [grant])
    #expect(again.grants.nextExpiry == grant.expiresAt)
    place.pass(59)
    #expect(again.grants.takeExpired().isEmpty)
    place.pass(1)
    #expect(again.grants.all.isEmpty)
    #expect(again.grants.takeExpired() == [grant])
    try await again.grants.forget([grant.id])
    #expect(try place.open().grants.nextExpiry == nil)
  }

  @Test func `a revoked grant is gone, also from the file`() async throws {
    let place = try Place()
    let orders = try place.open()
    let grant = try orders.grants.draft(Self.draft(tool: "notes__*"), by: "root")
    try await orders.grants.give(grant)
    _ = try await orders.grants.revoke(grant.id)
    #expect(orders.grants.all.isEmpty)
    #expect(try place.open().grants.all.isEmpty)
    await #expect(throws: OrderError.self) { _ = try await orders.grants.revoke(grant.id) }
  }
}

@Suite("Grants of people")
struct PersonGrantTests {
  private static func draft(_ giver: GrantDraft.Giver?, human: String? = nil) -> GrantDraft {
    GrantDraft(
      agent: "ci", human: human, tool: "notes__add", lifetime: 60, reason: "r", giver: giver)
  }

  @Test func `a person's grant holds in their tenant, and not for their own agents`() throws {
    let grants = try Place().open().grants
    func policy(_ giver: GrantDraft.Giver?, human: String? = nil) throws -> String {
      try grants.draft(Self.draft(giver, human: human), by: "bob").policy
    }
    let own = #"unless { principal in Sallyport::Human::"bob" }"#
    let acme = try policy(GrantDraft.Giver(name: "bob", tenant: "acme"))
    #expect(acme.contains(#"when { principal in Sallyport::Tenant::"acme" }"#))
    #expect(acme.contains(own))
    let none = try policy(GrantDraft.Giver(name: "bob", tenant: nil))
    #expect(none.contains("unless { principal has tenant }"))
    let named = try policy(GrantDraft.Giver(name: "bob", tenant: nil), human: "alice")
    #expect(!named.contains(own))
    #expect(try !policy(nil).contains("unless"))
  }

  @Test func `who gave a grant survives a restart, and a file of before gains the place for it`()
    async throws
  {
    let place = try Place()
    try place.writeVersion1()
    let orders = try place.open()
    #expect(orders.grants.all.map(\.draft.giver) == [nil])
    let giver = GrantDraft.Giver(name: "bob", tenant: "acme")
    let grant = try orders.grants.draft(Self.draft(giver), by: "bob")
    try await orders.grants.give(grant)
    #expect(try place.open().grants.all.contains(grant))
  }
}
