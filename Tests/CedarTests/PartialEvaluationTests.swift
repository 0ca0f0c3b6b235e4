import Foundation
import Testing

@testable import Cedar

@Suite("partial evaluation")
struct PartialEvaluationTests {
  private let tool = EntityUID(type: "Tool", id: "delete")
  private let call = EntityUID(type: "Action", id: "call")
  private let ana = EntityUID(type: "User", id: "ana")
  private let developers = EntityUID(type: "Role", id: "developers")

  private func described() throws -> Entities {
    try Entities([
      Entity(ana, attributes: ["age": 30], parents: [developers]),
      Entity(developers),
      Entity(tool, attributes: ["risk": 3]), Entity(call),
    ])
  }

  private func ask(
    _ text: String, principal: PartialEntity? = nil,
    context: PartialRecord = PartialRecord(["env": "prod"]).withUnknown("input"),
    absent: AbsentEntities = .nonexistent
  ) throws -> PartialResponse {
    Authorizer.isAuthorizedPartially(
      PartialRequest(
        principal: principal ?? .known(ana), action: .known(call), resource: .known(tool),
        context: context),
      policies: try policies(text), entities: try described(), absentEntities: absent)
  }

  /// What is left of a condition: a truth value, `error`, or the text of the expression.
  private func remains(
    _ condition: String, principal: PartialEntity? = nil, context: PartialRecord? = nil,
    absent: AbsentEntities = .nonexistent
  ) throws -> String {
    let response = try ask(
      "permit(principal, action, resource) when { \(condition) };", principal: principal,
      context: context ?? PartialRecord(["env": "prod"]).withUnknown("input"), absent: absent)
    if !response.satisfiedPermits.isEmpty { return "true" }
    if !response.errors.isEmpty { return "error" }
    guard let residual = response.residuals.first, let id = residual.condition else {
      return "false"
    }
    return PolicyPrinter.text(of: id, in: residual.tree)
  }

  @Test("a tool is denied before its input is known only when no input would be allowed")
  func listing() throws {
    let permit = "permit(principal in Role::\"developers\", action, resource);"
    let forbid = "forbid(principal, action, resource) when { context.env == \"prod\" && "
    #expect(try ask(permit).decision == .allow)
    #expect(try ask(permit + forbid + "resource.risk > 2 };").decision == .deny)
    #expect(try ask(permit + forbid + "context.input.force };").decision == .depends)
    #expect(try ask(forbid + "context.input.force };").decision == .deny)
    #expect(try ask(permit + forbid + "resource.risk > 5 && context.input.x };").decision == .allow)
  }

