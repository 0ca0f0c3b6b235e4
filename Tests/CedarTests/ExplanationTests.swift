import Cedar
import Testing

@Suite("Explanations")
struct ExplanationTests {
  private static let policies = """
    @id("small") permit (principal in Role::"dev", action == Action::"pay", resource)
    when { context.input.amount < 100 && context.input has to && context.input.to like "ch*" }
    unless { principal.blocked };
    @id("admin") permit (principal in Role::"admin", action, resource);
    @id("cap") forbid (principal, action, resource)
    when { context.input has amount && context.input.amount > 1000 };
    @id("other") permit (principal == User::"bob", action == Action::"see", resource is Page);
    """

  private func explain(
    _ input: Record, roles: [String] = ["dev"], policies: String = policies
  ) throws -> Explanation {
    let ann = EntityUID(type: "User", id: "ann")
    let entities = try Entities([
      Entity(
        ann, attributes: ["blocked": false], parents: roles.map { EntityUID(type: "Role", id: $0) })
    ])
    let request = Request(
      principal: ann, action: EntityUID(type: "Action", id: "pay"),
      resource: EntityUID(type: "Bank", id: "b"), context: ["input": .record(input)])
    let set = try PolicySet.parse(policies, file: "p.cedar")
    let explanation = Authorizer.explain(request, policies: set, entities: entities)
    let response = Authorizer.isAuthorized(request, policies: set, entities: entities)
    #expect(explanation.response.determining == response.determining)
    return explanation
  }

  @Test func `an allowed request has its permit with all parts true and their values`() throws {
    let explanation = try explain(["amount": 7, "to": "ch1"])
    #expect(explanation.response.decision == .allow)
    #expect(explanation.candidates.map(\.policy.name) == ["small", "cap"])
    #expect(explanation.candidates.map(\.outcome) == [.satisfied, .unsatisfied])
    #expect(explanation.candidates.map(\.isDetermining) == [true, false])
    #expect(explanation.nearestPermit == nil)
    #expect(explanation.forbidsInTheWay.isEmpty)
    let small = explanation.candidates[0]
    #expect(small.distance == 0)
    #expect(small.conditions.map(\.isUnless) == [false, true])
    #expect(
      small.conditions[0].parts.map(\.text) == [
        "context.input.amount < 100", "context.input has to", #"context.input.to like "ch*""#,
      ])
    #expect(
      small.conditions.flatMap(\.parts).flatMap(\.readings).map(\.expression) == [
        "context.input.amount", "context.input has to", "context.input.to", "principal.blocked",
      ])
    #expect(
      small.conditions.flatMap(\.parts).flatMap(\.readings).map(\.value)
        == [7, true, "ch1", false])
    #expect(small.conditions[1].parts.map(\.outcome) == [.value(false)])
    #expect(small.conditions[0].parts[0].place.line == 2)
  }

  @Test func `a denied request has the parts of the nearest permit that are in the way`() throws {
    let explanation = try explain(["amount": 200, "to": "ch1"])
    #expect(explanation.response.decision == .deny)
    let nearest = try #require(explanation.nearestPermit)
    #expect(nearest.policy.name == "small")
    #expect(
      nearest.conditions.flatMap(\.partsInTheWay).map(\.text) == ["context.input.amount < 100"])
  }

  @Test func `a part that its guard keeps from being evaluated is not a failure`() throws {
    let explanation = try explain(["amount": 200])
    let parts = explanation.candidates[0].conditions[0].parts
    #expect(parts.map(\.outcome) == [.value(false), .value(false), .unreached])
    #expect(parts[2].readings.map(\.expression) == ["context.input.to"])
    #expect(parts[2].readings.map(\.value) == [nil])
    #expect(explanation.candidates[0].outcome == .unsatisfied)
  }

  @Test func `a policy that errs says where and why`() throws {
    let explanation = try explain(["to": "ch1"])
    let message = "the record has no attribute `amount`; test for it with `has` first"
    #expect(explanation.candidates[0].outcome == .failed(message))
    #expect(explanation.candidates[0].conditions[0].parts[0].outcome == .failed(message))
  }

  @Test func `a satisfied forbid is in the way, and no permit is sought when one holds`() throws {
    let explanation = try explain(["amount": 2000, "to": "ch1"], roles: ["admin"])
    #expect(explanation.forbidsInTheWay.map(\.policy.name) == ["cap"])
    #expect(explanation.nearestPermit == nil)
    #expect(explanation.response.determining.map(\.name) == ["cap"])
  }

  @Test func `the nearest permit may be one whose scope the request is not in`() throws {
    let explanation = try explain(["amount": 200], roles: [])
    let nearest = try #require(explanation.nearestPermit)
    #expect(nearest.policy.name == "admin")
    #expect(nearest.outcome == .outOfScope)
    #expect(nearest.scopeMismatches.map(\.constraint) == [#"principal in Role::"admin""#])
    #expect(nearest.scopeMismatches.map(\.found.description) == [#"User::"ann""#])
  }

  @Test(
    arguments: [
      (#"unless { context.input.amount == 1 && resource is Bank }"#, ["resource is Bank"]),
      (#"unless { context.input.amount == 2 && resource is Bank }"#, []),
      (#"unless { context.input.none && true }"#, ["context.input.none"]),
      (
        #"when { (true && false) && (false || context.input.amount == 2) }"#,
        ["false", "false || context.input.amount == 2"]
      ),
      (
        #"when { if context.input.amount == 1 then false else true }"#,
        ["if context.input.amount == 1 then false else true"]
      ),
    ] as [(String, [String])])
  func `of each condition the parts in the way are those that would have to change`(
    condition: String, parts: [String]
  ) throws {
    let explanation = try explain(
      ["amount": 1], policies: "permit (principal, action, resource) \(condition);")
    #expect(
      explanation.candidates[0].conditions.flatMap(\.partsInTheWay).map(\.text) == parts)
  }

  @Test func `templates are explained by their links`() throws {
    let set = try PolicySet.parse(
      #"@id("t") permit (principal == ?principal, action, resource) when { context.ok };"#,
      file: "t.cedar"
    ).linking([
      TemplateLink(template: "t", id: "l", principal: EntityUID(type: "User", id: "bob"))
    ])
    let explanation = Authorizer.explain(
      Request(
        principal: EntityUID(type: "User", id: "ann"), action: EntityUID(type: "A", id: "a"),
        resource: EntityUID(type: "R", id: "r"), context: ["ok": true]),
      policies: set, entities: .empty)
    #expect(
      explanation.nearestPermit?.scopeMismatches.map(\.constraint)
        == [#"principal == User::"bob""#])
  }

  @Test func `readings are bounded`() throws {
    let parts = (0..<100).map { "context.input.a\($0) == 1" }.joined(separator: " || ")
    let explanation = try explain(
      [:], policies: "permit (principal, action, resource) when { \(parts) };")
    #expect(
      explanation.candidates[0].conditions[0].parts[0].readings.count == Explanation.readingsMax)
  }
}
