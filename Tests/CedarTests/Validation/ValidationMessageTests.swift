import Testing

@testable import Cedar

@Suite("messages of validation")
struct ValidationMessageTests {
  @Test("a finding shows place, line, environments and help")
  func description() throws {
    let result = try ValidationWorld.validate(
      """
      permit(principal, action, resource)
      when { principal.nam == "x" && context.n == 1 };
      permit(principal, action == Action::"read", resource) when { false };
      """)
    #expect(
      result.description == """
        test.cedar:2:17: `principal`, a `Robot`, has no attribute `nam`
          when { principal.nam == "x" && context.n == 1 };
                          ^
          help: did you mean `name`?
        test.cedar:2:39: the context of `Action::"admin"` has no attribute `n`
          when { principal.nam == "x" && context.n == 1 };
                                                ^
          when principal, action and resource are `Robot`, `Action::"admin"`, `Doc` (and in 3 other cases)
          help: it has no attributes
        test.cedar:3:1: warning: the policy is never satisfied: its conditions are always false
          permit(principal, action == Action::"read", resource) when { false };
          ^
          help: a test for a type or an attribute may exclude all requests of its scope
        """)
  }

  struct Example: Sendable, CustomTestStringConvertible {
    let condition: String
    /// The byte of the condition to which the finding points.
    let offset: Int
    let message: String
    let help: String?

    init(_ condition: String, _ offset: Int, _ message: String, _ help: String? = nil) {
      self.condition = condition
      self.offset = offset
      self.message = message
      self.help = help
    }

    var testDescription: String { condition }
  }

  @Test(
    "a message says what was found and what was expected",
    arguments: [
      Example(
        #"Action::"reed" == action"#, 0,
        #"the schema has no action `Action::"reed"`"#,
        #"did you mean `Action::"read"`?"#),
      Example(
        #"Color::"gren" == resource.color"#, 0,
        #"`Color` is enumerated and has no "gren""#,
        "did you mean `green`?"),
      Example(
        #"Usr::"a" == principal"#, 0,
        "the schema has no entity type `Usr`",
        "did you mean `User`?"),
      Example(
        "[principal, resource].contains(principal)", 12,
        "this element is a `Doc`, those before it are `User`",
        "strict validation mixes no entity types; test the type with `is` first"),
      Example(
        "context == {n: 1}", 8,
        "a `{n: Long, o?: Long, r: {a: Bool, z?: String}, s: String}` is never equal to a `{n: Long}`",
        "only one of the records has the member `o`"),
      Example(
        "context.n + context.s == 1", 19,
        "`+` needs `Long`, found `String`"),
      Example(
        "context.o == 1", 7,
        #"the attribute `o` of the context of `Action::"read"` is optional and may be missing here"#,
        "test for it first: `context has o && …`"),
      Example(
        #"if principal.t then 1 else "a""#, 0,
        "the branches of `if` have different types, `Long` after `then` and `String` after `else`"),
      Example(
        #"ip("10.0.0.300").isIpv4()"#, 3,
        #"the string "10.0.0.300" is no `ipaddr`"#,
        #"an address or a range: `ip("10.0.0.1")`, `ip("10.0.0.0/8")`, `ip("::1")`"#),
      Example(
        "ip(context.s).isIpv4()", 10,
        "strict validation needs a string literal as the argument of `ip`",
        "let the schema declare the attribute as `ipaddr`"),
      Example(
        "principal == 1", 10,
        "a `User` is never equal to a `Long`"),
      Example(
        #"principal.d < decimal("1.0")"#, 9,
        "`<` needs `Long`, `datetime` or `duration`, found `decimal`",
        "decimals are compared with `.lessThan(…)` and `.greaterThan(…)` and not calculated with"),
      Example(
        #"principal.dept == "x""#, 9,
        "`principal`, a `User`, has no attribute `dept`",
        #"tags are read with `.getTag("dept")`"#),
      Example(
        #"principal.getTag("x") == "y""#, 10,
        "the tag may be missing here",
        #"test for it first: `principal.hasTag("x") && …`"#),
      Example(
        "principal.m.b.c == 1", 11,
        "the attribute `b` of `principal.m` is optional and may be missing here",
        "test for it first: `principal.m has b && …`"),
      Example(
        "principal.s.contains(1)", 12,
        "a `Set<String>` cannot contain a `Long`"),
      Example(
        #"resource.getTag("x") == "y""#, 9,
        "`resource`, a `Doc`, has no tags",
        "read an attribute, or let the schema declare `tags` for `Doc`"),
      Example(
        "resource.owner.bos.t", 14,
        "`resource.owner`, a `User`, has no attribute `bos`",
        "did you mean `boss`?"),
    ])
  func messages(example: Example) throws {
    let start = "permit(principal, action == Action::\"read\", resource) when { "
    let result = try ValidationWorld.validate(start + example.condition + " };")
    let finding = try #require(result.errors.first)
    #expect(finding.message == example.message)
    #expect(finding.help == example.help)
    #expect(finding.place.line == 1)
    #expect(finding.place.column == start.utf8.count + example.offset + 1)
  }
}
