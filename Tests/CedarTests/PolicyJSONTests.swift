import Foundation
import Testing

@testable import Cedar

@Suite("policies as JSON")
struct PolicyJSONTests {
  private static let head =
    #""effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"}"#

  /// A policy with one condition.
  private static func policy(_ body: String) -> String {
    "{\(head),\"conditions\":[{\"kind\":\"when\",\"body\":\(body)}]}"
  }

  private func written(_ expression: String) throws -> String {
    let json = try policies("permit(principal, action, resource) when { \(expression) };")
      .policies[0].json()
    let prefix = "{\(PolicyJSONTests.head),\"conditions\":[{\"kind\":\"when\",\"body\":"
    try #require(json.hasPrefix(prefix) && json.hasSuffix("}]}"))
    return String(json.dropFirst(prefix.count).dropLast(3))
  }

  /// The condition as text, or the first error without its place.
  private func read(_ body: String) -> String {
    do throws(PolicyParseErrors) {
      let set = try PolicySet.parse(policyJSON: PolicyJSONTests.policy(body), file: "test.json")
      let policy = set.policies[0].syntax
      return PolicyPrinter.text(of: policy.conditions[0].body, in: policy.tree)
    } catch {
      return error.errors[0].message + (error.errors[0].help.map { " | \($0)" } ?? "")
    }
  }

  private func errors(json: String, limits: PolicyLimits = .standard) -> [PolicyParseError] {
    do throws(PolicyParseErrors) {
      _ = try PolicySet.parse(json: json, file: "test.json", limits: limits)
      return []
    } catch {
      return error.errors
    }
  }

