import Testing

@testable import Cedar

@Suite("schemas in Cedar's own syntax")
struct SchemaSyntaxTests {
  @Test("entity types have parents, attributes and tags")
  func entityTypes() throws {
    let schema = try Schema.parse(
      """
      entity Group in [Group];
      entity User, Bot in Group = { name: String, "e-mail"?: String, } tags Set<Long>;
      entity Document in [Group, Folder] { owner: User };
      entity Folder in [];
      entity Color enum ["red", "green"];
      """, file: "s")
    let user = try #require(schema.entityTypes["User"])
    #expect(user.parents == ["Group"])
    #expect(user.ancestors == ["Group"])
    #expect(
      user.attributes
        == RecordType(["name": .init(.string), "e-mail": .init(.string, isRequired: false)]))
    #expect(user.tags == .set(.long))
    #expect(user.ids == nil)
    #expect(schema.entityTypes["Bot"]?.attributes == user.attributes)
    #expect(schema.entityTypes["Group"]?.ancestors == ["Group"])
    #expect(schema.entityTypes["Document"]?.ancestors == ["Group", "Folder"])
    let color = try #require(schema.entityTypes["Color"])
    #expect(color.ids == ["red", "green"])
    #expect(color.allows(id: "red"))
    #expect(!color.allows(id: "blue"))
    #expect(user.allows(id: "anyone"))
  }

  @Test("ancestors are found through others, also in cycles of entity types")
  func ancestors() throws {
    let schema = try Schema.parse(
      """
      entity A in B; entity B in C; entity C in A; entity D in A;
      action a in b; action b in [c, d]; action c; action d in c;
      """, file: "s")
    #expect(schema.entityTypes["A"]?.ancestors == ["A", "B", "C"])
    #expect(schema.entityTypes["D"]?.ancestors == ["A", "B", "C"])
    #expect(schema.entityTypes["D"]?.parents == ["A"])
    let a = try #require(schema.actions[action("a")])
    #expect(a.ancestors == [action("b"), action("c"), action("d")])
  }

  @Test("actions have names, groups, types and a context")
  func actions() throws {
    let schema = try Schema.parse(
      #"""
      entity User; entity Tool;
      type Args = { path?: String };
      action all;
      action "read only", write in [all, "groß", Action::"all"] appliesTo {
        context: { args: Args, hour: __cedar::Long, from: ipaddr },
        principal: User,
        resource: [User, Tool],
      };
      action "groß" attributes {};
      action plain appliesTo { principal: User, resource: Tool, context: Args };
      """#, file: "s")
    let read = try #require(schema.actions[action("read only")])
    #expect(read.parents == [action("all"), action("groß")])
    #expect(read.principals == ["User"])
    #expect(read.resources == ["User", "Tool"])
    let args = RecordType(["path": .init(.string, isRequired: false)])
    #expect(
      read.context
        == RecordType([
          "args": .init(.record(args)), "hour": .init(.long), "from": .init(.extension(.ipaddr)),
        ]))
    #expect(schema.actions[action("plain")]?.context == args)
    #expect(schema.actions[action("all")]?.principals == [])
  }

  @Test(
    "a name means the nearest declaration",
    arguments: [
      ("namespace N { entity T; entity A { x: T }; }", "N::A", ValueType.entity("N::T")),
      ("namespace N { entity T; entity A { x: N::T }; }", "N::A", .entity("N::T")),
      ("entity T; namespace N { entity A { x: T }; }", "N::A", .entity("T")),
      ("namespace N { type T = Long; entity T; entity A { x: T }; }", "N::A", .long),
      ("type T = U; type U = Set<Long>; entity A { x: T };", "A", .set(.long)),
      ("entity String; entity A { x: String };", "A", .entity("String")),
      ("entity String; entity A { x: __cedar::String };", "A", .string),
      ("type ipaddr = Bool; entity A { x: ipaddr };", "A", .bool),
      ("entity A { x: decimal };", "A", .extension(.decimal)),
      ("entity A { x: __cedar::duration };", "A", .extension(.duration)),
      ("entity Set; entity A { x: Set<Set> };", "A", .set(.entity("Set"))),
      ("namespace N { action a; entity A { x: Action }; }", "N::A", .entity("N::Action")),
      ("action a; namespace N { entity A { x: Action }; }", "N::A", .entity("Action")),
      ("type Action = Long; entity A { x: Action };", "A", .long),
      ("namespace N::M { entity T; } entity A { x: N::M::T };", "A", .entity("N::M::T")),
      ("entity type; type entity = type; entity A { x: entity };", "A", .entity("type")),
    ])
  func meaning(source: String, type: EntityType, expected: ValueType) throws {
    let schema = try Schema.parse(source, file: "s")
    #expect(schema.entityTypes[type]?.attributes.attributes["x"]?.type == expected)
  }

  @Test("an action's groups are found in its namespace, in none, and in others by their name")
  func groups() throws {
    let schema = try Schema.parse(
      """
      action root;
      namespace N { action own; action a in [own, root, M::Action::"other", Action::"own"]; }
      namespace M { action other; }
      """, file: "s")
    let uid = EntityUID(type: "N::Action", id: "a")
    #expect(
      schema.actions[uid]?.parents == [
        action("root"), EntityUID(type: "N::Action", id: "own"),
        EntityUID(type: "M::Action", id: "other"),
      ])
  }

  @Test(
    "words of the language can be names where they are not reserved",
    arguments: [
      "entity entity, action, type, namespace, tags, enum, principal, context, permit, Long;",
      "@namespace namespace namespace { entity namespace; }",
      "action entity, in2, __cedar, \"if\", \"\";",
      "entity A { entity: Long, type: Long, __cedar: Long, \"if\": Bool, \"\": Bool };",
      "@if @doc(\"a\") entity A { @in a: Long, @a(\"b\") b?: Long };",
      "type EntityOrCommon = Long; entity A { a: EntityOrCommon };",
      "// a comment\nentity A; // and another",
      "",
      "namespace Action::Set {}",
      "entity A { a ?: Set < Set<Long> > } tags {};",
      "entity A enum [\"\\u{41}\", \"\\n\"];",
    ])
  func accepted(source: String) throws {
    _ = try Schema.parse(source, file: "s")
  }

  @Test("several sources make one schema")
  func sources() throws {
    let schema = try Schema.parse([
      PolicySource(file: "a", text: "namespace N { entity A in B; }"),
      PolicySource(file: "b", text: "namespace N { entity B { m: M::T }; } namespace M {}"),
      PolicySource(file: "c", text: "namespace M { type T = Long; }"),
    ])
    #expect(schema.entityTypes["N::A"]?.parents == ["N::B"])
    #expect(schema.entityTypes["N::B"]?.attributes == RecordType(["m": .init(.long)]))
  }

  @Test("request environments are all combinations, sorted")
  func environments() throws {
    let schema = try Schema.parse(
      """
      entity A; entity B;
      action z appliesTo { principal: [B, A], resource: [B, A], context: { x: Long } };
      action y appliesTo { principal: B, resource: A };
      action group;
      """, file: "s")
    let found = schema.requestEnvironments.map {
      "\($0.principal) \($0.action.id) \($0.resource) \($0.context.attributes.count)"
    }
    #expect(Array(found) == ["B y A 0", "A z A 1", "A z B 1", "B z A 1", "B z B 1"])
  }

  @Test("the actions are entities with their groups")
  func actionEntities() throws {
    let schema = try Schema.parse("action a in [b, c]; action b in c; action c;", file: "s")
    let entities = try Entities(schema.actionEntities)
    #expect(entities.count == 3)
    #expect(entities.isMember(action("a"), of: action("c")))
    #expect(!entities.isMember(action("c"), of: action("a")))
    #expect(schema.actionTypes == ["Action"])
  }

  private func action(_ id: String) -> EntityUID { EntityUID(type: "Action", id: id) }
}
