import Foundation
import Testing

@testable import Cedar

@Suite("policies as text")
struct PolicyPrinterTests {
  private func printed(_ expression: String) throws -> String {
    let policy = try syntax("permit(principal, action, resource) when { \(expression) };")[0]
    return PolicyPrinter.text(of: policy.conditions[0].body, in: policy.tree)
  }

  @Test(
    "parentheses are written only where the reading needs them",
    arguments: [
      ("((1)) + (2 * 3)", "1 + 2 * 3"), ("(1 + 2) * 3", "(1 + 2) * 3"),
      ("1 - (2 - 3)", "1 - (2 - 3)"), ("(1 - 2) - 3", "1 - 2 - 3"),
      ("2 * (3 * 4)", "2 * (3 * 4)"), ("(true && false) && true", "true && false && true"),
      ("true && (false && true)", "true && (false && true)"),
      ("(true && false) || true", "true && false || true"),
      ("true && (false || true)", "true && (false || true)"),
      ("true || (false || true)", "true || (false || true)"),
      ("(1 < 2) == true", "(1 < 2) == true"), ("!(1 == 2)", "!(1 == 2)"),
      ("!(principal.a)", "!principal.a"), ("(!principal).a", "(!principal).a"),
      ("(if true then 1 else 2) + 3", "(if true then 1 else 2) + 3"),
      (
        "if (if true then true else false) then (1) else (if true then 2 else 3)",
        "if if true then true else false then 1 else if true then 2 else 3"
      ),
      ("[(if true then 1 else 2), (3)]", "[if true then 1 else 2, 3]"),
      (
        "(principal in resource) && (principal is A in (resource))",
        "principal in resource && principal is A in resource"
      ),
      ("(principal has a) || context.x like \"*\"", "principal has a || context.x like \"*\""),
      ("(principal.a + 1) has b.c", "principal.a + 1 has b.c"),
      (
        "principal is A in (if true then resource else principal)",
        "principal is A in (if true then resource else principal)"
      ),
    ])
  func parentheses(source: String, expected: String) throws {
    #expect(try printed(source) == expected)
  }

  @Test(
    "signs belong to numbers where the language says so",
    arguments: [
      ("-5", "-5"), ("-(5)", "-(5)"), ("--5", "--5"), ("-(-5)", "--5"), ("-5.a", "-5.a"),
      ("(-5).a", "(-5).a"), ("-(5.a)", "-5.a"), ("!(-5)", "!(-5)"), ("-(!true)", "-(!true)"),
      ("1 - -5", "1 - -5"), ("1 * -5", "1 * -5"), ("-9223372036854775808", "-9223372036854775808"),
      ("-(-9223372036854775808)", "--9223372036854775808"),
      ("(-9223372036854775808).a", "(-9223372036854775808).a"), ("----5", "----5"),
      ("----(5)", "----(5)"), ("-(----5)", "----(-5)"),
      ("!!!!(!true)", "!!!!(!true)"), ("!(!(!(!(!(!true)))))", "!!!!(!!true)"),
    ])
  func signs(source: String, expected: String) throws {
    #expect(try printed(source) == expected)
  }