  @Test(
    "expressions are written as the format has them, and read back",
    arguments: [
      ("-5", #"{"Value":-5}"#), ("-(5)", #"{"neg":{"arg":{"Value":5}}}"#),
      ("--9223372036854775808", #"{"neg":{"arg":{"Value":-9223372036854775808}}}"#),
      ("\"é\\n\u{1f600}\"", "{\"Value\":\"é\\n\u{1f600}\"}"),
      (#"N::A::"x""#, #"{"Value":{"__entity":{"type":"N::A","id":"x"}}}"#),
      ("!true", #"{"!":{"arg":{"Value":true}}}"#),
      ("[].isEmpty()", #"{"isEmpty":{"arg":{"Set":[]}}}"#),
      (
        "1 + 2 != principal",
        #"{"!=":{"left":{"+":{"left":{"Value":1},"right":{"Value":2}}},"#
          + #""right":{"Var":"principal"}}}"#
      ),
      (
        "true && false && true",
        #"{"&&":{"left":{"&&":{"left":{"Value":true},"right":{"Value":false}}},"#
          + #""right":{"Value":true}}}"#
      ),
      (
        "true || (false || true)",
        #"{"||":{"left":{"Value":true},"right":{"||":{"left":{"Value":false},"#
          + #""right":{"Value":true}}}}}"#
      ),
      (
        #"principal["a b"]"#, #"{".":{"left":{"Var":"principal"},"attr":"a b"}}"#
      ),
      ("context has a", #"{"has":{"left":{"Var":"context"},"attr":"a"}}"#),
      (
        #""x" like "a*\*é**""#,
        #"{"like":{"left":{"Value":"x"},"pattern":[{"Literal":"a"},"Wildcard",{"Literal":"*"},"#
          + #"{"Literal":"é"},"Wildcard","Wildcard"]}}"#
      ),
      ("principal is A", #"{"is":{"left":{"Var":"principal"},"entity_type":"A"}}"#),
      (
        "principal is A::B in resource",
        #"{"is":{"left":{"Var":"principal"},"entity_type":"A::B","in":{"Var":"resource"}}}"#
      ),
      (
        "if true then 1 else 2",
        #"{"if-then-else":{"if":{"Value":true},"then":{"Value":1},"else":{"Value":2}}}"#
      ),
      (#"{"b c": 1, a: {}}"#, #"{"Record":{"b c":{"Value":1},"a":{"Record":{}}}}"#),
      (
        #"ip("1.1.1.1").isInRange(ip("1.0.0.0/8"))"#,
        #"{"isInRange":[{"ip":[{"Value":"1.1.1.1"}]},{"ip":[{"Value":"1.0.0.0/8"}]}]}"#
      ),
      ("ip()", #"{"ip":[]}"#),
      (
        #"principal.getTag("a")"#,
        #"{"getTag":{"left":{"Var":"principal"},"right":{"Value":"a"}}}"#
      ),
    ])
  func expressions(text: String, json: String) throws {
    #expect(try written(text) == json)
    #expect(read(json) == text)
  }

  @Test("`has a.b.c` is written as the tests it stands for")
  func extendedHas() throws {
    let tests = "principal has a && principal.a has b && principal.a.b has c"
    #expect(try written("principal has a.b.c") == written(tests))
    #expect(read(try written("principal has a.b.c")) == tests)
    #expect(read(#"{"has":{"left":{"Var":"principal"},"attr":["a","b"]}}"#) == "principal has a.b")
  }

  @Test(
    "values of all kinds are read",
    arguments: [
      (#"{"Value":[1,{"__entity":{"type":"A","id":"b"}},[]]}"#, #"[1, A::"b", []]"#),
      (#"{"Value":{"a":1,"type":"x"}}"#, #"{a: 1, type: "x"}"#),
      (#"{"Value":{"__extn":{"fn":"ip","arg":"1.2.3.4"}}}"#, #"ip("1.2.3.4")"#),
      (#"{"Value":{"__extn":{"fn":"offset","args":[1,2]}}}"#, "1.offset(2)"),
      (#"{"like":{"left":{"Value":""},"pattern":[{"Literal":"a*\""}]}}"#, #""" like "a\*\"""#),
      (#"{"is":{"left":{"Var":"principal"},"entity_type":"A","in":null}}"#, "principal is A"),
      (
        #"{"!":{"arg":{"!":{"arg":{"!":{"arg":{"!":{"arg":{"!":{"arg":{"Value":true}}}}}}}}}}}"#,
        "!!!!(!true)"
      ),
    ])
  func values(json: String, text: String) {
    #expect(read(json) == text)
  }

  @Test("policies, templates, links, scopes and annotations make the round trip")
  func sets() throws {
    let text = """
      @a @b("") @id("first") permit(principal is N::U in G::"g", action in [Action::"r"], resource)
      when { true } unless { false };
      forbid(principal == U::"u", action == Action::"r", resource is D);
      @id("t")
      permit(principal is N::U in ?principal, action in Action::"r", resource == ?resource);
      @id("s") forbid(principal in ?principal, action in [], resource in D::"d");
      """
    let set = try policies(text)
      .linking([
        TemplateLink(template: "t", id: "l1", principal: World.alice, resource: World.doc),
        TemplateLink(template: "s", id: "l2", principal: World.staff),
      ])
    let json = try set.json()
    let again = try PolicySet.parse(json: json, file: "set.json")
    #expect(try again.json() == json)
    #expect(again.policies.map(\.id.name) == ["first", "test.cedar#1", "l1", "l2"])
    #expect(again.policies.map { $0.templateID?.name } == [nil, nil, "t", "s"])
    #expect(again.templates.map(\.id.name) == ["t", "s"])
    for (policy, other) in zip(set.policies, again.policies) {
      #expect(policy.syntax.hasSameStructure(as: other.syntax))
    }
    for (template, other) in zip(set.templates, again.templates) {
      #expect(template.syntax.hasSameStructure(as: other.syntax))
    }
    #expect(
      json.contains(
        #"{"templateId":"s","newId":"l2","values":{"?principal":{"__entity":{"type":"Group","#
          + #""id":"staff"}}}}"#))
    #expect(json.contains(#""annotations":{"a":null,"b":"","id":"first"}"#))
    #expect(
      json.contains(
        #""principal":{"op":"is","entity_type":"N::U","in":{"slot":"?principal"}},"#
          + #""action":{"op":"in","entity":{"type":"Action","id":"r"}},"#
          + #""resource":{"op":"==","slot":"?resource"}"#))
    #expect(try again.policies[2].json() == set.policies[2].json())
    #expect(again.policies[1].text.hasPrefix("@id(\"test.cedar#1\")\nforbid("))
    #expect(try policies(again.text).policies.map(\.id.name) == again.policies.map(\.id.name))
  }

  @Test("a set that was read decides, and its errors have their place in the JSON")
  func decides() throws {
    let json = """
      {"templates": {}, "templateLinks": [], "staticPolicies": {
        "a": \(PolicyJSONTests.policy(#"{"==":{"left":{"Value":1},"right":{"Value":1}}}"#)),
        "b":
          \(PolicyJSONTests.policy(#"{".":{"left":{"Var":"context"},"attr":"zz"}}"#))}}
      """
    let set = try PolicySet.parse(json: json, file: "p.json")
    let response = Authorizer.isAuthorized(
      World.request(), policies: set, entities: try Entities(World.descriptions))
    #expect(response.satisfiedPermits.map(\.name) == ["a"])
    #expect(set.policies[1].place.description == "p.json:4:5")
    #expect(response.errors.map { $0.place.line } == [4])
    #expect(set.contextUse.names == ["zz"] && set.sources.map(\.text) == [json])
  }

  @Test(
    "errors in expressions name the place as a JSON pointer, what was found and what helps",
    arguments: [
      (#"{"Vlue":1}"#, #"/Vlue: there is no operator or function "Vlue" | did you mean `Value`?"#),
      (
        #"{"Value":1,"Var":"principal"}"#,
        ": expected an expression, an object with one member, its operator, found an object with "
          + "2 members"
      ),
      (
        "[]", ": expected an expression, an object with one member, its operator, found an array"
      ),
      (
        #"{"==":{"left":{"Value":1}}}"#,
        "/==: `==` has a member `right`, and it is missing here"
      ),
      (
        #"{"==":{"left":{"Value":1},"righ":{"Value":1}}}"#,
        #"/==/righ: `==` has no member "righ" | did you mean `right`?"#
      ),
      (
        #"{"Var":"principle"}"#,
        "/Var: expected `principal`, `action`, `resource` or `context`, found the string "
          + #""principle" | did you mean `principal`?"#
      ),
      (#"{"Slot":"?principal"}"#, ": a slot stands only in the scope and not in a condition"),
      (#"{"Value":null}"#, "/Value: expected a value, found `null` | Cedar has no `null`"),
      (
        #"{"Value":[1,1.5]}"#,
        "/Value/1: expected an integer of 64 bits, found the number 1.5"
          + " | integers go from -9223372036854775808 to 9223372036854775807"
      ),
      (
        #"{"Value":9223372036854775808}"#,
        "/Value: expected an integer of 64 bits, found the number 9223372036854775808"
          + " | integers go from -9223372036854775808 to 9223372036854775807"
      ),
      (
        #"{"Value":{"__entity":{"type":"A b","id":"x"}}}"#,
        "/Value/__entity/type: expected the name of an entity type, such as `Namespace::Type`, "
          + #"found the string "A b""#
      ),
      (
        #"{"Value":{"__extn":{"fn":"ipp","arg":""}}}"#,
        #"/Value/__extn/fn: there is no function "ipp" | did you mean `ip`?"#
      ),
      (
        #"{"Value":{"__expr":"1"}}"#,
        "/Value/__expr: the escape `__expr` is not supported"
          + " | write the expression itself in place of `Value`"
      ),
      (
        #"{"isIpv4":[]}"#, ": `isIpv4` is a method, and there is nothing to call it on"
      ),
      (
        #"{"like":{"left":{"Value":""},"pattern":"a*"}}"#,
        #"/like/pattern: expected an array, the pattern, found the string "a*""#
      ),
      (
        #"{"like":{"left":{"Value":""},"pattern":["wildcard"]}}"#,
        #"/like/pattern/0: expected `"Wildcard"` or `{"Literal": "…"}`, found the "#
          + #"string "wildcard""#
      ),
      (
        #"{"has":{"left":{"Var":"context"},"attr":["a","if"]}}"#,
        #"/has/attr/1: expected an identifier, found the string "if""#
      ),
      (
        #"{"a/b~\n":1}"#, #"/a~1b~0\n: there is no operator or function "a/b~\n""#
      ),
    ])
  func expressionErrors(json: String, expected: String) {
    #expect(read(json) == "/conditions/0/body" + expected)
  }

  @Test(
    "errors in policies",
    arguments: [
      (
        #""effect":"permit""#, #""effect":"allow""#,
        #"/effect: expected one of `permit`, `forbid`, found the string "allow""#
      ),
      (
        #""effect":"permit","#, "",
        "the root: a policy has a member `effect`, and it is missing here"
      ),
      (
        #""effect":"permit""#, #""effect":"permit","x":1"#,
        #"/x: a policy has no member "x" | it has `effect`, `principal`, `action`, `resource`, "#
          + "`conditions`, `annotations`"
      ),
      (
        #""principal":{"op":"All"}"#, #""principal":{"op":"in","entities":[]}"#,
        #"/principal/entities: a constraint with `in` has no member "entities""#
          + " | it has `op`, `entity`, `slot`"
      ),
      (
        #""principal":{"op":"All"}"#, #""principal":{"op":"==","slot":"?resource"}"#,
        "/principal/slot: expected `?principal`, the slot for the principal, found the string "
          + #""?resource""#
      ),
      (
        #""principal":{"op":"All"}"#, #""principal":{"op":"=="}"#,
        "/principal: a constraint with `==` has a member `entity`, and it is missing here"
      ),
      (
        #""action":{"op":"All"}"#, #""action":{"op":"is","entity_type":"Action"}"#,
        #"/action/op: expected one of `All`, `==`, `in`, found the string "is""#
          + " | did you mean `in`?"
      ),
      (
        #""action":{"op":"All"}"#, #""action":{"op":"==","slot":"?action"}"#,
        #"/action/slot: a constraint with `==` has no member "slot" | it has `op`, `entity`"#
      ),
      (
        #""action":{"op":"All"}"#, #""action":{"op":"==","entity":{"type":"A","id":"b"}}"#,
        #"/action/entity: expected an entity of a type `Action`, found `A::"b"`"#
          + " | actions are of the type `Action` or `Namespace::Action`"
      ),
      (
        #""conditions":[]"#, #""conditions":[{"kind":"if","body":{"Value":true}}]"#,
        #"/conditions/0/kind: expected one of `when`, `unless`, found the string "if""#
      ),
      (
        #""conditions":[]"#, #""conditions":[],"annotations":{"a b":""}"#,
        #"/annotations/a b: the key of an annotation is an identifier, and "a b" is none"#
      ),
      (
        #""conditions":[]"#, #""conditions":[],"annotations":{"a":1}"#,
        "/annotations/a: expected a string, or `null` for an annotation without value, found the "
          + "number 1"
      ),
    ])
  func policyErrors(part: String, replacement: String, expected: String) {
    let policy = "{\(PolicyJSONTests.head),\"conditions\":[]}"
    let json = policy.replacingOccurrences(of: part, with: replacement)
    do throws(PolicyParseErrors) {
      _ = try PolicySet.parse(policyJSON: json, file: "test.json")
      Issue.record("no error")
    } catch {
      let found = error.errors[0]
      #expect(found.message + (found.help.map { " | \($0)" } ?? "") == expected)
    }
  }

  @Test("errors in sets are reported together, one a policy")
  func setErrors() {
    let template = #"{\#(PolicyJSONTests.head),"conditions":[]}"#
      .replacingOccurrences(
        of: #""principal":{"op":"All"}"#, with: #""principal":{"op":"==","slot":"?principal"}"#)
    let json = """
      {"staticPolicies": {"a": \(PolicyJSONTests.policy("1")), "b": \(template), "c": []},
       "templates": {"t": \(template), "u": {\(PolicyJSONTests.head),"conditions":[]}},
       "templateLinks": [
         {"templateId": "t", "newId": "l", "values": {"?principal": {"type": "U", "id": "u"}}},
         {"templateId": "t", "newId": "l", "values": {"?principal": {"type": "U", "id": "u"}}},
         {"templateId": "x", "newId": "m", "values": {}},
         {"templateId": "t", "newId": "t", "values": {"?principl": {"type": "U", "id": "u"}}}]}
      """
    #expect(
      errors(json: json).map { "\($0.place.line) \($0.message)" } == [
        "1 /staticPolicies/a/conditions/0/body: expected an expression, an object with one member, "
          + "its operator, found the number 1",
        "1 /staticPolicies/b: a static policy with a slot",
        "1 /staticPolicies/c: expected a policy as an object, found an array",
        "2 /templates/u: a template without slots",
        "5 /templateLinks/1: the link \"l\": a policy or template of this id is already in the set",
        "6 /templateLinks/2: the link \"m\": there is no template \"x\"",
        "7 /templateLinks/3/values/?principl: the values of the slots has no member \"?principl\"",
      ])
    #expect(errors(json: "{}").map(\.message).count == 1)
    #expect(
      errors(json: "{\"a\":1,}").map { "\($0.place.column) \($0.message)" }
        == ["8 this is not JSON: expected a member name"])
  }

  @Test("depth, height, nesting and size are bounded")
  func limits() throws {
    func nested(_ open: String, _ close: String, _ count: Int) -> String {
      read(
        String(repeating: open, count: count) + #"{"Value":true}"#
          + String(repeating: close, count: count))
    }
    let not = (#"{"!":{"arg":"#, "}}")
    #expect(nested(not.0, not.1, 250).hasSuffix("!true))))") == false)
    #expect(nested(not.0, not.1, 100_000) == "this is not JSON: nested deeper than 512")
    #expect(nested(#"{"Set":["#, "]}", 126).hasPrefix("[[[["))
    #expect(
      nested(#"{"Set":["#, "]}", 200).hasPrefix("the root: the conditions nest deeper than 128"))
    #expect(
      nested(#"{"Set":["#, "]}", 253).hasPrefix("the root: the conditions nest deeper than 128"))
    let values = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
    #expect(
      read("{\"Value\":\(values)}").contains("the expression is a tree of more than 256 levels"))
    #expect(
      nested(#"{"+":{"right":{"Value":1},"left":"#, "}}", 240).hasSuffix(" + 1 + 1"))
    #expect(nested(#"{"&&":{"right":{"Value":true},"left":"#, "}}", 250).hasSuffix(" && true"))
    var limits = PolicyLimits()
    limits.sourceBytes = 10
    #expect(
      errors(json: "{\"a\": 1234}", limits: limits).map(\.message)
        == ["the source has 11 bytes, more than the limit of 10"])
    limits = PolicyLimits()
    limits.policies = 1
    let one = "{\(PolicyJSONTests.head),\"conditions\":[]}"
    #expect(
      errors(
        json:
          "{\"templates\":{},\"templateLinks\":[],\"staticPolicies\":{\"a\":\(one),\"b\":\(one)}}",
        limits: limits
      ).map(\.message) == ["there are more policies than the limit of 1"])
  }

  @Test("what is written is bounded, also where `has a.b` repeats what it is about")
  func size() throws {
    let set = try policies("permit(principal, action, resource);")
    let length = try set.json().utf8.count
    #expect(try set.json(limit: length).utf8.count == length)
    #expect(throws: PolicyJSONSizeError(limit: length - 1)) { try set.json(limit: length - 1) }
    let depth = 100
    let nested =
      String(repeating: "(", count: depth) + "principal"
      + String(repeating: " has a.b).c", count: depth)
    let hostile = try policies("permit(principal, action, resource) when { \(nested) };")
    #expect(throws: PolicyJSONSizeError.self) { try hostile.json(limit: 1 << 20) }
  }

  @Test("what is written of a random policy reads as the same policy")
  func random() throws {
    for seed in 0..<2000 {
      var random = RandomSyntax(seed: UInt64(seed))
      let policy = random.policy(depth: seed % 6, slots: seed % 2 == 0).writingOutHas()
      let json = try PolicyJSONWriter.text(of: policy, limit: 1 << 24)
      let set = try PolicySet.parse(policyJSON: json, file: "test.json")
      let again = set.templates.first?.syntax ?? set.policies[0].syntax
      #expect(again.hasSameStructure(as: policy), "seed \(seed): \(json)")
    }
  }

  @Test("every policy of the corpus goes to JSON and comes back the same")
  func corpus() throws {
    var count = 0
    let isThere = try OfficialData.forEachCorpusPolicy { name, text in
      let set = try PolicySet.parse(text, file: "policy")
      let again = try PolicySet.parse(json: set.json(), file: "policy.json")
      #expect(again.policies.count == set.policies.count)
      for (policy, other) in zip(set.policies, again.policies) {
        #expect(
          other.syntax.hasSameStructure(as: policy.syntax.writingOutHas()), "\(name): \(other.text)"
        )
        count += 1
      }
    }
    guard isThere else { return print("skipped: the official Cedar corpus is absent") }
    print("written as JSON and read again: \(count) policies of the corpus")
    #expect(count > 7_800)
  }
}
