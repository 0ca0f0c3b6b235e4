import Testing

@testable import Cedar

@Suite("operators")
struct OperatorTests {
  @Test(
    "logic takes booleans and stops as soon as the answer is known",
    arguments: [
      ("true && false", "false"), ("true && true && true", "true"), ("false || true", "true"),
      ("false || false", "false"), ("!true", "false"), ("!!!!true", "true"),
      ("false && context.none", "false"), ("true || context.none", "true"),
      ("false && 1", "false"), ("true || 1", "true"),
      ("true && 1", "failure: expected a bool, found a long"),
      ("false || \"x\"", "failure: expected a bool, found a string"),
      ("1 && true", "failure: expected a bool, found a long"),
      ("!1", "failure: expected a bool, found a long"),
      ("if true then 1 else context.none", "1"), ("if false then context.none else 2", "2"),
      ("if 1 then 1 else 2", "failure: expected a bool, found a long"),
      ("if context.t then context.n > 5 else false", "true"),
      ("true || false && false", "true"), ("(true || false) && false", "false"),
    ])
  func logic(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "equality compares values of all kinds",
    arguments: [
      ("1 == 1", "true"), ("1 == \"1\"", "false"), ("1 != true", "true"),
      ("\"a\" == \"a\"", "true"), ("\"a\" != \"b\"", "true"),
      ("[1, 2] == [2, 1, 1]", "true"), ("[1] == [1, 2]", "false"), ("[] == []", "true"),
      ("{a: 1, b: 2} == {b: 2, \"a\": 1}", "true"), ("{a: 1} == {a: 2}", "false"),
      ("{a: 1} == {a: 1, b: 1}", "false"),
      ("User::\"alice\" == principal", "true"), ("User::\"alice\" == NS::User::\"alice\"", "false"),
      ("User::\"alice\" == User::\"Alice\"", "false"),
      ("[[1], {a: [2]}] == [{a: [2]}, [1]]", "true"),
      ("context.s == \"text\" && context.n == 7", "true"),
      ("\"e\\u{301}\" == \"\\u{e9}\"", "false"),
      ("context has \"e\\u{301}\"", "false"), ("context has \"\\u{e9}\"", "true"),
      ("[\"\\u{e9}\"].contains(\"e\\u{301}\")", "false"),
    ])
  func equality(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "comparison and arithmetic are of 64 bits and never wrap",
    arguments: [
      ("1 < 2", "true"), ("2 <= 2", "true"), ("3 > 3", "false"), ("3 >= 3", "true"),
      ("-1 < 0", "true"), ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("10 - 3 - 2", "5"),
      ("-context.n", "-7"), ("--7", "7"), ("1 - -1", "2"),
      ("9223372036854775807", "9223372036854775807"),
      ("-9223372036854775808", "-9223372036854775808"),
      ("context.max + 1", "failure: the result of `+` does not fit in 64 bits"),
      ("context.min - 1", "failure: the result of `-` does not fit in 64 bits"),
      ("context.max * 2", "failure: the result of `*` does not fit in 64 bits"),
      ("context.min * -1", "failure: the result of `*` does not fit in 64 bits"),
      ("-context.min", "failure: the result of `-` does not fit in 64 bits"),
      ("--9223372036854775808", "failure: the result of `-` does not fit in 64 bits"),
      ("context.max + 0", "9223372036854775807"),
      ("1 < \"a\"", "failure: expected a long, found a string"),
      ("\"a\" < \"b\"", "failure: expected a long, a datetime or a duration, found a string"),
      ("1 + true", "failure: expected a long, found a bool"),
      ("-\"a\"", "failure: expected a long, found a string"),
      ("9223372036854775808", "syntax: the integer 9223372036854775808 does not fit in 64 bits"),
    ])
  func arithmetic(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "`in` follows the hierarchy, and an entity is in itself",
    arguments: [
      ("principal in User::\"alice\"", "true"), ("principal in Group::\"staff\"", "true"),
      ("principal in Group::\"all\"", "true"), ("principal in Group::\"other\"", "false"),
      ("Group::\"all\" in principal", "false"), ("resource in NS::Folder::\"folder\"", "true"),
      ("principal in [Group::\"other\", Group::\"all\"]", "true"), ("principal in []", "false"),
      ("principal in [principal]", "true"), ("action in Action::\"reads\"", "true"),
      ("User::\"none\" in User::\"none\"", "true"), ("User::\"none\" in Group::\"all\"", "false"),
      ("principal in principal.boss", "false"),
      ("1 in Group::\"all\"", "failure: expected an entity, found a long"),
      (
        "principal in 1", "failure: expected an entity or a set of entities, found a long"
      ),
      ("principal in [principal, 1]", "failure: expected an entity, found a long"),
      ("resource.owner in Group::\"all\"", "true"),
    ])
  func hierarchy(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "`is` tests the type, and with `in` also the hierarchy",
    arguments: [
      ("principal is User", "true"), ("principal is NS::User", "false"),
      ("resource is NS::Doc", "true"), ("principal is User in Group::\"all\"", "true"),
      ("principal is Group in Group::\"all\"", "false"),
      ("principal is User in [Group::\"none\", Group::\"all\"]", "true"),
      ("principal is Group in 1", "false"),
      ("1 is User", "failure: expected an entity, found a long"),
    ])
  func type(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "attributes are read and tested for",
    arguments: [
      ("principal.name", "\"Alice\""), ("principal[\"name\"]", "\"Alice\""),
      ("resource.owner.age", "30"), ("context.input.to.name", "\"bob\""),
      ("{a: {b: 1}}.a.b", "1"), ("{\"a b\": 1}[\"a b\"]", "1"),
      ("principal has name", "true"), ("principal has \"name\"", "true"),
      ("principal has none", "false"), ("User::\"none\" has name", "false"),
      ("context has input.to.name", "true"), ("context has input.to.none", "false"),
      ("context has input.none.name", "false"), ("resource has owner.name", "true"),
      ("principal has boss.name", "false"),
      ("1 has a", "failure: expected a record or an entity, found a long"),
      ("context has n.x", "failure: expected a record or an entity, found a long"),
      ("1.a", "failure: expected a record or an entity, found a long"),
      (
        "context.none",
        "failure: the record has no attribute `none`; test for it with `has` first"
      ),
      (
        "principal.none",
        "failure: the entity User::\"alice\" has no attribute `none`; test for it with `has` first"
      ),
      (
        "principal.boss.name",
        "failure: the entity User::\"x\" is not known, so it has no attributes or tags"
      ),
    ])
  func attributes(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "sets know membership, inclusion, overlap and emptiness",
    arguments: [
      ("[1, 2].contains(2)", "true"), ("[1, 2].contains(\"2\")", "false"),
      ("context.set.contains(context.n)", "false"),
      ("[1, 2, 3].containsAll([3, 1])", "true"), ("[1].containsAll([1, 2])", "false"),
      ("[1].containsAll([])", "true"), ("[].containsAll([])", "true"),
      ("[1, 2].containsAny([2, 9])", "true"), ("[1].containsAny([])", "false"),
      ("[1].containsAny([2, 3, 4])", "false"), ("context.empty.isEmpty()", "true"),
      ("context.set.isEmpty()", "false"), ("[1, 2,] == [1, 2]", "true"),
      ("[context.n, 1].contains(7)", "true"),
      ("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 1].contains(10)", "true"),
      ("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].contains(11)", "false"),
      ("1.contains(1)", "failure: expected a set, found a long"),
      ("[1].containsAll(1)", "failure: expected a set, found a long"),
      ("[1].containsAny(true)", "failure: expected a set, found a bool"),
      ("\"\".isEmpty()", "failure: expected a set, found a string"),
    ])
  func sets(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "`like` matches the whole text, `*` standing for any text",
    arguments: [
      ("\"abc\" like \"abc\"", "true"), ("\"abc\" like \"ab\"", "false"),
      ("\"abc\" like \"a*\"", "true"), ("\"abc\" like \"*c\"", "true"),
      ("\"abc\" like \"*b*\"", "true"), ("\"abc\" like \"a*b*c\"", "true"),
      ("\"abc\" like \"*d*\"", "false"), ("\"\" like \"\"", "true"), ("\"\" like \"*\"", "true"),
      ("\"a\" like \"\"", "false"), ("\"aXbXbc\" like \"a*bc\"", "true"),
      ("\"a*c\" like \"a\\*c\"", "true"), ("\"abc\" like \"a\\*c\"", "false"),
      ("\"ab\" like \"a**b\"", "true"), ("\"a\\\\b\" like \"a\\\\*\"", "true"),
      ("\"\\u{1F600}x\" like \"*x\"", "true"),
      ("\"/data/x\" like \"/data/*\"", "true"),
      ("1 like \"*\"", "failure: expected a string, found a long"),
    ])
  func like(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "tags are read and tested for by computed names",
    arguments: [
      ("principal.hasTag(\"team\")", "true"), ("principal.hasTag(\"te\")", "false"),
      ("principal.getTag(\"team\")", "\"blue\""), ("User::\"none\".hasTag(\"team\")", "false"),
      (
        "principal.getTag(\"x\")",
        "failure: the entity User::\"alice\" has no tag \"x\"; test for it with `hasTag` first"
      ),
      (
        "User::\"none\".getTag(\"x\")",
        "failure: the entity User::\"none\" is not known, so it has no attributes or tags"
      ),
      ("principal.hasTag(1)", "failure: expected a string, found a long"),
      ("1.hasTag(\"a\")", "failure: expected an entity, found a long"),
    ])
  func tags(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "string escapes are read",
    arguments: [
      (#""\n\r\t\\\"\'\0""#, "\n\r\t\\\"'\0"), (#""\x41\x7f""#, "A\u{7f}"),
      (#""\u{e9}\u{1F600}""#, "é😀"), ("\"two\nlines\"", "two\nlines"),
      ("\"// no comment\"", "// no comment"),
    ])
  func escapes(expression: String, expected: String) throws {
    #expect(try evaluate(expression) == .value(.string(expected)))
  }

  @Test("`+` binds tighter than `==`, and `==` tighter than `&&`")
  func precedence() throws {
    #expect(try evaluate("1 + 1 == 2 && 2 * 2 == 4").description == "true")
    #expect(try evaluate("!(1 == 2) && !false").description == "true")
    #expect(try evaluate("-1 + 2 == 1").description == "true")
    #expect(try evaluate("principal has name && principal.name like \"A*\"").description == "true")
  }
}
