import Testing

@_spi(Checking) @testable import Cedar

@Suite("templates")
struct TemplateTests {
  private static let text = """
    @id("owner") @note("n") permit(principal == ?principal, action, resource in ?resource)
    when { context.n == 7 };
    @id("all") permit(principal, action, resource);
    @id("group") forbid(principal is User in ?principal, action, resource);
    permit(principal, action, resource is Doc in ?resource) when { context.other };
    """

  private func set() throws -> PolicySet { try policies(TemplateTests.text) }

  private func error(_ link: TemplateLink) throws -> String {
    let set = try set()
    do throws(LinkError) {
      _ = try set.linking([link])
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test("policies and templates are told apart and named alike")
  func parsing() throws {
    let set = try set()
    #expect(set.policies.map(\.id.name) == ["all"])
    #expect(set.templates.map(\.id.name) == ["owner", "group", "test.cedar#3"])
    #expect(set.templates.map(\.slots) == [[.principal, .resource], [.principal], [.resource]])
    #expect(set.template(named: "group")?.place.description == "test.cedar:4:14")
    #expect(set.template(named: "owner")?.annotation("note") == "n")
    #expect(set.template(named: "group")?.effect == .forbid)
    #expect(set.template(named: "all") == nil && set.policy(named: "owner") == nil)
  }

  @Test("a template alone never applies and reads nothing of the context")
  func unlinked() throws {
    let set = try policies(
      "permit(principal == ?principal, action, resource) when { context.n == 7 };")
    let response = Authorizer.isAuthorized(
      World.request(), policies: set, entities: try Entities(World.descriptions))
    #expect(response.decision == .deny && response.determining.isEmpty)
    #expect(set.contextUse.names == [])
  }

  @Test("a link is a policy with the template's condition, annotations and place")
  func linking() throws {
    let set = try set()
    let linked = try set.linking(
      "owner", as: "mine", principal: World.alice, resource: World.folder)
    #expect(set.policies.count == 1, "the set itself does not change")
    let policy = try #require(linked.policy(named: "mine"))
    #expect(linked.policies.map(\.id.name) == ["all", "mine"])
    #expect(policy.templateID?.name == "owner" && linked.policies[0].templateID == nil)
    #expect(policy.annotation("note") == "n" && policy.effect == .permit)
    #expect(policy.place == set.template(named: "owner")?.place)
    #expect(linked[policy.id]?.id == policy.id)
    #expect(linked.contextUse.names == ["n"])
    #expect(linked.templates.count == 3)
    let text = PolicyPrinter.text(of: policy.syntax)
    #expect(
      text.contains(#"(principal == User::"alice", action, resource in NS::Folder::"folder")"#))
  }

  @Test("a linked policy applies to what fills its slots and to nothing else")
  func authorization() throws {
    let entities = try Entities(World.descriptions)
    let set = try policies(
      """
      @id("t") permit(principal in ?principal, action, resource is NS::Doc in ?resource);
      @id("f") forbid(principal == ?principal, action, resource) when { context.missing };
      """)
    func satisfied(_ links: [TemplateLink]) throws -> [String] {
      let linked = try set.linking(links)
      let response = Authorizer.isAuthorized(
        World.request(), policies: linked, entities: entities)
      let scanned = Authorizer.isAuthorizedByScan(
        World.request(), policies: linked, entities: entities)
      #expect(response.satisfiedPermits == scanned.satisfiedPermits)
      return response.satisfiedPermits.map(\.name) + response.errors.map { "\($0.policy)!" }
    }
    let bob = EntityUID(type: "User", id: "bob")
    #expect(
      try satisfied([
        TemplateLink(template: "t", id: "a", principal: World.staff, resource: World.folder),
        TemplateLink(template: "t", id: "b", principal: bob, resource: World.folder),
        TemplateLink(template: "t", id: "c", principal: World.alice, resource: World.doc),
        TemplateLink(template: "t", id: "d", principal: World.all, resource: World.staff),
        TemplateLink(template: "f", id: "e", principal: World.alice),
        TemplateLink(template: "f", id: "g", principal: bob),
      ]) == ["a", "c", "e!"])
  }

  @Test("an error of a linked policy names the link and the place in the template")
  func evaluationError() throws {
    let set = try policies(
      "@id(\"t\")\npermit(principal == ?principal, action, resource)\nwhen { context.missing };"
    ).linking("t", as: "l", principal: World.alice)
    let response = Authorizer.isAuthorized(
      World.request(), policies: set, entities: try Entities(World.descriptions))
    #expect(response.errors.map { "\($0.policy) \($0.place)" } == ["l test.cedar:3:15"])
  }

  @Test("errors of links say what is wrong and how to put it right")
  func linkErrors() throws {
    let alice = World.alice
    #expect(
      try error(TemplateLink(template: "ownr", id: "x", principal: alice))
        == #"the link "x": there is no template "ownr"; did you mean `owner`?"#)
    #expect(
      try error(TemplateLink(template: "all", id: "x", principal: alice))
        == #"the link "x": "all" is a policy without slots and not a template; "#
        + "a template has `?principal` or `?resource` in its scope")
    #expect(
      try error(TemplateLink(template: "owner", id: "x", principal: alice))
        == #"the link "x": the template "owner" has the slot `?resource`, and no entity was "#
        + "given for it; give the resource")
    #expect(
      try error(TemplateLink(template: "group", id: "x", principal: alice, resource: alice))
        == #"the link "x": an entity was given for `?resource`, a slot that the template "#
        + #""group" does not have; leave the resource out"#)
    for id in ["all", "owner"] {
      #expect(
        try error(TemplateLink(template: "group", id: id, principal: alice)).hasPrefix(
          "the link \"\(id)\": a policy or template of this id is already in the set; "
            + "it stands at test.cedar:"))
    }
    #expect(throws: LinkError.self) {
      try set().linking([
        TemplateLink(template: "group", id: "x", principal: alice),
        TemplateLink(template: "group", id: "x", principal: alice),
      ])
    }
  }

  @Test("a policy and a template cannot share an id")
  func sharedID() {
    let errors = parseErrors(
      "@id(\"a\")permit(principal, action, resource);"
        + "@id(\"a\")permit(principal == ?principal, action, resource);")
    #expect(
      errors.map(\.message) == [#"a policy with the id "a" already stands at test.cedar:1:9"#])
  }

  @Test("links count towards the limit of policies")
  func limit() throws {
    var limits = PolicyLimits()
    limits.policies = 2
    let set = try PolicySet.parse(
      "@id(\"t\") permit(principal == ?principal, action, resource);", file: "t", limits: limits
    ).linking("t", as: "a", principal: World.alice)
    do throws(LinkError) {
      _ = try set.linking("t", as: "b", principal: World.alice)
      Issue.record("the limit was passed")
    } catch {
      #expect(error.reason == .tooManyPolicies(limit: 2))
    }
  }

  @Test("thousands of links share one condition")
  func many() throws {
    let links = (0..<5000).map { number in
      TemplateLink(
        template: "owner", id: "link\(number)",
        principal: EntityUID(type: "User", id: "\(number)"), resource: World.folder)
    }
    let set = try set().linking(links)
    #expect(set.policies.count == 5001)
    #expect(Set(set.policies.dropFirst().map(\.condition)).count == 1)
    #expect(set.policies.dropFirst().allSatisfy { $0.statement === set.templates[0].statement })
    let response = Authorizer.isAuthorized(
      Request(
        principal: EntityUID(type: "User", id: "4711"), action: World.read, resource: World.doc,
        context: ["n": 7]),
      policies: set, entities: try Entities(World.descriptions))
    #expect(response.satisfiedPermits.map(\.name) == ["all", "link4711"])
  }

  @Test(
    "a slot in the wrong place is an error that says where it belongs",
    arguments: [
      (
        "principal == ?resource, action, resource",
        "`?resource` cannot stand for the principal | the slot for the principal is `?principal`"
      ),
      (
        "principal, action, resource in ?principal",
        "`?principal` cannot stand for the resource | the slot for the resource is `?resource`"
      ),
      (
        "principal == ?user, action, resource",
        "there is no slot `?user` | the slot for the principal is `?principal`"
      ),
      (
        "principal, action == ?action, resource",
        "a slot cannot stand for an action"
          + " | the slots are `?principal` and `?resource`, each in its own place"
      ),
      (
        "principal, action in [?principal], resource",
        "a slot cannot stand for an action"
          + " | the slots are `?principal` and `?resource`, each in its own place"
      ),
      (
        "principal is ?principal, action, resource",
        "expected an entity type after `is`, found `?principal` | a slot stands for an entity: "
          + "write `principal == ?principal` or `principal is Type in ?principal`"
      ),
      (
        "principal in [?principal], action, resource",
        "only `action in` takes a list in the scope | write `when { principal in [ … ] }`"
      ),
      (
        "?principal, action, resource",
        "expected `principal` at the start of the scope, found `?principal`"
          + " | a slot is compared: `principal == ?principal`"
      ),
    ])
  func misplaced(scope: String, expected: String) {
    let error = parseErrors("permit(\(scope));").first
    #expect((error?.message ?? "") + (error?.help.map { " | \($0)" } ?? "") == expected)
  }

  @Test("a slot may stand in parentheses, and not in a condition")
  func parentheses() throws {
    #expect(
      try policies("permit(principal in ((?principal)), action, resource);").templates.count == 1)
    #expect(
      parseErrors("permit(principal, action, resource) unless { principal in ?principal };").first?
        .message == "a slot stands only in the scope, found `?principal` here")
  }
}
