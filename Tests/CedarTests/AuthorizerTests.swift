import Testing

@_spi(Checking) @testable import Cedar

@Suite("the authorizer")
struct AuthorizerTests {
  private func answer(_ text: String, context: Record = World.context) throws -> Response {
    Authorizer.isAuthorized(
      World.request(context: context), policies: try policies(text),
      entities: try Entities(World.descriptions))
  }

  private func names(_ ids: [PolicyID]) -> [String] { ids.map(\.name) }

  @Test("nothing is allowed without a permit")
  func deniesByDefault() throws {
    #expect(try answer("").decision == .deny)
    let response = try answer("@id(\"p\") permit(principal, action, resource) when { false };")
    #expect(response.decision == .deny)
    #expect(response.determining.isEmpty && response.errors.isEmpty)
  }

  @Test("all satisfied permits determine an allow")
  func permits() throws {
    let response = try answer(
      """
      @id("b") permit(principal, action, resource);
      @id("a") permit(principal == User::"alice", action, resource);
      @id("c") permit(principal == User::"bob", action, resource);
      """)
    #expect(response.decision == .allow)
    #expect(names(response.determining) == ["b", "a"])
  }

  @Test("a satisfied forbid wins and all of them determine the deny")
  func forbids() throws {
    let response = try answer(
      """
      @id("p") permit(principal, action, resource);
      @id("f1") forbid(principal, action, resource) when { context.n == 7 };
      @id("f2") forbid(principal, action, resource) unless { context.n == 8 };
      @id("f3") forbid(principal, action, resource) when { context.n == 8 };
      """)
    #expect(response.decision == .deny)
    #expect(names(response.determining) == ["f1", "f2"])
    #expect(names(response.satisfiedPermits) == ["p"])
  }

  @Test("a policy that errs is skipped, reported, and seen to be a forbid")
  func errors() throws {
    let response = try answer(
      """
      @id("p") permit(principal, action, resource);
      @id("e") permit(principal, action, resource) when { context.none };
      @id("f") forbid(principal, action, resource)
        when { context.s == "text" && context.max + 1 > 0 };
      """)
    #expect(response.decision == .allow)
    #expect(names(response.determining) == ["p"])
    #expect(response.hasErringForbid)
    #expect(
      response.errors.map(\.description) == [
        "test.cedar:2:60: the permit `e` was skipped: the record has no attribute `none`; "
          + "test for it with `has` first",
        "test.cedar:4:45: the forbid `f` was skipped: the result of `+` does not fit in 64 bits",
      ])
    #expect(response.errors.map(\.effect) == [.permit, .forbid])
    let harmless = try answer(
      "@id(\"e\") permit(principal, action, resource) when { context.none };")
    #expect(!harmless.hasErringForbid)
  }

  @Test("a forbid out of scope is not evaluated, so it cannot err")
  func outOfScope() throws {
    let response = try answer(
      "forbid(principal == User::\"bob\", action, resource) when { context.none };")
    #expect(response.errors.isEmpty)
  }

  @Test(
    "scopes choose by identity, hierarchy and type",
    arguments: [
      ("principal == User::\"alice\", action, resource", true),
      ("principal == User::\"bob\", action, resource", false),
      ("principal in Group::\"all\", action, resource", true),
      ("principal in Group::\"none\", action, resource", false),
      ("principal in User::\"alice\", action, resource", true),
      ("principal is User, action, resource", true),
      ("principal is Group, action, resource", false),
      ("principal is User in Group::\"staff\", action, resource", true),
      ("principal is Group in Group::\"staff\", action, resource", false),
      ("principal is User in Group::\"none\", action, resource", false),
      ("principal, action == Action::\"read\", resource", true),
      ("principal, action == Action::\"write\", resource", false),
      ("principal, action == Action::\"reads\", resource", false),
      ("principal, action in Action::\"reads\", resource", true),
      ("principal, action in [Action::\"write\", Action::\"reads\"], resource", true),
      ("principal, action in [Action::\"read\", Action::\"reads\",], resource", true),
      ("principal, action in [Action::\"write\"], resource", false),
      ("principal, action in [], resource", false),
      ("principal, action, resource == NS::Doc::\"doc\"", true),
      ("principal, action, resource in NS::Folder::\"folder\"", true),
      ("principal, action, resource is NS::Doc", true),
      ("principal, action, resource is Doc", false),
      ("principal, action, resource is NS::Doc in NS::Folder::\"folder\",", true),
    ])
  func scopes(scope: String, isMatch: Bool) throws {
    let response = try answer("permit(\(scope));")
    #expect(response.determining.count == (isMatch ? 1 : 0))
    let scanned = Authorizer.isAuthorizedByScan(
      World.request(), policies: try policies("permit(\(scope));"),
      entities: try Entities(World.descriptions))
    #expect(scanned.determining.count == (isMatch ? 1 : 0))
  }

  @Test("several clauses must all hold, and are evaluated in order")
  func clauses() throws {
    let head = "permit(principal, action, resource)"
    #expect(try answer("\(head) when { true } when { true } unless { false };").decision == .allow)
    #expect(try answer("\(head) when { true } unless { true };").decision == .deny)
    #expect(try answer("\(head) unless { true } when { context.none };").errors.isEmpty)
    #expect(try answer("\(head) when { 1 };").errors.count == 1)
    #expect(try answer("\(head) unless { 1 };").errors.count == 1)
  }

  @Test("annotations are kept, with and without value")
  func annotations() throws {
    let set = try policies(
      """
      @id("x") @remedy("approval") @if @note("two
      lines")
      forbid(principal, action, resource);
      """)
    let policy = try #require(set.policy(named: "x"))
    #expect(policy.annotation("remedy") == "approval")
    #expect(policy.annotation("if") == "")
    #expect(policy.annotation("note") == "two\nlines")
    #expect(policy.annotation("none") == nil)
    #expect(policy.place.description == "test.cedar:3:1")
    #expect(set[policy.id]?.id == policy.id)
  }
}