  @Test("who could is what remains about an unknown principal")
  func whoCould() throws {
    let response = try ask(
      """
      @id("a") permit(principal in Role::"developers", action == Action::"call", resource)
        when { principal.age > resource.risk };
      @id("b") permit(principal is Agent, action, resource);
      permit(principal == Agent::"x", action, resource);
      forbid(principal, action == Action::"list", resource);
      """, principal: .unknown("User"))
    #expect(response.decision == .depends)
    #expect(response.residuals.map(\.policy.name) == ["a"])
    #expect(
      response.residuals.first?.text == """
        @id("a")
        permit(principal in Role::"developers", action, resource)
        when { principal.age > 3 };
        """)
    let remaining = ResidualPolicies(response)
    let entities = try described()
    func decision(_ uid: EntityUID) -> Decision {
      remaining.isAuthorized(
        Request(principal: uid, action: call, resource: tool, context: [:]), entities: entities
      ).decision
    }
    #expect(decision(ana) == .allow)
    #expect(decision(EntityUID(type: "User", id: "eve")) == .deny)
  }

  @Test(
    "what is known is put in, and what it decides is left out",
    arguments: [
      ("context.env == \"prod\" && context.input.a", "context.input.a"),
      ("context.env == \"prod\" || context.input.a", "true"),
      ("context.input.a && context.env == \"dev\"", "context.input.a && false"),
      ("context has input && context.env == \"dev\"", "false"),
      ("context.input.a || context.env == \"prod\"", "context.input.a || true"),
      ("context has input || context.env == \"prod\"", "true"),
      ("!(context.env == \"dev\") && !(context has input)", "!(context has input)"),
      ("(context.env == \"prod\" && context.input) == true", "(true && context.input) == true"),
      ("if context has input then resource.risk == 3 else true", "true"),
      (
        "if context.input then resource.risk > 2 else context.env == \"dev\"",
        "if context.input then true else false"
      ),
      ("resource.risk + 1 < context.input.n", "4 < context.input.n"),
      ("context.input.n < \"a\"", "error"),
      (
        "context.input.list.contains(resource)",
        "context.input.list.contains(Tool::\"delete\")"
      ),
      (
        "context.input in [principal, resource]",
        "context.input in [User::\"ana\", Tool::\"delete\"]"
      ),
      (
        "context.input like \"a*\" && context.missing",
        "context.input like \"a*\" && context.missing"
      ),
      ("context.missing && context.input", "error"),
      ("context has input.a.b", "context has input.a.b"),
      ("context has env.a", "error"),
      ("context has missing.a", "false"),
      ("[1, 2].containsAll(context.input)", "[1, 2].containsAll(context.input)"),
      ("ip(\"10.0.0.1\").isInRange(context.input)", "ip(\"10.0.0.1\").isInRange(context.input)"),
      (
        "datetime(\"2026-01-01\").offset(duration(\"1d\")) < context.input",
        "datetime(\"2026-01-02T00:00:00.000Z\") < context.input"
      ),
      ("principal in Role::\"developers\" && context.input is User", "context.input is User"),
      ("\"a\" == context.input && 1 == \"1\"", "\"a\" == context.input && false"),
      (
        "{a: context.input, b: resource.risk} == context",
        "{a: context.input, b: 3} == context"
      ),
    ])
  func simplification(condition: String, remaining: String) throws {
    #expect(try remains(condition) == remaining)
  }

  @Test(
    "an unknown principal of a known type decides what its type decides",
    arguments: [
      ("principal is User", "true"), ("principal is Role", "false"),
      ("principal == Role::\"x\"", "false"),
      ("principal == User::\"x\"", "principal == User::\"x\""),
      ("principal is User in Role::\"x\"", "principal in Role::\"x\""),
      ("principal is Role in Role::\"x\"", "false"), ("principal in []", "false"),
      ("principal like \"x\"", "error"), ("principal has a", "principal has a"),
      ("principal == 1", "false"), ("principal.hasTag(\"a\")", "principal.hasTag(\"a\")"),
      ("principal.a.b == 1", "principal.a.b == 1"),
    ])
  func unknownPrincipal(condition: String, remaining: String) throws {
    #expect(try remains(condition, principal: .unknown("User")) == remaining)
  }

  @Test("an entity that is not described does not exist, or is unknown, as the caller says")
  func absentEntities() throws {
    let stranger = PartialEntity.known(EntityUID(type: "User", id: "eve"))
    for (condition, nonexistent, unknown) in [
      ("principal has a", "false", "User::\"eve\" has a"),
      ("principal.a == 1", "error", "User::\"eve\".a == 1"),
      ("principal in Role::\"x\"", "false", "User::\"eve\" in Role::\"x\""),
      ("principal.hasTag(\"t\")", "false", "User::\"eve\".hasTag(\"t\")"),
      ("principal in principal", "true", "true"), ("principal is Role", "false", "false"),
    ] {
      #expect(try remains(condition, principal: stranger) == nonexistent)
      #expect(try remains(condition, principal: stranger, absent: .unknown) == unknown)
    }
  }

  @Test("a group that is not described leaves open what its members are in")
  func absentGroup() throws {
    let entities = try Entities([Entity(ana, parents: [developers]), Entity(tool), Entity(call)])
    func decision(_ group: String, _ absent: AbsentEntities) throws -> PartialDecision {
      Authorizer.isAuthorizedPartially(
        PartialRequest(Request(principal: ana, action: call, resource: tool)),
        policies: try policies("permit(principal in Role::\"\(group)\", action, resource);"),
        entities: entities, absentEntities: absent
      ).decision
    }
    #expect(try decision("developers", .unknown) == .allow)
    #expect(try decision("all", .unknown) == .depends)
    #expect(try decision("all", .nonexistent) == .deny)
  }

  @Test("a member may be known to be there without its value, or may be absent")
  func presence() throws {
    let there = PartialRecord(["env": "prod"]).withUnknown("input", mayBeAbsent: false)
    #expect(try remains("context has input", context: there) == "true")
    #expect(try remains("context has input") == "context has input")
    #expect(try remains("context has input", context: .unknown) == "context has input")
    #expect(try remains("context has other", context: there) == "false")
    let inside = PartialRecord(["input": .record(["a": 1])]).withUnknown("input", "b")
    #expect(try remains("context.input.a == 1", context: inside) == "true")
    #expect(try remains("context.input.b == 1", context: inside) == "context.input.b == 1")
    #expect(try remains("context.input has c", context: inside) == "false")
    #expect(try remains("context has input.b", context: inside) == "context has input.b")
  }

  @Test("a residual that can only fail or be unsatisfied does not make the decision depend")
  func neverSatisfied() throws {
    let response = try ask(
      "permit(principal, action, resource); "
        + "forbid(principal, action, resource) when { context.input.a && 1 == 2 };")
    #expect(response.decision == .allow)
    #expect(response.residuals.map(\.mayBeSatisfied) == [false])
    #expect(response.residuals.map(\.mayFail) == [true])
  }

  @Test("a policy that fails in every completion is an error, in its scope or out of reach")
  func errors() throws {
    let text = "forbid(principal in Role::\"developers\", action, resource) when { 1 + true == 2 };"
    let known = try ask(text)
    #expect(known.errors.count == 1)
    #expect(known.hasErringForbid)
    #expect(known.residuals.isEmpty)
    let unknown = try ask(text, principal: .unknown)
    #expect(unknown.errors.isEmpty)
    #expect(unknown.residuals.first?.text.hasSuffix("when { 1 + true == 2 };") == true)
    #expect(unknown.decision == .deny)
  }

  @Test("a large value stays the expression that names it")
  func largeValues() throws {
    let many = Value.set(ValueSet((0..<1000).map { .long($0) }))
    let context = PartialRecord(["many": many]).withUnknown("input")
    let condition = "context.many.contains(context.input)"
    #expect(try remains(condition, context: context) == condition)
  }

  @Test("the tallest and the longest conditions are evaluated on a stack of two mebibytes")
  func limits() async throws {
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      let thread = Thread { done.resume(with: Result { try evaluateLimits() }) }
      thread.stackSize = 2 << 20
      thread.start()
    }
  }

  private func evaluateLimits() throws {
    let height = PolicyLimits.standard.expressionHeight
    let tall = "context.input" + String(repeating: " + 1", count: height - 3) + " == 1"
    #expect(try remains(tall) == tall)
    let long = "context.input" + String(repeating: " && context.input", count: 20_000)
    #expect(try remains(long) == long)
    let depth = PolicyLimits.standard.nesting - 2
    // An operand is gone through once, however deep it stands.
    let deep =
      String(repeating: "if context.input then ", count: depth) + "principal"
      + String(repeating: " else resource", count: depth) + " == action"
    #expect(try remains(deep).utf8.count < 20_000)
  }

  @Test("what remains does not grow with the number of times that something is mentioned")
  func growth() throws {
    for depth in [5, 10, 20, 40] {
      let condition =
        String(repeating: "(if context.input is User in ", count: depth) + "principal"
        + String(repeating: " then principal else resource)", count: depth) + " == resource"
      let text = try remains(condition)
      #expect(text.utf8.count < condition.utf8.count + depth * 40)
    }
  }
}
