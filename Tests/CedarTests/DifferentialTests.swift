import Testing

@testable import Cedar

/// Where comparing random cases with the reference engine once found a difference.
@Suite("differences found by comparing with the reference")
struct DifferentialTests {
  @Test(
    "an entity is not written without `::`",
    arguments: [
      "User \"a\"", "NS::User \"a\"", "principal == User \"a\"", "duration \"0ms\"",
      "context.a.offset(duration \"0ms\")", "principal is User \"a\"", "context \"a\"",
    ])
  func missingColons(expression: String) {
    let errors = parseErrors("permit(principal, action, resource) when { \(expression) };")
    #expect(errors.first?.message.contains("expected `::` between") == true)
  }

  @Test("an action in a schema is not written without `::`")
  func missingColonsInSchemas() {
    #expect(throws: SchemaErrors.self) {
      try SchemaSyntax(
        parsing: "action a in [N::Action \"b\"]; namespace N { action b; }", file: "test")
    }
  }

  @Test("an entity in the scope is not written without `::`")
  func missingColonsInScope() {
    for scope in [
      "principal == User \"a\", action, resource", "principal, action in [Action \"a\"], resource",
      "principal, action, resource in NS::Folder \"a\"",
    ] {
      #expect(parseErrors("permit(\(scope));").first?.help == "an entity is written `Type::\"id\"`")
    }
  }

  /// Conditions that are valid only if the comparison in them is one of two literals.
  private static func comparisons(_ chain: String) -> [String] {
    [
      "principal.name == \"\" || \"10.0.0.1\" != (\(chain))", "action == (\(chain))",
      "if (\(chain)) == false && (\(chain)) == true then context.nope else principal.t",
    ]
  }

  @Test(
    "`&&` and `||` of nothing but literals are literals in comparisons",
    arguments: [
      "true || false", "true && true", "false || false", "true && false", "false && true && true",
      "true && (false || true)", "(true && false) || true", "((true || true))",
    ])
  func chainsOfLiterals(chain: String) throws {
    for mode in ValidationMode.allCases {
      for condition in Self.comparisons(chain) {
        let result = try ValidationWorld.validate(ValidationWorld.policy(condition), mode: mode)
        #expect(result.isValid, "\(mode), \(condition): \(result)")
      }
      let always = "(\(chain)) == (\(chain)) || context.nope"
      #expect(try ValidationWorld.kinds(always, mode: mode).isEmpty)
    }
  }

  @Test(
    "what is no chain of literals is no literal, though its value be known",
    arguments: [
      "true && !false", "true && principal.t", "principal.t || true", "true || principal.t",
      "false && principal.t", "principal.t && true && false", "true && (false || principal.t)",
      "true || 1 == 1", "!true", "if true then true else true", "principal is User", "1 == 1",
      "principal is User && true",
    ])
  func otherChains(chain: String) throws {
    for condition in Self.comparisons(chain) {
      #expect(try ValidationWorld.kinds(condition) != [], "\(condition)")
    }
    #expect(try ValidationWorld.kinds("\"a\" == (\(chain))") == [.incompatibleTypes])
    #expect(
      try ValidationWorld.kinds("(\(chain)) == (\(chain)) || context.nope", mode: .permissive)
        == [.unknownAttribute])
  }
}