  @Test(
    "names, strings and patterns are quoted and escaped",
    arguments: [
      (#"principal["a"]"#, "principal.a"), (#"principal["if"]"#, #"principal["if"]"#),
      (#"principal["a b"]["1"]"#, #"principal["a b"]["1"]"#),
      (#"principal["__cedar"]"#, #"principal["__cedar"]"#),
      (#"principal["é"]"#, #"principal["é"]"#),
      (#"principal has "a""#, "principal has a"), (#"principal has "in""#, #"principal has "in""#),
      (#"{"a": 1, "b c": 2, "": 3}"#, #"{a: 1, "b c": 2, "": 3}"#),
      (#""\u{1}\n\"\\ \x41\u{1f600}*""#, "\"\\u{1}\\n\\\"\\\\ A\u{1f600}*\""),
      (#""" like "a*\*\\*\"**""#, #""" like "a*\*\\*\"**""#),
      (#"N :: A::"x\ty""#, #"N::A::"x\ty""#),
    ])
  func quoting(source: String, expected: String) throws {
    #expect(try printed(source) == expected)
  }

  @Test(
    "methods and functions are written as they are called",
    arguments: [
      (
        "ip(\"1.1.1.1\").isInRange(ip(\"1.0.0.0/8\"),)",
        "ip(\"1.1.1.1\").isInRange(ip(\"1.0.0.0/8\"))"
      ),
      ("ip ( )", "ip()"), ("1.isIpv4(2, 3)", "1.isIpv4(2, 3)"), ("[].isEmpty()", "[].isEmpty()"),
      ("(1 + 2).contains(1 + 2)", "(1 + 2).contains(1 + 2)"), ("{}.a", "{}.a"),
      ("principal . getTag ( \"a\" )", "principal.getTag(\"a\")"),
    ])
  func calls(source: String, expected: String) throws {
    #expect(try printed(source) == expected)
  }

  @Test("a set is written policy by policy, one clause a line")
  func layout() throws {
    let set = try policies(
      """
      @id("a") @bare @empty("")
      permit(principal in ((G::"x")),action in ([Action::"r", Action::"w"]),resource,)
      when{true}unless{false}; // a comment
      forbid(principal is N::U in ?principal, action == Action::"r", resource == ?resource);
      forbid(principal is N::U, action in Action::"r", resource);
      """)
    #expect(
      set.text == """
        @id("a")
        @bare
        @empty("")
        permit(principal in G::"x", action in [Action::"r", Action::"w"], resource)
        when { true }
        unless { false };

        forbid(principal is N::U, action in Action::"r", resource);

        forbid(principal is N::U in ?principal, action == Action::"r", resource == ?resource);

        """)
    #expect(try policies(set.text).text == set.text)
    #expect(try policies("").text == "")
  }

  @Test("a linked policy is written with its entities and its id")
  func linked() throws {
    let set = try policies(
      "@id(\"t\") @note(\"n\") permit(principal == ?principal, action, resource in ?resource);"
    ).linking("t", as: "l", principal: World.alice, resource: World.folder)
    #expect(
      set.policies[0].text == """
        @id("l")
        @note("n")
        permit(principal == User::"alice", action, resource in NS::Folder::"folder");
        """)
    let again = try policies(set.text)
    #expect(again.policies.map(\.id.name) == ["l"] && again.templates.map(\.id.name) == ["t"])
  }

  @Test("what is written of a random policy reads as the same policy")
  func random() throws {
    for seed in 0..<3000 {
      var random = RandomSyntax(seed: UInt64(seed))
      let policy = random.policy(depth: seed % 6, slots: seed % 2 == 0)
      let text = PolicyPrinter.text(of: policy)
      let again = try syntax(text)
      #expect(again.count == 1 && again[0].hasSameStructure(as: policy), "seed \(seed): \(text)")
    }
  }

  @Test("every policy of the corpus is written so that it reads the same")
  func corpus() throws {
    var count = 0
    let isThere = try OfficialData.forEachCorpusPolicy { name, text in
      for policy in try syntax(text) {
        let printed = PolicyPrinter.text(of: policy)
        let again = try syntax(printed)
        #expect(again.count == 1 && again[0].hasSameStructure(as: policy), "\(name): \(printed)")
        #expect(PolicyPrinter.text(of: again[0]) == printed)
        count += 1
      }
    }
    guard isThere else { return print("skipped: the official Cedar corpus is absent") }
    print("printed and read again: \(count) policies of the corpus")
    #expect(count > 7_800)
  }

  @Test("the tallest and the longest expressions are written")
  func limits() throws {
    for text in [
      "0" + String(repeating: " + 1", count: 255), "context" + String(repeating: ".a", count: 255),
      "true" + String(repeating: " && true", count: 20_000),
      String(repeating: "!(1 == ", count: 120) + "1" + String(repeating: ")", count: 120),
    ] {
      #expect(try printed(text) == text)
    }
  }
}
