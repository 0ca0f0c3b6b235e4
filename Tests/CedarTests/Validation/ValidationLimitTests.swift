import Testing

@testable import Cedar

@Suite("bounds of validation")
struct ValidationLimitTests {
  @Test("findings are counted and the rest is left out, the verdict is not")
  func findings() throws {
    let text = String(repeating: ValidationWorld.policy("context.nope || context.nop"), count: 3)
    var limits = ValidationLimits()
    limits.findings = 5
    let result = try ValidationWorld.validate(text, limits: limits)
    #expect(result.errors.count == 5)
    #expect(!result.isComplete)
    limits.findings = 6
    #expect(try ValidationWorld.validate(text, limits: limits).isComplete)
    limits.findings = 0
    #expect(try ValidationWorld.validate(text, limits: limits).errors.count == 1)
  }

  @Test("work is bounded for all policies together")
  func steps() throws {
    var limits = ValidationLimits()
    limits.steps = 30
    let policy = ValidationWorld.policy("context.n == 1 && context.n == 2 && context.n == 3")
    let result = try ValidationWorld.validate(policy + policy, limits: limits)
    #expect(result.errors.map(\.kind) == [.limitReached])
    #expect(!result.isComplete)
    limits.environments = 0
    let none = try ValidationWorld.validate(
      "permit(principal, action, resource);", limits: limits)
    #expect(none.errors.map(\.kind) == [.limitReached])
  }

  @Test("the highest expressions that parse are checked")
  func height() throws {
    let height = PolicyLimits.standard.expressionHeight
    let sum = "1" + String(repeating: " + 1", count: height - 2) + " == 1"
    #expect(try ValidationWorld.validate(ValidationWorld.policy(sum)).isValid)
    let path = "principal" + String(repeating: ".boss", count: height - 3) + ".t"
    #expect(try ValidationWorld.validate(ValidationWorld.policy(path), level: 300).isValid)
    let path2 = "principal has " + String(repeating: "boss.", count: height - 2) + "age"
    #expect(try ValidationWorld.validate(ValidationWorld.policy(path2), level: 300).isValid)
    let nested =
      String(repeating: "(principal.t && ", count: 120) + "1" + String(repeating: ")", count: 120)
    #expect(try ValidationWorld.validate(ValidationWorld.policy(nested)).errors.count == 1)
    let record = String(repeating: "{a: ", count: 100) + "1" + String(repeating: "}", count: 100)
    let twins = "\(record) == \(record)"
    #expect(try ValidationWorld.validate(ValidationWorld.policy(twins)).isValid)
  }

  @Test("what nests in itself takes no exponential time")
  func nesting() throws {
    var value = "principal"
    for _ in 0..<30 { value = "{a: \(value), b: principal.t}.a.boss" }
    let limits: ValidationLimits = {
      var limits = ValidationLimits()
      limits.steps = 20_000
      return limits
    }()
    let result = try ValidationWorld.validate(
      ValidationWorld.policy(value + ".t"), level: 40, limits: limits)
    #expect(result.isValid, "\(result)")
  }

  @Test("environments that the conditions cannot tell apart are checked once")
  func environments() throws {
    let actions = (0..<500).map {
      "action a\($0) appliesTo { principal: [U], resource: [R, S], context: { x: Long } };"
    }
    let schema = try Schema.parse(
      "entity U { t: Bool }; entity R; entity S;" + actions.joined(), file: "s")
    var limits = ValidationLimits()
    limits.steps = 100
    let one = try policies("permit(principal, action, resource) when { principal.t };")
    #expect(Validator(schema: schema).validate(one, limits: limits).isValid)
    let all = try policies(
      "permit(principal, action, resource) when { action == resource || principal.t };")
    let kinds = Validator(schema: schema).validate(all, limits: limits).errors.map(\.kind)
    #expect(kinds == [.limitReached])
    #expect(Validator(schema: schema).validate(all).isValid)
  }
}
