import Catalog
import Identity
import JSON
import Ledger
import Reactor
import Testing

@testable import Gate

@Suite("What people decide about items who signed in")
struct ItemOrderTests {
  private static let policy = """
    @id("agents") permit (principal is Sallyport::Agent, action, resource);
    @id("security-approves")
    permit (
      principal in Sallyport::Role::"security",
      action in [Sallyport::Action::"approve", Sallyport::Action::"reject"], resource
    );
    @id("maintainers-approve-changes")
    permit (
      principal in Sallyport::Role::"maintainer",
      action == Sallyport::Action::"approve",
      resource is Sallyport::Tool in Sallyport::Server::"notes"
    ) when {
      context.input.change == "changed" && context.input.despite.isEmpty()
      && context.input has effect && context.input.effect == "read"
      && context.input has draft && context.input.draft == "read" && resource.name != "secret"
    };
    @id("maintainers-turn-down")
    permit (
      principal in Sallyport::Role::"maintainer",
      action == Sallyport::Action::"reject", resource
    ) when { !context.input.approved && context.input.item != "server" };
    @id("signed-in-lately") @advice("Sign in again.")
    forbid (principal is Sallyport::Human, action == Sallyport::Action::"approve", resource)
    unless {
      context has authentication && context.authentication.methods.contains("otp")
      && context.authentication has age && context.authentication.age < 3600
    };
    """

  private static let security = ApprovalBench.person(roles: ["security"])
  private static let maintainer = ApprovalBench.person("carol", roles: ["maintainer"])

  private static func approval(
    _ item: ItemKey = ItemKey(.tool, "new"), isChange: Bool = true, effect: String? = "read",
    draft: String? = "read", despite: [String] = [], server: String = "notes"
  ) -> PersonOrder {
    .approve(
      Gate.ItemApproval(
        server: server, item: item, isChange: isChange, effect: effect, draft: draft,
        despite: despite))
  }

  private static func rejection(
    _ item: ItemKey = ItemKey(.tool, "new"), isApproved: Bool = false, isRevocation: Bool = false
  ) -> PersonOrder {
    .reject(
      Gate.ItemRejection(
        server: "notes", item: item, isApproved: isApproved,
        effect: item.kind == .tool ? "read" : nil, isRevocation: isRevocation))
  }

  /// Whether each order is allowed.
  private func may(
    _ bench: GateBench, _ orders: [PersonOrder], as person: Person
  ) async -> [Bool] {
    await bench.run { [gate = bench.gate] in
      orders.map { gate.objection(to: $0, by: person) == nil }
    }
  }

  /// Items of every kind, of which agents see the tools `add` and `search`, a prompt and more.
  private static let items = [
    ItemKey.server, .instructions, ItemKey(.tool, "new"), ItemKey(.tool, "add"),
    ItemKey(.prompt, "greet"), ItemKey(.template, "note://{id}"), ItemKey(.page, "ui://panel"),
  ]

  @Test func `a role that policy permits it approves and rejects every kind of item`()
    async throws
  {
    let bench = try await GateBench(policy: Self.policy)
    let orders = Self.items.flatMap {
      let isTool = $0.kind == .tool
      return [
        Self.approval($0, effect: isTool ? "read" : nil, draft: isTool ? "read" : nil),
        Self.rejection($0), Self.rejection($0, isApproved: true, isRevocation: true),
      ]
    }
    #expect(await may(bench, orders, as: Self.security) == orders.map { _ in true })
    let nobody = ApprovalBench.person("dave", roles: ["developer"])
    #expect(await may(bench, orders, as: nobody) == orders.map { _ in false })
    bench.end()
  }

