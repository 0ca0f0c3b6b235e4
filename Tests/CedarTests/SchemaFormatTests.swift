import Testing

@testable import Cedar

@Suite("writing schemas")
struct SchemaFormatTests {
  private let text = """
    action root;

    @doc("tools")
    namespace Sallyport {
      type Args = {
        path?: String,
        "to do": Set<Set<ipaddr>>
      };

      @id
      @doc("who\\n\\"calls\\"")
      entity Agent in [Role] {
        @unit("ms")
        age: Long,
        nested: {
          x: Agent,
          y?: {}
        }
      } tags String;
      entity Kind enum ["a", "b c"];
      entity Role;

      action "call tool" in [read, root, Other::Action::"x"] appliesTo {
        principal: [Agent, Role],
        resource: [Kind],
        context: Args
      };

      action read;
      action write appliesTo {
        principal: [Agent],
        resource: [Agent],
        context: {
          hour: Long
        }
      };
    }

    namespace Other {
      action x;
    }

    namespace Void {}

    """

  /// The text with blank lines around long declarations, as it is written.
  private var printed: String {
    text
      .replacing("  } tags String;\n  entity Kind", with: "  } tags String;\n\n  entity Kind")
      .replacing("  action read;\n  action write", with: "  action read;\n\n  action write")
  }

  private let json =
    #"{"":{"entityTypes":{},"actions":{"root":{}}},"Sallyport":{"annotations":{"doc":"tools"},"#
    + #""commonTypes":{"Args":{"type":"Record","attributes":{"path":{"type":"EntityOrCommon","#
    + #""name":"String","required":false},"to do":{"type":"Set","element":{"type":"Set","#
    + #""element":{"type":"EntityOrCommon","name":"ipaddr"}}}}}},"entityTypes":{"Agent":{"#
    + #""memberOfTypes":["Role"],"shape":{"type":"Record","attributes":{"age":{"#
    + #""type":"EntityOrCommon","name":"Long","annotations":{"unit":"ms"}},"nested":{"#
    + #""type":"Record","attributes":{"x":{"type":"EntityOrCommon","name":"Agent"},"y":{"#
    + #""type":"Record","attributes":{},"required":false}}}}},"tags":{"type":"EntityOrCommon","#
    + #""name":"String"},"annotations":{"id":null,"doc":"who\n\"calls\""}},"Kind":{"enum":["a","#
    + #""b c"]},"Role":{}},"actions":{"call tool":{"memberOf":[{"id":"read"},{"id":"root"},{"#
    + #""type":"Other::Action","id":"x"}],"appliesTo":{"principalTypes":["Agent","Role"],"#
    + #""resourceTypes":["Kind"],"context":{"type":"Args"}}},"read":{},"write":{"appliesTo":{"#
    + #""principalTypes":["Agent"],"resourceTypes":["Agent"],"context":{"type":"Record","#
    + #""attributes":{"hour":{"type":"EntityOrCommon","name":"Long"}}}}}}},"Other":{"#
    + #""entityTypes":{},"actions":{"x":{}}},"Void":{"entityTypes":{},"actions":{}}}"#

  @Test("a schema in Cedar's own syntax is written as JSON and back, nothing lost")
  func bothWays() throws {
    let syntax = try SchemaSyntax(parsing: text, file: "s")
    #expect(syntax.json == json)
    #expect(try syntax.text() == printed)
    let again = try SchemaSyntax(json: json, file: "s")
    #expect(again.json == json)
    #expect(try again.text() == printed)
    #expect(try Schema(resolving: again) == Schema.parse(text, file: "s"))
  }

