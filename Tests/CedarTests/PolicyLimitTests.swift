import Testing

@testable import Cedar

@Suite("limits of policies")
struct PolicyLimitTests {
  private func policy(_ condition: String) -> String {
    "permit(principal, action, resource) when { \(condition) };"
  }

  @Test(
    "deep nesting is an error and not a crash",
    arguments: [
      (String(repeating: "(", count: 100_000), String(repeating: ")", count: 100_000)),
      (String(repeating: "[", count: 100_000), ""),
      (String(repeating: "{a: ", count: 100_000), ""),
      (String(repeating: "if ", count: 100_000), ""),
      (String(repeating: "[].contains(", count: 50_000), ""),
      (String(repeating: "!(", count: 50_000), ""),
    ])
  func nesting(open: String, close: String) {
    let errors = parseErrors(policy(open + "true" + close))
    #expect(errors.first?.message == "the expression nests deeper than 128 levels")
  }

  @Test("nesting up to the limit is accepted and evaluated")
  func nestingWithin() throws {
    let depth = PolicyLimits.standard.nesting - 1
    let text = String(repeating: "(", count: depth) + "true" + String(repeating: ")", count: depth)
    #expect(try evaluate(text).description == "true")
    let conditional =
      String(repeating: "if true then ", count: depth) + "true"
      + String(repeating: " else false", count: depth)
    #expect(try evaluate(conditional).description == "true")
  }

  @Test(
    "a chain that would make a tall tree is an error",
    arguments: [
      "1" + String(repeating: " + 1", count: 100_000), "1" + String(repeating: " * 1", count: 300),
      "context" + String(repeating: ".a", count: 100_000),
      "context" + String(repeating: "[\"a\"]", count: 300),
      "[]" + String(repeating: ".isEmpty()", count: 300),
    ])
  func height(expression: String) {
    #expect(
      parseErrors(policy(expression)).first?.message
        == "the expression is a tree of more than 256 levels")
  }

  @Test("the tallest tree is evaluated")
  func heightWithin() throws {
    let text = "0" + String(repeating: " + 1", count: PolicyLimits.standard.expressionHeight - 1)
    #expect(try evaluate(text).description == "255")
  }

  @Test("nested `is … in` evaluates each operand once")
  func nestedTypeTests() throws {
    let depth = 40
    let text =
      String(repeating: "(if (", count: depth) + "principal"
      + String(repeating: ") is User in principal then principal else action)", count: depth)
      + " == principal"
    #expect(try evaluate(text).description == "true")
  }

  @Test("long chains of `&&` and `||` are flat")
  func flatChains() throws {
    #expect(
      try evaluate("true" + String(repeating: " && true", count: 20_000)).description == "true")
    #expect(
      try evaluate("false" + String(repeating: " || false", count: 20_000)).description == "false")
  }

  @Test("the sizes of sources and sets are bounded")
  func sizes() {
    var limits = PolicyLimits()
    limits.sourceBytes = 100
    limits.policies = 2
    let one = "permit(principal,action,resource);"
    #expect(parseErrors(one + one, limits: limits).isEmpty)
    #expect(
      parseErrors(String(repeating: " ", count: 101), limits: limits).first?.message
        == "the source has 101 bytes, more than the limit of 100")
    limits.sourceBytes = 1000
    #expect(
      parseErrors(one + one + one, limits: limits).first?.message
        == "the source has more policies than the limit of 2")
    #expect(throws: PolicyParseErrors.self) {
      try PolicySet.parse(
        [PolicySource(file: "a", text: one + one), PolicySource(file: "b", text: one)],
        limits: limits)
    }
  }

  @Test("as many errors are collected as are allowed")
  func errorCount() {
    let text = String(repeating: "permit();\n", count: 1000)
    do throws(PolicyParseErrors) {
      _ = try PolicySet.parse(text, file: "test")
      Issue.record("no error was found")
    } catch {
      #expect(error.errors.count == 20)
      #expect(!error.isComplete)
      #expect(error.description.hasSuffix("more errors may follow; fix these first"))
    }
  }

  @Test("a pattern of many wildcards is matched in reasonable time")
  func patterns() throws {
    let text = String(repeating: "a", count: 5000)
    let pattern = String(repeating: "*a", count: 200) + "*b"
    #expect(try evaluate("\"\(text)\" like \"\(pattern)\"").description == "false")
  }

  @Test("a set of many values is built and compared in reasonable time")
  func largeSets() {
    let values = (0..<50_000).map { Value.long($0) }
    let set = ValueSet(values)
    #expect(set == ValueSet(values.reversed()))
    #expect(set.contains(.long(49_999)) && !set.contains(.long(50_000)))
    #expect(set.containsAll(ValueSet(values.prefix(10))))
    #expect(!ValueSet([.long(-1)]).containsAny(set))
  }
}