  @Test func `policy sees of a person's approval what it sees of the operator's`() async throws {
    let bench = try await GateBench(policy: Self.policy)
    let orders = [
      Self.approval(), Self.approval(isChange: false), Self.approval(effect: "write"),
      Self.approval(draft: "admin"), Self.approval(despite: ["secrecy"]),
      Self.approval(ItemKey(.tool, "secret")), Self.approval(.server, effect: nil, draft: nil),
      Self.approval(server: "other"),
    ]
    #expect(
      await may(bench, orders, as: Self.maintainer)
        == [true, false, false, false, false, false, false, false])
    bench.end()
  }

  @Test func `who may turn an item down need not be one who may take an approval back`()
    async throws
  {
    let bench = try await GateBench(policy: Self.policy)
    let orders = [
      Self.rejection(), Self.rejection(isApproved: true),
      Self.rejection(isApproved: true, isRevocation: true), Self.rejection(.server),
    ]
    #expect(await may(bench, orders, as: Self.maintainer) == [true, false, false, false])
    bench.end()
  }

  @Test func `how a person signed in, and when, counts for an approval`() async throws {
    let bench = try await GateBench(policy: Self.policy)
    let early = ApprovalBench.person(roles: ["security"], time: Gate.now - 3_700)
    var keyless = Self.security
    keyless.authentication = Authentication(methods: ["pwd"], time: Gate.now)
    for person in [early, keyless] {
      let objection = await bench.run { [gate = bench.gate] in
        gate.objection(to: Self.approval(), by: person)
      }
      #expect(objection?.contains("signed-in-lately forbids bob to approve new of notes") == true)
      #expect(objection?.hasSuffix("Sign in again.") == true)
    }
    #expect(await may(bench, [Self.rejection()], as: early) == [true])
    bench.end()
  }

  @Test(
    "what nothing permits is refused, on record, with a policy that permits it",
    arguments: [false, true])
  func refused(isRejection: Bool) async throws {
    let order = isRejection ? Self.rejection(isRevocation: true) : Self.approval()
    let person = ApprovalBench.person("o\"neil \\ bob", roles: ["sre"], tenant: "north")
    let bench = try await GateBench(
      policy: "permit (principal is Sallyport::Agent, action, resource);")
    let objection = await bench.run { [gate = bench.gate] in
      await gate.recordedObjection(to: order, by: person)
    }
    let parts = try #require(objection).split(separator: "; one that does: ", maxSplits: 1)
    try #require(parts.count == 2)
    #expect(parts[0].hasPrefix("no policy permits o\"neil \\ bob the action "))

    let record = try #require(try bench.records([.decision]).last)
    #expect(record.text("decision") == "deny")
    #expect(record.text("method") == (isRejection ? "upstreams/revoke" : "upstreams/approve"))
    #expect(record.text("server") == "notes" && record.text("tool") == "new")
    let principal = try #require(record.document.root[member: "principal"])
    #expect(principal[member: "human"]?.string == person.name)
    #expect(principal[member: "tenant"]?.string == "north")
    #expect(principal[member: "agent"] == nil)
    bench.end()

    let permitting = try await GateBench(policy: String(parts[1]))
    #expect(await may(permitting, [order], as: person) == [true])
    #expect(
      await may(permitting, [isRejection ? Self.approval() : Self.rejection()], as: person)
        == [false])
    #expect(await may(permitting, [order], as: ApprovalBench.person("eve")) == [false])
    permitting.end()
  }

  @Test func `what the operator may is not what people may`() async throws {
    let bench = try await GateBench(
      policy: """
        permit (
          principal == Sallyport::Agent::"operator",
          action == Sallyport::Action::"approve", resource
        );
        """)
    let named = ApprovalBench.person("operator", roles: ["operator"])
    #expect(await may(bench, [Self.approval(), Self.rejection()], as: named) == [false, false])
    let user = await bench.loop.perform { [gate = bench.gate] in
      gate.operatorCaller(named: "root")
    }
    guard case .approve(let approval) = Self.approval() else { return }
    let objection = await bench.run { [gate = bench.gate] in
      await gate.objection(to: approval, by: user)
    }
    #expect(objection == nil)
    bench.end()
  }

  @Test func `the validator knows what policies can ask of these actions`() throws {
    let configuration = try configuration(
      "mcpServers: {notes: {command: server}, other: {command: server}}")
    let schema = PolicySchema(
      catalog: try notesCatalog(SilentUpstream()), configuration: configuration)
    #expect(schema.check(try policies(Self.policy)).errors.isEmpty)
    for wrong in ["context.input.change == \"new\"", "context.input.approved == \"yes\""] {
      let report = schema.check(
        try policies(
          """
          permit (principal, action == Sallyport::Action::"reject", resource)
          when { \(wrong) };
          """))
      #expect(!report.errors.isEmpty, "\(wrong)")
    }
  }
}
