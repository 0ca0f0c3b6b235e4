import Testing

@testable import Cedar

@Suite("policy sets")
struct PolicySetTests {
  private let any = "permit(principal, action, resource);"

  @Test("policies without `@id` are named by source and position")
  func names() throws {
    let set = try PolicySet.parse([
      PolicySource(file: "a.cedar", text: "\(any)\n@id(\"mine\")\(any)\(any)"),
      PolicySource(file: "b.cedar", text: "@id(\"\")\(any)"),
    ])
    #expect(set.policies.map(\.id.name) == ["a.cedar#0", "mine", "a.cedar#2", "b.cedar#0"])
    #expect(set.policies[2].place.description == "a.cedar:2:48")
    #expect(set.sources.map(\.file) == ["a.cedar", "b.cedar"])
  }

  @Test("two policies with the same id are an error that names both places")
  func duplicates() {
    #expect(throws: PolicyParseErrors.self) {
      try PolicySet.parse([
        PolicySource(file: "a", text: "@id(\"x\")\n\(any)"),
        PolicySource(file: "b", text: "\(any)\n\n@id(\"x\") \(any)"),
      ])
    }
    do throws(PolicyParseErrors) {
      _ = try PolicySet.parse([
        PolicySource(file: "a", text: "@id(\"x\")\n\(any)"),
        PolicySource(file: "b", text: "\(any)\n\n@id(\"x\") \(any)"),
      ])
    } catch {
      #expect(
        error.description == """
          b:3:10: a policy with the id "x" already stands at a:2:1
            @id("x") permit(principal, action, resource);
                     ^
            help: give each policy its own `@id`
          """)
    }
  }

  @Test("ids that differ only in Unicode normalisation are different")
  func normalisation() throws {
    let set = try policies("@id(\"\\u{e9}\")\(any) @id(\"e\\u{301}\")\(any)")
    #expect(set.policies.count == 2)
    #expect(set.policy(named: "\u{e9}")?.id.index == 0)
    #expect(set.policy(named: "e\u{301}")?.id.index == 1)
  }

  @Test("errors of several policies and sources are reported together")
  func severalErrors() {
    do throws(PolicyParseErrors) {
      _ = try PolicySet.parse([
        PolicySource(file: "a", text: "permit(principal);\n\(any)\nforbid(principal, action);"),
        PolicySource(file: "b", text: "allow(principal, action, resource);"),
      ])
      Issue.record("three errors were not found")
    } catch {
      #expect(error.isComplete)
      #expect(error.errors.map { "\($0.place)" } == ["a:1:17", "a:3:25", "b:1:1"])
    }
  }

  @Test(
    "the use of the context is known by path",
    arguments: [
      ("true", ""),
      ("context.a == 1", "a!"),
      ("context.input.amount < 5", "input(amount!)"),
      ("context has approval && context.approval.by == principal", "approval(by!)"),
      ("context has input.to", "input(to)"),
      ("context.a.contains(context.b)", "a! b!"),
      ("context == {}", "!"),
      ("[context].contains(context.a)", "! a!"),
      ("(if context.a then context else {}) has b", "! a!"),
      ("{x: context.a.b}.x == context[\"c d\"]", "a(b!) c d!"),
      ("context.input == {} || context.input.a", "input!(a!)"),
      ("principal.a == 1", ""),
      ("context.a like \"*\" && ip(context.b).isInRange(ip(context.c))", "a! b! c!"),
      ("principal is User in context.g", "g!"),
    ])
  func contextUse(condition: String, expected: String) throws {
    func text(_ use: AttributeUse) -> String {
      let members = use.members.sorted { $0.key.text < $1.key.text }.map { name, use in
        let inner = text(AttributeUse(members: use.members))
        return name.text + (use.isWhole ? "!" : "") + (inner.isEmpty ? "" : "(\(inner))")
      }
      return ((use.isWhole ? ["!"] : []) + members).joined(separator: " ")
    }
    let set = try policies("permit(principal, action, resource) when { \(condition) };")
    #expect(text(set.contextUse) == expected)
  }

  @Test("names are nil when the context is used as a whole")
  func contextNames() throws {
    let partly = try policies(
      "permit(principal, action, resource) when { context.a.b == 1 } unless { context has c };")
    #expect(partly.contextUse.names == ["a", "c"])
    #expect(partly.contextUse["a"]?.names == ["b"])
    #expect(partly.contextUse["z"] == nil)
    #expect(partly.contextUse["c"]?.isWhole == false)
    let whole = try policies("permit(principal, action, resource) when { context == {} };")
    #expect(whole.contextUse.names == nil)
    #expect(whole.contextUse["anything"]?.isWhole == true)
  }

  @Test("comments, white space of all kinds and trailing commas are skipped")
  func layout() throws {
    let set = try policies(
      """
      // first
      permit ( principal ,\u{a0}action,\u{3000}resource , ) // scope
      when { // condition
        [1, 2,].contains(1,) && {a: 1,} has a }
      ;
      // last
      """)
    #expect(set.policies.count == 1)
    #expect(try policies("").policies.isEmpty)
    #expect(try policies("// only a comment").policies.isEmpty)
  }
}
