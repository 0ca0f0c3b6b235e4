import Testing

@testable import Cedar

@Suite("types of expressions")
struct TypecheckerTests {
  @Test(
    "what is right is accepted in both modes",
    arguments: [
      // Literals are compared whatever they are, and so are entities of different types.
      #"1 == "a""#, "1 == 2", #"User::"a" == Doc::"b""#, "principal == resource", "action == 1",
      #"action == principal"#, #"action == Action::"write""#, #"action in [Action::"all"]"#,
      #"[true, false].contains(true)"#, "{a: true} == {a: false}", #"principal["name"] == "x""#,
      #"principal.s.containsAny(["a"])"#, "-context.n == 1", "{a: 1}.a == 1",
      "context.n + 1 < context.n * 2 - 3", "!(principal.s.isEmpty())",
      // What is never reached is not looked at.
      #"if true then 1 == 1 else context.n == "a""#, "false && context.s", "true || context.s",
      #"(if true then 1 else "a") == 1"#, "resource is Org && context.nope",
      "principal is Robot in 1", "!(context has n) && context.nope",
      // Types and groups.
      "principal is Doc", "principal is Action", "action is Action", #"principal in Org::"b""#,
      #"principal in [Group::"a", Group::"b"]"#, "principal in principal", "principal in resource",
      #"Org::"a" in Org::"b""#, #"Robot::"x" is Robot in Group::"x""#,
      "principal in principal.us", #"Action::"orphan" == action"#,
      #"Color::"red" == resource.color"#,
      // Capabilities.
      "principal has name", "context has foo", "action has foo",
      "context has o && context.o == 1", "(context has o || false) && context.o == 1",
      "principal has m.b.c && principal.m.b.c == 1",
      "principal has m.b && principal.m.b has c && principal.m.b.c == 1",
      "(if context.n == 1 then context has o else context has o) && context.o == 1",
      "(if context has o then context.o == 1 else false) || context.n == 2",
      "principal has age && (if principal.t then principal.age == 2 else principal.age == 1)",
      "principal has boss.age && principal.boss.age == 2",
      "principal has boss.boss.age && principal.boss[\"boss\"].age == 2",
      #"principal.hasTag("x") && principal.getTag("x") == "y""#,
      "principal.hasTag(principal.name) && principal.getTag(principal.name) == \"a\"",
      #"(principal.hasTag("a") && true) && principal.getTag("a") == "1""#,
      #"resource.hasTag("x")"#, #"action.hasTag("x")"#,
      // Extensions.
      #"principal.when < datetime("2024-01-01")"#, #"duration("1h") >= duration("2m")"#,
      #"principal.ip.isInRange(ip("10.0.0.0/8"))"#, #"principal.d.lessThan(decimal("1.0"))"#,
      #"principal.when.offset(duration("1h")).toTime().toHours() == 3"#,
    ])
  func accepted(condition: String) throws {
    for mode in ValidationMode.allCases {
      let result = try ValidationWorld.validate(ValidationWorld.policy(condition), mode: mode)
      #expect(result.isValid, "\(mode): \(result)")
    }
  }