  @Test("types that only JSON tells apart are written so that they mean the same")
  func kinds() throws {
    let json = #"""
      {"N": {"entityTypes": {
          "A": {"shape": {"type": "Record", "additionalAttributes": false, "attributes": {
            "a": {"type": "Entity", "name": "Long"}, "b": {"type": "Long"},
            "c": {"type": "Boolean"}, "d": {"type": "Extension", "name": "ipaddr"},
            "e": {"type": "T", "required": true}, "f": {"type": "Bool"},
            "g": {"type": "Set", "element": {"type": "EntityOrCommon", "name": "N::T"}},
            "h": {"type": "String"}, "i": {"type": "__cedar::String"},
            "j": {"type": "Entity", "name": "Action"}}}},
          "Long": {}},
        "commonTypes": {"T": {"type": "String", "annotations": {"x": "y"}}},
        "actions": {
          "a": {"memberOf": null, "appliesTo": null, "attributes": null},
          "b": {"appliesTo": {"principalTypes": [], "resourceTypes": ["A"]}}}}}
      """#
    let syntax = try SchemaSyntax(json: json, file: "s")
    let text = try syntax.text()
    #expect(
      text == """
        namespace N {
          @x("y")
          type T = String;

          entity A {
            a: Long,
            b: __cedar::Long,
            c: Bool,
            d: ipaddr,
            e: T,
            f: Bool,
            g: Set<N::T>,
            h: String,
            i: __cedar::String,
            j: Action
          };

          entity Long;

          action a;
          action b;
        }

        """)
    let schema = try Schema(resolving: syntax)
    #expect(try Schema.parse(text, file: "s").entityTypes == schema.entityTypes)
    #expect(
      schema.entityTypes["N::A"]?.attributes
        == RecordType([
          "a": .init(.entity("N::Long")), "b": .init(.long), "c": .init(.bool),
          "d": .init(.extension(.ipaddr)), "e": .init(.string), "f": .init(.bool),
          "g": .init(.set(.string)), "h": .init(.string), "i": .init(.string),
          "j": .init(.entity("N::Action")),
        ]))
  }

  @Test(
    "what Cedar's own syntax cannot say is an error",
    arguments: [
      (
        #"{"":{"entityTypes":{"A":{"shape":{"type":"T"}}},"actions":{},"commonTypes":"#
          + #"{"T":{"type":"Record","attributes":{}}}}}"#,
        "1:42 the attributes of the entity type `A` are not written out"
          + " | in this syntax the attributes of an entity type cannot be a common type"
      ),
      (
        #"{"":{"entityTypes":{"T":{},"A":{"tags":{"type":"Entity","name":"T"}}},"actions":{},"#
          + #""commonTypes":{"T":{"type":"Long"}}}}"#,
        "1:64 in this syntax `T` does not mean the entity type of this name"
          + " | rename one of the two"
      ),
    ])
  func unsayable(json: String, expected: String) throws {
    let syntax = try SchemaSyntax(json: json, file: "s")
    _ = try Schema(resolving: syntax)
    #expect(throws: SchemaErrors.self) { try syntax.text() }
    do throws(SchemaErrors) {
      _ = try syntax.text()
    } catch {
      #expect(error.errors.map(schemaMessage) == [expected])
    }
  }

  @Test("a built schema is checked, finds ancestors, and is printed as it is read")
  func building() throws {
    let schema = try Schema(
      entityTypes: [
        EntityDeclaration(
          "S::Tool", parents: ["S::Server"],
          attributes: RecordType([
            "readOnly": .init(.bool), "owner": .init(.entity("User"), isRequired: false),
            "parts": .init(.set(.record(RecordType(["x": .init(.long)])))),
          ]), tags: .string),
        EntityDeclaration("S::Server", parents: ["S::Site"]), EntityDeclaration("S::Site"),
        EntityDeclaration("User"), EntityDeclaration("S::Mode", ids: ["a", "é\"\n"]),
      ],
      actions: [
        ActionDeclaration(EntityUID(type: "S::Action", id: "all")),
        ActionDeclaration(
          EntityUID(type: "S::Action", id: "git.push"),
          parents: [EntityUID(type: "S::Action", id: "all")], principals: ["User"],
          resources: ["S::Tool", "S::Server"],
          context: RecordType(["from": .init(.extension(.ipaddr))])),
      ])
    #expect(schema.entityTypes["S::Tool"]?.ancestors == ["S::Server", "S::Site"])
    #expect(
      schema.text == """
        entity User;

        namespace S {
          entity Mode enum ["a", "é\\"\\n"];
          entity Server in [Site];
          entity Site;

          entity Tool in [Server] {
            owner?: User,
            parts: Set<{
              x: Long
            }>,
            readOnly: Bool
          } tags String;

          action all;

          action "git.push" in [all] appliesTo {
            principal: [User],
            resource: [Server, Tool],
            context: {
              from: ipaddr
            }
          };
        }

        """)
    #expect(try Schema.parse(schema.text, file: "s") == schema)
    #expect(try Schema.parse(json: schema.json, file: "s") == schema)
  }

  @Test("a schema of thousands of actions is built")
  func manyActions() throws {
    let all = EntityUID(type: "Action", id: "all")
    let schema = try Schema(
      entityTypes: [EntityDeclaration("Tool")],
      actions: [ActionDeclaration(all)]
        + (0..<5_000).map { number in
          ActionDeclaration(
            EntityUID(type: "Action", id: "tool__\(number)"), parents: [all],
            principals: ["Tool"], resources: ["Tool"],
            context: RecordType(["a": .init(.string, isRequired: false)]))
        })
    #expect(schema.actions.count == 5_001)
    #expect(schema.actions[EntityUID(type: "Action", id: "tool__4999")]?.ancestors == [all])
  }
}

/// An error as the tests write it: `line:column message | help`.
func schemaMessage(_ error: SchemaError) -> String {
  (error.place.map { "\($0.line):\($0.column) " } ?? "") + error.message
    + (error.help.map { " | \($0)" } ?? "")
}
