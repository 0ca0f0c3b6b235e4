import Testing

@testable import Cedar

@Suite("tests of policies")
struct PolicyTestTests {
  private struct Missing: Error {}

  private static let files = [
    "suite/a.cedar": """
    permit(principal, action, resource) when { context.n > 1 };
    @id("no-bob") forbid(principal == U::"bob", action, resource);
    permit(principal, action == Action::"r", resource) when { context.missing };
    """,
    "suite/entities.json": "[]",
    "suite/json.cedarschema": """
    \n  {"": {"entityTypes": {"U": {}, "D": {}}, "actions": {"r": {"appliesTo": {
      "principalTypes": ["U"], "resourceTypes": ["D"],
      "context": {"type": "Record", "attributes": {"n": {"type": "Long"}}}}}}}}
    """,
    "suite/a.cedarschema": """
    entity U, D;
    action "g";
    action "r" in ["g"] appliesTo {principal: U, resource: D, context: {n: Long}};
    """,
  ]

  private func request(
    _ rest: String, of principal: String = "alice", n: String = "2"
  ) -> String {
    #"""
    {"description": "\#(principal)", "principal": {"type": "U", "id": "\#(principal)"},
     "action": {"type": "Action", "id": "r"}, "resource": {"type": "D", "id": "d"},
     "context": {"n": \#(n)}, \#(rest)}
    """#
  }

  private func run(
    _ requests: String..., head: String = #""schema": "a.cedarschema""#, prefix: String = "",
    root: String = "", validate: ((PolicySet, Schema) -> Bool)? = nil
  ) throws(PolicyTestError) -> PolicyTestOutcome {
    let test = #"""
      {"policies": "\#(prefix)a.cedar", "entities": "\#(prefix)entities.json", \#(head),
       "requests": [\#(requests.joined(separator: ","))]}
      """#
    let runner = PolicyTestRunner(root: root, validate: validate) { path in
      if path == "suite/test.json" { return Array(test.utf8) }
      guard let text = PolicyTestTests.files[path] else { throw Missing() }
      return Array(text.utf8)
    }
    return try runner.run("suite/test.json")
  }

  @Test("policies are named by position or by id")
  func names() throws {
    let outcome = try run(
      request(#""decision": "allow", "reason": ["policy0"], "errors": ["policy2"]"#),
      request(#""decision": "deny", "reason": ["no-bob"], "errors": ["policy2"]"#, of: "bob"),
      request(#""decision": "deny", "reason": ["policy1"], "errors": ["policy2"]"#, of: "bob"),
      request(#""decision": "deny""#, of: "bob"))
    #expect(outcome.passed, "\(outcome)")
    #expect(outcome.requests.map(\.description) == ["alice", "bob", "bob", "bob"])
    #expect(outcome.validation == .notChecked)
  }

  @Test("differences are said in words")
  func differences() throws {
    let outcome = try run(
      request(#""decision": "allow", "reason": ["policy0"], "errors": []"#, of: "bob"))
    #expect(!outcome.passed)
    #expect(
      outcome.requests[0].differences == [
        "expected allow, got deny",
        "expected the determining policies [policy0], got [policy1 (no-bob)]",
        "expected the erring policies [], got [policy2 (suite/a.cedar#2)]",
        "suite/a.cedar:3:66: the permit `suite/a.cedar#2` was skipped: the record has no attribute "
          + "`missing`; test for it with `has` first",
      ])
  }

  @Test("a request must be valid, unless the test says otherwise")
  func validity() throws {
    let expected = #""decision": "allow", "errors": ["policy2"]"#
    let invalid = try run(request(expected, n: #""x""#)).requests[0]
    #expect(
      invalid.differences == [
        "the request is not valid: /requests/0/context/n: expected Long, found the string \"x\"\n"
          + "  help: leave the quotes away"
      ])
    #expect(invalid.response == nil)
    let unchecked = try run(
      request(
        #""validateRequest": false, "decision": "deny", "errors": ["policy0", "policy2"]"#,
        n: #""x""#))
    #expect(unchecked.passed)
  }

  @Test("the validator's verdict is compared with what should be")
  func validation() throws {
    let head = #""schema": "a.cedarschema", "shouldValidate": true"#
    #expect(try run(head: head).validation == .notChecked)
    #expect(try run(head: head, validate: { _, _ in true }).validation == .passed)
    let wrong = try run(head: head, validate: { _, _ in false })
    #expect(wrong.validation == .failed(expected: true))
    #expect(!wrong.passed)
    #expect(
      try run(head: #""shouldValidate": true"#, validate: { _, _ in false }).validation
        == .notChecked)
  }

  @Test("paths are relative to the root, or else to the test")
  func paths() throws {
    let head = #""schema": "suite/a.cedarschema""#
    #expect(try run(head: head, prefix: "suite/").passed)
    #expect(try run(head: #""schema": "a.cedarschema""#, root: "suite").passed)
    do throws(PolicyTestError) {
      _ = try run(head: #""schema": "b.cedarschema""#, root: "elsewhere")
      Issue.record("it ran")
    } catch {
      #expect(
        error.description == "suite/test.json: cannot read `b.cedarschema`, neither as "
          + "elsewhere/b.cedarschema nor as suite/b.cedarschema")
    }
  }

  @Test("a schema can also be JSON, whatever the file is called")
  func schemaInJSON() throws {
    let outcome = try run(
      request(#""decision": "allow""#), head: #""schema": "json.cedarschema""#)
    #expect(outcome.passed)
  }

  @Test("a test that is not in the format is refused with places")
  func format() {
    do throws(PolicyTestError) {
      _ = try run(
        request(#""decision": "Allow", "reason": ["policy0"], "errors": [1]"#),
        head: #""shouldValidate": "yes""#)
      Issue.record("it ran")
    } catch {
      #expect(
        error.description == """
          suite/test.json: /shouldValidate: expected true or false, found a string
          /requests/0/decision: expected "allow" or "deny", found "Allow"
          /requests/0/errors: expected an array of the names of policies
          """)
    }
  }

  @Test("an error in a file of the test names that file")
  func brokenFile() {
    let test = #"{"policies": "p", "entities": "e", "requests": []}"#
    let runner = PolicyTestRunner { path in
      switch path {
      case "t": Array(test.utf8)
      case "p": Array("permit".utf8)
      default: [0xFF]
      }
    }
    do throws(PolicyTestError) {
      _ = try runner.run("t")
      Issue.record("it ran")
    } catch {
      #expect(error.file == "p")
      #expect(error.message.hasPrefix("p:1:7: expected"))
    }
  }
}
