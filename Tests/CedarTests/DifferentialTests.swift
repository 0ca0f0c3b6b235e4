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
}
