import Cedar
import Identity
import JSON
import MCP
import Testing

@testable import Catalog
@testable import Gate

@Suite("Asking Cedar")
struct PolicyDeciderTests {
  private func decide(
    _ policy: String, _ tool: String = "notes__add", _ arguments: String = "{}",
    as principal: Principal = Principal(
      agent: "claude", human: "alice", roles: ["developer"], tenant: "acme"),
    environment: String? = nil, isList: Bool = false
  ) throws -> PolicyDecision {
    let catalog = try notesCatalog(SilentUpstream())
    let decider = try PolicyDecider(
      policies: policies(policy), catalog: catalog, environment: environment)
    let caller = Caller(principal)
    let entities = try #require(decider.entities(for: caller))
    let client = ClientDescription(
      transport: .stdio, version: .latest, name: "tester", softwareVersion: "9")
    let tool = try #require(catalog[tool])
    return isList
      ? decider.decideList(tool, caller: caller, entities: entities, client: client)
      : decider.decideCall(
        tool, arguments: try json(arguments), caller: caller, entities: entities, client: client,
        authentication: nil)
  }

  @Test func `what no policy permits is denied by none`() throws {
    let decision = try decide(#"permit (principal == Sallyport::Agent::"x", action, resource);"#)
    #expect(decision.verdict == .deny)
    #expect(decision.policies.isEmpty)
  }

  @Test(
    arguments: [
      #"principal == Sallyport::Agent::"claude", action, resource"#,
      #"principal in Sallyport::Human::"alice", action, resource"#,
      #"principal in Sallyport::Role::"developer", action, resource"#,
      #"principal in Sallyport::Tenant::"acme", action, resource"#,
      #"principal is Sallyport::Agent, action, resource"#,
      #"principal, action == Sallyport::Action::"notes__add", resource"#,
      #"principal, action in Sallyport::Action::"write", resource"#,
      #"principal, action in Sallyport::Action::"call", resource"#,
      #"principal, action, resource == Sallyport::Tool::"notes__add""#,
      #"principal, action, resource in Sallyport::Server::"notes""#,
    ])
  func `a scope can name everything the entity model has`(scope: String) throws {
    #expect(try decide("permit (\(scope));").verdict == .allow)
  }

  @Test(
    arguments: [
      #"principal == Sallyport::Agent::"cursor", action, resource"#,
      #"principal in Sallyport::Role::"admin", action, resource"#,
      #"principal, action in Sallyport::Action::"read", resource"#,
      #"principal, action in Sallyport::Action::"destructive", resource"#,
      #"principal, action == Sallyport::Action::"list", resource"#,
      #"principal, action, resource in Sallyport::Server::"git""#,
    ])
  func `a scope that does not hold permits nothing`(scope: String) throws {
    #expect(try decide("permit (\(scope));").verdict == .deny)
  }

  @Test(
    arguments: [
      (#"context.input.text == "a""#, true), (#"context.input.n < 3"#, true),
      (#"context.input.n > 3"#, false), (#"context.input has missing"#, false),
      (#"context.client.transport == "stdio" && context.client.name == "tester""#, true),
      (#"resource.effect == "write" && resource.name == "add""#, true),
      (#"context has environment"#, false), (#"context has input"#, true),
      (#"context == {}"#, false),
    ])
  func `a condition sees arguments, client and resource`(condition: String, holds: Bool) throws {
    let decision = try decide(
      "permit (principal, action, resource) when { \(condition) };", "notes__add",
      #"{"text":"a","n":2}"#)
    #expect((decision.verdict == .allow) == holds)
  }

  @Test func `the environment is there when the configuration names one`() throws {
    let policy = #"permit (principal, action, resource) when { context.environment == "prod" };"#
    #expect(try decide(policy, environment: "prod").verdict == .allow)
    #expect(try decide(policy, environment: "test").verdict == .deny)
    #expect(try decide(policy).verdict == .deny)
  }

  @Test func `a forbid wins, and says what a person could do`() throws {
    let decision = try decide(
      """
      @id("all") permit (principal, action, resource);
      @id("no-writes") @advice("Ask the notes team.")
      forbid (principal, action in Sallyport::Action::"write", resource);
      """)
    #expect(decision.verdict == .deny)
    #expect(decision.policies == ["no-writes"])
    #expect(decision.advice == ["Ask the notes team."])
  }

  @Test func `a forbid that cannot be evaluated denies, and is named`() throws {
    let decision = try decide(
      """
      @id("all") permit (principal, action, resource);
      @id("too-much") forbid (principal, action, resource) when { context.input.n > 100 };
      """, "notes__add", #"{"n":1.5}"#)
    #expect(decision.verdict == .forbidErred)
    #expect(decision.policies == ["too-much"])
    #expect(decision.errors.count == 1)
  }

  @Test func `a permit that cannot be evaluated permits nothing`() throws {
    let policy = "permit (principal, action, resource) when { context.input.n > 100 };"
    let decision = try decide(policy, "notes__add", "{}")
    #expect(decision.verdict == .deny)
    #expect(decision.errors.count == 1)
  }

  @Test func `a satisfied forbid beside one that errs is a plain denial`() throws {
    let decision = try decide(
      """
      @id("errs") forbid (principal, action, resource) when { context.input.n > 100 };
      @id("holds") forbid (principal, action, resource);
      """)
    #expect(decision.verdict == .deny)
    #expect(decision.policies == ["holds"])
  }

  private static let permit = #"@id("all") permit (principal, action, resource);"#
  private static let approve =
    #"@id("ask-a") @remedy("approval") forbid (principal, action, resource);"#
  private static let stepUp =
    #"@id("ask-s") @remedy("step-up") forbid (principal, action, resource);"#
  private static let never = #"@id("never") forbid (principal, action, resource);"#
  private static let errs =
    #"@id("errs") forbid (principal, action, resource) when { context.input.none };"#
  private static let curableErrs =
    #"@id("e2") @remedy("approval") forbid (principal, action, resource) when { context.none };"#

  @Test(
    arguments: [
      ([permit, approve], .ask, ["ask-a"], [.approval]),
      ([permit, stepUp, approve], .ask, ["ask-s", "ask-a"], [.approval, .stepUp]),
      ([permit, approve, approve.replacing("ask-a", "b")], .ask, ["ask-a", "b"], [.approval]),
      ([approve], .deny, ["ask-a"], []),
      ([permit, approve, never], .deny, ["ask-a", "never"], []),
      ([permit, approve, errs], .forbidErred, ["errs"], []),
      ([permit, approve, curableErrs], .forbidErred, ["e2"], []),
      ([permit, curableErrs], .forbidErred, ["e2"], []),
      ([permit, never, errs], .deny, ["never"], []),
      ([permit.replacing(";", " when { context.none };"), approve], .deny, ["ask-a"], []),
    ] as [([String], PolicyDecision.Verdict, [String], [Remedy])])
  func `a denial is an ask when every forbid in the way has a remedy and something permits`(
    set: [String], verdict: PolicyDecision.Verdict, policies: [String], remedies: [Remedy]
  ) throws {
    let decision = try decide(set.joined(separator: "\n"))
    #expect(decision.verdict == verdict)
    #expect(decision.policies == policies)
    #expect(decision.remedies == remedies)
  }

  @Test func `a list is asked of every tool, without arguments`() throws {
    let policy = """
      @id("show") permit (principal, action == Sallyport::Action::"list", resource)
      unless { resource.effect == "destructive" };
      """
    #expect(try decide(policy, isList: true).verdict == .allow)
    #expect(try decide(policy, "notes__wipe", isList: true).verdict == .deny)
    #expect(try decide(policy).verdict == .deny, "to see is not to call")
  }

  @Test func `a tool nobody said anything about is destructive`() throws {
    let policy = #"permit (principal, action in Sallyport::Action::"destructive", resource);"#
    #expect(try decide(policy, "notes__wipe").verdict == .allow)
    #expect(try decide(policy, "notes__add").verdict == .deny)
  }
}

extension String {
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
