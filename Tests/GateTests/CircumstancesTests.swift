import Catalog
import Cedar
import Identity
import JSON
import Ledger
import Reactor
import Testing

@testable import Gate
@testable import MCP

/// What policies and records are told of how a request comes in.
@Suite("Circumstances of a request")
struct CircumstancesTests {
  private static let policy = """
    @id("all") permit (principal, action, resource);
    @id("fresh") @remedy("step-up")
    forbid (principal, action == Sallyport::Action::"notes__add", resource)
    unless {
      context has authentication && context.authentication has age
      && context.authentication.age <= 300 && context.authentication.methods.contains("otp")
    };
    @id("inside") forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
    unless { context has origin && context.origin.isInRange(ip("10.0.0.0/8")) };
    @id("scope") forbid (principal, action == Sallyport::Action::"notes__send", resource)
    unless { context has scopes && context.scopes.contains("notes:send") };
    """

  private func call(
    _ tool: String, on bench: GateBench, as principal: Principal, from origin: String? = nil
  ) async throws -> LedgerEntry {
    let caller = await bench.loop.perform { [gate = bench.gate] in gate.caller(principal) }
    let params = try json("{\"name\":\"\(tool)\",\"arguments\":{}}")
    _ = await bench.run { [gate = bench.gate] in
      await gate.handle(
        MCPRequest(
          method: "tools/call", params: params,
          client: ClientDescription(transport: .http, version: .latest, origin: origin),
          messageBytes: 100),
        as: caller, notifying: .none)
    }
    return try #require(try bench.records([.decision]).last)
  }

  private func issued(
    _ authentication: Authentication? = nil, scopes: [String] = [], actors: [String] = []
  ) -> Principal {
    Principal(
      agent: "corp/app", human: "corp/alice", issuer: "corp", client: "app", instance: "i-1",
      actors: actors, scopes: scopes, authentication: authentication, binding: .dpop)
  }

