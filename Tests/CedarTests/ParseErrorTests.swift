import Testing

@testable import Cedar

@Suite("errors in policies")
struct ParseErrorTests {
  private func message(_ text: String) -> String {
    guard let error = parseErrors(text).first else { return "no error" }
    return "\(error.place.line):\(error.place.column) \(error.message)"
      + (error.help.map { " | \($0)" } ?? "")
  }

  @Test(
    "a policy's head",
    arguments: [
      (
        "allow(principal, action, resource);",
        "1:1 expected `permit` or `forbid`, found `allow` | did you mean `permit`?"
      ),
      (
        "pemit(principal, action, resource);",
        "1:1 expected `permit` or `forbid`, found `pemit` | did you mean `permit`?"
      ),
      (
        "permit principal, action, resource;",
        "1:8 expected `(` and the scope after `permit`, found `principal`"
      ),
      (
        "permit(action, principal, resource);",
        "1:8 expected `principal` at the start of the scope, found `action`"
          + " | the scope is `(principal, action, resource)`, in this order"
      ),
      (
        "permit(principal, action);",
        "1:25 expected `,` and `resource` after the action, found `)`"
      ),
      (
        "permit(principal = User::\"a\", action, resource);",
        "1:18 expected `==`, found `=` | compare with `==`"
      ),
      (
        "permit(principal != User::\"a\", action, resource);",
        "1:18 the scope knows only `==`, `in` and `is` for `principal`, found `!=`"
          + " | write the condition in `when { … }` or `unless { … }`"
      ),
      (
        "permit(principal in [User::\"a\"], action, resource);",
        "1:21 only `action in` takes a list in the scope"
          + " | write `when { principal in [ … ] }`"
      ),
      (
        "permit(principal == User, action, resource);",
        "1:25 expected `::\"id\"` after the entity type `User`, found `,`"
          + " | an entity is written `User::\"id\"`; a type is tested with `is`"
      ),
      (
        "permit(principal, action is Action, resource);",
        "1:26 `action is` is not possible in the scope | actions are chosen with `==` and `in`"
      ),
      (
        "permit(principal, action == User::\"a\", resource);",
        "1:29 expected an entity of a type `Action`, found `User::\"a\"`"
          + " | actions are written `Action::\"name\"` or `Namespace::Action::\"name\"`"
      ),
      (
        "permit(principal, action, resource, context);",
        "1:37 expected `)` after the resource, found `context`"
          + " | the scope is `(principal, action, resource)`; other conditions go into "
          + "`when { … }`"
      ),
      (
        "permit(principal, action, resource)",
        "1:36 expected `when`, `unless` or `;` after the policy, found the end of the source"
      ),
      (
        "permit(principal, action, resource)\npermit(principal, action, resource);",
        "2:1 expected `when`, `unless` or `;`, found `permit` | each policy ends with `;`"
      ),
      (
        "permit(principal, action, resource) wen { true };",
        "1:37 expected `when`, `unless` or `;`, found `wen` | did you mean `when`?"
      ),
      (
        "permit(principal, action, resource) when { };",
        "1:44 the condition is empty"
          + " | write an expression between the braces, or leave the clause out"
      ),
      (
        "permit(principal is \"User\", action, resource);",
        "1:21 expected an entity type after `is`, found the string \"User\""
          + " | a type is written without quotes"
      ),
      (
        "@id(\"a\") @id(\"b\") permit(principal, action, resource);",
        "1:11 the annotation `@id` occurs twice | keep one; several values can share one string"
      ),
      (
        "permit(principal is if, action, resource);",
        "1:21 expected an entity type after `is`, found `if`"
      ),
      (
        "permit(principal == __cedar::\"a\", action, resource);",
        "1:21 the name `__cedar` is reserved"
      ),
      (
        "permit(principal: User, action, resource);",
        "1:17 a type in the scope is written with `is`, not with `:` | write `principal is Type`"
      ),
    ])
  func heads(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test(
    "expressions",
    arguments: [
      (
        "a = 1",
        "`a` is not a value | a string stands between double quotes, an entity is written "
          + "`Type::\"id\"`, and an attribute is read from `principal`, `action`, `resource` or "
          + "`context`"
      ),
      (
        "context.a = 1",
        "expected an operator or `}` after the condition, found `=`"
          + " | compare with `==`"
      ),
      ("contex.a == 1", "`contex` is not a value | did you mean `context`?"),
      (
        "1 < 2 < 3",
        "comparisons do not chain, found another `<`"
          + " | put one of them in parentheses, or combine them with `&&`"
      ),
      (
        "context.a.containsall([1])",
        "there is no method `containsall` | did you mean `containsAll`?"
      ),
      (
        "contains([1], 1)",
        "there is no function `contains`"
          + " | `contains` is a method: write `value.contains(…)`"
      ),
      ("ipp(\"1.2.3.4\")", "there is no function `ipp` | did you mean `ip`?"),
      ("context.s.ip()", "there is no method `ip` | `ip` is a function: write `ip(…)`"),
      ("[1].contains()", "`contains` takes 1 argument, found 0"),
      ("[1].isEmpty(1)", "`isEmpty` takes 0 arguments, found 1"),
      (
        "context.a / 2",
        "expected an operator or `}` after the condition, found `/`"
          + " | Cedar has no division; it has `+`, `-` and `*`"
      ),
      (
        "context.a & context.b",
        "expected an operator or `}` after the condition, found `&`"
          + " | `&&`, `||`, `!` combine conditions; strings stand between double quotes"
      ),
      (
        "if true then 1",
        "expected an operator or `else`, found `}`"
          + " | `if … then …` always has an `else`"
      ),
      (
        "1 + if true then 1 else 2",
        "expected an expression, found `if`"
          + " | put `if … then … else …` in parentheses here"
      ),
      (
        "context.if",
        "`if` is a reserved word and cannot be an attribute name here"
          + " | write `[\"if\"]` to read it, `has \"if\"` to test for it"
      ),
      ("{a: 1, \"a\": 2}", "the record has two members `a`"),
      (
        "context[0]",
        "expected an attribute name as a string between `[` and `]`, found `0`"
          + " | sets have no positions; test membership with `.contains(…)`"
      ),
      (
        "\"a\" like context.b",
        "expected a pattern after `like`, found `context`"
          + " | a pattern is a string: `like \"a*\"`"
      ),
      ("!!!!!true", "more than 4 `!` in a row | leave out pairs of them"),
      ("\"\\q\"", #"`\q` is not an escape | the escapes are \n \r \t \\ \" \' \0 \x41 \u{1f600}"#),
      (
        "\"\\*\"",
        #"`\*` is not an escape | only a pattern after `like` knows `\*`; "#
          + "elsewhere write `*`"
      ),
      (
        "\"\\xff\"",
        #"expected two hexadecimal digits up to 7F after `\x`"#
          + #" | write characters beyond ASCII as they are or as `\u{e9}`"#
      ),
      ("\"\\u{d800}\"", #"expected a Unicode scalar value as `\u{1f600}`"#),
      (
        "\"abc }",
        "this string has no closing `\"`"
          + #" | end the string with `"`; a quote inside is written `\"`"#
      ),
      ("(1 == 1", "expected an operator or `)`, found `}`"),
      ("[1 2]", "expected an operator, `,` or `]`, found `2`"),
      (
        "principal is User::\"a\"",
        "expected an entity type after `is`, found an entity"
          + " | compare with `==`, or write `is User`"
      ),
      (
        "?principal == principal",
        "a slot stands only in the scope, found `?principal` here"
          + " | in a condition write `principal` or `resource`"
      ),
      ("principal has 1", "expected an attribute name after `has`, found `1`"),
      ("context.f(1)(2)", "there is no method `f`"),
      (
        "true (1)",
        "this value cannot be called, found `(`"
          + " | an operator may be missing before the parenthesis"
      ),
      (
        "'a' == \"a\"",
        "expected an expression, found `'`"
          + " | `&&`, `||`, `!` combine conditions; strings stand between double quotes"
      ),
    ])
  func expressions(expression: String, expected: String) {
    let error = parseErrors("permit(principal, action, resource) when { \(expression) };").first
    #expect((error?.message ?? "") + (error?.help.map { " | \($0)" } ?? "") == expected)
  }

  @Test("what is shown of a source never breaks the line of a message")
  func oneLine() {
    for text in ["\"a\\\nb\" == context.a", "[\"a\" \"x\ny\"]", "context.a \n\n = 1"] {
      let error = parseErrors("permit(principal, action, resource) when { \(text) };").first
      #expect(error?.message.contains("\n") == false)
    }
  }

  @Test("an error shows the line and marks the place in it")
  func rendering() {
    let text = "// é\npermit(principal, action, resource)\n\twhen { \"é\" = 1 };"
    #expect(
      parseErrors(text).first?.description == """
        test.cedar:3:13: expected an operator or `}` after the condition, found `=`
          \twhen { "é" = 1 };
          \t           ^
          help: compare with `==`
        """)
  }
}
