import Testing

@testable import Cedar

@Suite("validation of scopes and environments")
struct ScopeValidationTests {
  @Test(
    "a scope must name what is declared and fit some action",
    arguments: [
      (
        #"permit(principal == User::"a", action == Action::"orphan", resource);"#,
        .noApplicableAction
      ),
      (#"permit(principal == Foo::"a", action, resource);"#, .unknownEntityType),
      (#"permit(principal is Usr, action, resource);"#, .unknownEntityType),
      (#"permit(principal == Color::"blue", action, resource);"#, .unknownEntity),
      (#"permit(principal == Color::"red", action, resource);"#, .noApplicableAction),
      (#"permit(principal is Robot, action == Action::"read", resource);"#, .noApplicableAction),
      (#"permit(principal is Org, action, resource);"#, .noApplicableAction),
      (
        #"permit(principal, action in [Action::"nope", Action::"read"], resource);"#, .unknownAction
      ),
      (#"permit(principal, action in [], resource);"#, .noApplicableAction),
      (#"permit(principal, action, resource == Action::"read");"#, .noApplicableAction),
      (#"permit(principal is User in Org::"a", action, resource);"#, .noApplicableAction),
      (#"permit(principal is User in Robot::"a", action, resource);"#, .noApplicableAction),
      ("permit(principal, action, resource) when { principal.serial == 1 };", .unknownAttribute),
      ("permit(principal, action, resource) when { context.n == 1 };", .unknownAttribute),
      (
        "permit(principal == ?principal, action, resource) when { context.n == 1 };",
        .unknownAttribute
      ),
      (
        #"permit(principal is Robot in ?principal, action == Action::"read", resource);"#,
        .noApplicableAction
      ),
    ] as [(String, ValidationFinding.Kind)])
  func refused(text: String, kind: ValidationFinding.Kind) throws {
    let result = try ValidationWorld.validate(text)
    #expect(result.errors.map(\.kind) == [kind], "\(result)")
  }

  @Test(
    "only the environments of the scope count",
    arguments: [
      #"permit(principal in Group::"a", action in Action::"all", resource is Doc in Org::"x");"#,
      #"permit(principal is User in User::"a", action, resource);"#,
      "permit(principal, action, resource) when { context has n && context.n == 1 };",
      #"permit(principal, action, resource) when { action == Action::"read" && context.n == 1 };"#,
      "permit(principal, action, resource) when { principal is Robot && principal.serial == 1 };",
      "permit(principal, action, resource) unless { principal is User || principal.serial == 1 };",
      #"permit(principal == ?principal, action == Action::"read", resource in ?resource);"#,
      "permit(principal is User in ?principal, action, resource) when { principal.name == \"\" };",
    ])
  func accepted(text: String) throws {
    let result = try ValidationWorld.validate(text)
    #expect(result.isValid, "\(result)")
  }

  @Test("a finding says in which of several environments it is, once")
  func environments() throws {
    let result = try ValidationWorld.validate(
      "permit(principal, action, resource) when { principal.boss.name == \"x\" };")
    let finding = try #require(result.errors.first)
    #expect(result.errors.count == 1)
    #expect(finding.environment?.description == "`Robot`, `Action::\"admin\"`, `Doc`")
    #expect(finding.otherEnvironments == 1)
    let everywhere = try ValidationWorld.validate(
      "permit(principal, action, resource) when { principal.bos };")
    #expect(everywhere.errors.map(\.environment) == [nil])
  }

  @Test("a link is checked for what fills its slots, its conditions with the template")
  func links() throws {
    let set = try policies(
      """
      @id("t") permit(principal == ?principal, action == Action::"read", resource)
      when { context.nope };
      """)
    let linked = try set.linking([
      TemplateLink(template: "t", id: "good", principal: EntityUID(type: "User", id: "a")),
      TemplateLink(template: "t", id: "robot", principal: EntityUID(type: "Robot", id: "a")),
      TemplateLink(template: "t", id: "unknown", principal: EntityUID(type: "Usr", id: "a")),
    ])
    let errors = try ValidationWorld.validator().validate(linked).errors
    #expect(errors.map(\.policy.name) == ["robot", "unknown", "t"])
    #expect(errors.map(\.kind) == [.noApplicableAction, .unknownEntityType, .unknownAttribute])
  }

  @Test("a policy that is never satisfied is a warning")
  func impossible() throws {
    for condition in ["false", "principal is Robot", "!(context has n)", "context has x && true"] {
      let result = try ValidationWorld.validate(ValidationWorld.policy(condition))
      #expect(result.isValid)
      #expect(result.warnings.map(\.kind) == [.impossiblePolicy])
    }
  }

  @Test("text that does not show what it says is a warning")
  func suspiciousText() throws {
    let kinds = try ValidationWorld.validate(
      """
      permit(principal == User::"p\u{430}ypal", action, resource);
      permit(principal, action, resource) when { principal.name like "a\u{202E}b*" };
      permit(principal, action, resource) when { principal.name == "\u{43F}\u{440}\u{430} Groß" };
      """
    ).warnings.map(\.kind)
    #expect(kinds == [.mixedScripts, .bidirectionalText])
  }
}