  @Test func `strength and age of the authentication decide, and are on record`() async throws {
    let bench = try await GateBench(policy: Self.policy, tools: ["send"])
    let fresh = Authentication(methods: ["pwd", "otp"], context: "urn:2", time: Gate.now - 20)
    var old = fresh
    old.time = Gate.now - 400
    let allowed = try await call("notes__add", on: bench, as: issued(fresh))
    #expect(allowed.text("decision") == "allow")
    let told = try #require(allowed.document.root[member: "authentication"])
    #expect(told[member: "context"]?.string == "urn:2")
    #expect(told[member: "methods"]?.elements.compactMap(\.string) == ["pwd", "otp"])
    let oldest = Gate.now - (try #require(fresh.time))
    #expect((20...oldest).contains(try #require(told[member: "age"]?.int64)))
    for principal in [
      issued(old), issued(Authentication(methods: ["pwd"], time: Gate.now)), issued(),
      Principal(agent: "claude"),
    ] {
      let asked = try await call("notes__add", on: bench, as: principal)
      #expect(asked.text("decision") == "ask")
    }
    bench.end()
  }

  @Test func `an authentication in the future counts as one of now`() {
    let told = LedgerAuthentication(Authentication(time: 1_000), at: 900)
    #expect(told.age == 0)
  }

  @Test func `the address that a request comes from decides, and is on record`() async throws {
    let bench = try await GateBench(policy: Self.policy, tools: ["send"])
    let agent = Principal(agent: "claude")
    for (origin, decision) in [
      ("10.1.2.3", "allow"), ("192.0.2.1", "deny"), ("::1", "deny"), (nil, "deny"),
      ("nonsense", "deny"),
    ] {
      let entry = try await call("notes__wipe", on: bench, as: agent, from: origin)
      #expect(entry.text("decision") == decision, "\(origin ?? "none")")
      #expect(entry.text("origin") == origin)
    }
    bench.end()
  }

  @Test func `scopes decide, without an issuer those of a token that says some`() async throws {
    let bench = try await GateBench(policy: Self.policy, tools: ["send"])
    let allowed = try await call("notes__send", on: bench, as: issued(scopes: ["notes:send"]))
    #expect(allowed.text("decision") == "allow")
    let denied = try await call("notes__send", on: bench, as: issued(scopes: ["notes"]))
    #expect(denied.text("decision") == "deny")
    let own = Principal(agent: "claude", scopes: ["notes:send"])
    #expect(try await call("notes__send", on: bench, as: own).text("decision") == "allow")
    let none = Principal(agent: "claude")
    #expect(try await call("notes__send", on: bench, as: none).text("decision") == "deny")
    bench.end()
  }

  @Test func `what was told decides the same from the ledger alone`() async throws {
    let bench = try await GateBench(policy: Self.policy, tools: ["send"])
    try SnapshotRecorder(ledger: bench.ledger).record(bench.gate.snapshot)
    let fresh = Authentication(methods: ["otp"], context: "urn:2", time: Gate.now - 300)
    _ = try await call("notes__add", on: bench, as: issued(fresh))
    _ = try await call("notes__add", on: bench, as: issued())
    _ = try await call("notes__wipe", on: bench, as: issued(), from: "10.0.0.1")
    _ = try await call("notes__wipe", on: bench, as: issued(), from: "11.0.0.1")
    _ = try await call("notes__send", on: bench, as: issued(scopes: ["notes:send"]))
    var history = DecisionHistory()
    var decisions: [String] = []
    for entry in try bench.records() {
      guard let replay = try history.replay(entry) else { continue }
      #expect(replay.differences == [])
      #expect(replay.recorded.request.principal.client == "app")
      decisions.append(replay.verdict.decision.rawValue)
    }
    #expect(decisions.dropFirst() == ["ask", "allow", "deny", "allow"])
    bench.end()
  }

  @Test(
    "policies see how the agent comes, and of who acts for the person the present actor alone",
    arguments: [
      (#"principal has actor && principal.actor == "scheduler""#, true),
      (#"principal has actor && principal.actor == "earlier""#, false),
      (#"principal.client == "app" && principal.instance == "i-1""#, true),
      (#"principal.issuer == "corp" && principal.binding == "dpop""#, true),
      (#"principal has human && principal.human == Sallyport::Human::"corp/alice""#, true),
      (#"principal has tenant"#, false),
    ])
  func attributes(condition: String, holds: Bool) async throws {
    let bench = try await GateBench(
      policy: "permit (principal, action, resource) when { \(condition) };")
    let principal = issued(actors: ["scheduler", "earlier"])
    let entry = try await call("notes__search", on: bench, as: principal)
    #expect(entry.text("decision") == (holds ? "allow" : "deny"))
    let recorded = try #require(entry.document.root[member: "principal"])
    #expect(
      recorded[member: "actors"]?.elements.compactMap(\.string) == ["scheduler", "earlier"])
    bench.end()
  }

  @Test func `the schema has what the context may hold`() async throws {
    let bench = try await GateBench(yaml: "mcpServers: {notes: {command: server}}", tools: ["send"])
    let report = bench.gate.snapshot.policySchema.check(try policies(Self.policy))
    #expect(report.errors.map(\.message) == [])
    let careless = try policies(
      #"""
      forbid (principal, action == Sallyport::Action::"notes__add", resource)
      when { context.authentication.age > 300 };
      """#)
    #expect(!bench.gate.snapshot.policySchema.check(careless).errors.isEmpty)
    bench.end()
  }

  @Test func `who could call depends on what is not known of the authentication`() async throws {
    let bench = try await GateBench(policy: Self.policy, tools: ["send"])
    let decider = bench.gate.snapshot.decider
    let tool = try #require(bench.gate.snapshot.catalog["notes__add"])
    let entities = try #require(decider.entities(for: bench.caller))
    #expect(decider.mayCall(tool, caller: bench.caller, entities: entities))
    bench.end()
  }
}