  @Test(
    "what is wrong is refused in both modes",
    arguments: [
      ("1", .unexpectedType), ("principal", .unexpectedType), ("!1", .unexpectedType),
      ("resource is Doc && 1", .unexpectedType), ("principal has name || 1", .unexpectedType),
      ("if context.n then true else false", .unexpectedType),
      ("context.n like \"a*\"", .unexpectedType), ("-context.s == 1", .unexpectedType),
      ("context.n + \"a\" == 1", .unexpectedType), ("context.s < 1", .unexpectedType),
      ("principal.when < 1", .unexpectedType),
      (#"datetime("2024-01-01") < duration("1h")"#, .unexpectedType),
      (#"principal.d < decimal("1.0")"#, .unexpectedType),
      ("principal.isEmpty()", .unexpectedType), ("principal.t.x", .unexpectedType),
      ("1 has x", .unexpectedType), ("principal has m.a.x", .unexpectedType),
      ("1 is User", .unexpectedType), ("1 in principal", .unexpectedType),
      ("principal in 1", .unexpectedType), ("principal in [1]", .unexpectedType),
      ("principal.hasTag(1)", .unexpectedType), ("context.hasTag(\"a\")", .unexpectedType),
      ("context.s.contains(\"a\")", .unexpectedType),
      (#""a".isIpv4()"#, .unexpectedType), ("ip(1).isIpv4()", .unexpectedType),
      (#"principal.ip.isInRange("10.0.0.0/8")"#, .unexpectedType),
      (#"[1, "a"].contains(1)"#, .incompatibleTypes),
      (#"(if context.n == 1 then 1 else "a") == 1"#, .incompatibleTypes),
      ("ip().isIpv4()", .argumentCount), (#"ip("1.2.3.4", "2").isIpv4()"#, .argumentCount),
      (#"ip("x").isIpv4()"#, .invalidArgument),
      (#"decimal("1.23456").lessThan(principal.d)"#, .invalidArgument),
      (#"principal.when < datetime("2024-13-01")"#, .invalidArgument),
      (#"duration("1x") < duration("1h")"#, .invalidArgument),
      ("principal has name && principal.nope", .unknownAttribute),
      ("context.foo == 1", .unknownAttribute), ("action.foo", .unknownAttribute),
      ("{a: 1}.b == 1", .unknownAttribute), ("resource.owner.nam == \"x\"", .unknownAttribute),
      ("context.o == 1", .unsafeAttribute), ("context has o || context.o == 1", .unsafeAttribute),
      ("(context has o || context has r.z) && context.o == 1", .unsafeAttribute),
      ("(if context has o then true else false) && context.o == 1", .unsafeAttribute),
      ("(if context.n == 1 then context has o else false) && context.o == 1", .unsafeAttribute),
      ("!(!(context has o)) && context.o == 1", .unsafeAttribute),
      ("!(context has o) || context.o == 1", .unsafeAttribute),
      ("(context has o) == true && context.o == 1", .unsafeAttribute),
      ("principal has m.b && principal.m.b.c == 1", .unsafeAttribute),
      (#"principal.getTag("x") == "y""#, .unsafeTag),
      (#"principal.hasTag("y") && principal.getTag("x") == "y""#, .unsafeTag),
      (#"resource.getTag("x") == "y""#, .noTags),
      (#"false && Foo::"x" == principal"#, .unknownEntityType),
      ("principal is Foo", .unknownEntityType),
      (#"Color::"blue" == resource.color"#, .unknownEntity),
      (#"false && Action::"nope" == action"#, .unknownAction),
    ] as [(String, ValidationFinding.Kind)])
  func refused(condition: String, kind: ValidationFinding.Kind) throws {
    for mode in ValidationMode.allCases {
      let result = try ValidationWorld.validate(ValidationWorld.policy(condition), mode: mode)
      #expect(result.errors.contains { $0.kind == kind }, "\(mode): \(result)")
    }
  }

  @Test(
    "what mixes types is refused in strict mode only",
    arguments: [
      ("principal == 1", .incompatibleTypes), (#"context.n != "a""#, .incompatibleTypes),
      (#"[User::"a", Doc::"b"].contains(principal)"#, .incompatibleTypes),
      (#"action in [Action::"all", User::"x"]"#, .incompatibleTypes),
      (#"principal in [Group::"a", Org::"b"]"#, .incompatibleTypes),
      ("principal in []", .emptySet), ("[].contains(1)", .emptySet),
      ("{a: true} == {b: false}", .incompatibleTypes),
      ("{a: principal} == {a: resource}", .incompatibleTypes),
      ("[principal] == [resource]", .incompatibleTypes),
      ("principal.s.contains(1)", .incompatibleTypes),
      ("principal.s.containsAll([1])", .incompatibleTypes),
      ("principal.us.contains(resource)", .incompatibleTypes),
      ("context.r == {a: true}", .incompatibleTypes),
      ("context.r == {a: true, z: \"a\"}", .incompatibleTypes),
      ("ip(context.s).isIpv4()", .nonliteralArgument),
      ("(if context.n == 1 then principal else resource) == principal", .incompatibleTypes),
      (#"(if principal.t then principal else Robot::"r").name == "x""#, .incompatibleTypes),
      ("(if principal.t then context else {n: 1}).n == 1", .incompatibleTypes),
    ] as [(String, ValidationFinding.Kind)])
  func strictOnly(condition: String, kind: ValidationFinding.Kind) throws {
    #expect(try ValidationWorld.kinds(condition).contains(kind))
    let permissive = try ValidationWorld.validate(
      ValidationWorld.policy(condition), mode: .permissive)
    #expect(permissive.isValid, "\(permissive)")
  }

  @Test(
    "of what only some of several types have, permissive mode knows nothing",
    arguments: [
      (#"(if principal.t then principal else Robot::"r").serial == 1"#, .unknownAttribute),
      ("(if principal.t then context else {n: 1}).s == \"\"", .unknownAttribute),
      ("(if principal.t then context.r else {z: \"\"}).z == \"\"", .unsafeAttribute),
    ] as [(String, ValidationFinding.Kind)])
  func permissiveBounds(condition: String, kind: ValidationFinding.Kind) throws {
    #expect(try ValidationWorld.kinds(condition, mode: .permissive) == [kind])
  }

  /// Reads an optional attribute of what one condition chooses, tested on what another chooses.
  private static func reading(tested: String, read: String) -> String {
    let chosen = { (condition: String) in "(if \(condition) then context else context)" }
    return "\(chosen(tested)) has o && \(chosen(read)).o == 1"
  }

  @Test(
    "a test with `has` holds for what the reference reads as the same expression",
    arguments: [
      ("principal.t", "(principal.t)"), ("context.n != 1", "!(context.n == 1)"),
      ("context.n > 1", "!(context.n <= 1)"), ("context.n >= 1", "!(context.n < 1)"),
      (#"principal["t"]"#, "principal.t"), ("true", "true || false"),
      ("true && principal.t", "true && (true && true) && principal.t"),
      ("true && principal.t", "true && true && principal.t"),
      (
        "(principal.t && principal.t) && context has o",
        "principal.t && principal.t && context has o"
      ),
      ("principal has m.b && principal.t", "principal has m && principal.m has b && principal.t"),
      (
        #"principal is User in Group::"a" && principal.t"#,
        #"principal is User && principal in Group::"a" && principal.t"#
      ),
      ("{a: 1, b: 2}.a == 1", #"{"b": 2, a: 1}.a == 1"#),
    ])
  func sameExpressions(tested: String, read: String) throws {
    for mode in ValidationMode.allCases {
      for condition in [
        Self.reading(tested: tested, read: read), Self.reading(tested: read, read: tested),
      ] {
        #expect(try ValidationWorld.kinds(condition, mode: mode) == [], "\(condition)")
      }
    }
  }

  @Test(
    "a test with `has` holds for no expression that only means the same",
    arguments: [
      ("principal.t", "true && principal.t"), ("principal.t", "principal.t || false"),
      ("principal.t && true", "principal.t && true && true"),
      ("context.n < 1", "!(1 <= context.n)"), ("context.n == 1", "1 == context.n"),
      ("principal.t", "!(!(principal.t))"),
      (
        "principal.t && (context has o && principal.t)",
        "principal.t && context has o && principal.t"
      ),
      (#"principal in [Group::"a"]"#, #"principal in Group::"a""#),
      (
        #"principal.t && (principal is User in Group::"a")"#,
        #"principal.t && principal is User && principal in Group::"a""#
      ),
    ])
  func otherExpressions(tested: String, read: String) throws {
    for mode in ValidationMode.allCases {
      for condition in [
        Self.reading(tested: tested, read: read), Self.reading(tested: read, read: tested),
      ] {
        #expect(
          try ValidationWorld.kinds(condition, mode: mode) == [.unsafeAttribute], "\(condition)")
      }
    }
  }
}
