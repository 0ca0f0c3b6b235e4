import Testing

@testable import Cedar

@Suite("errors in schemas")
struct SchemaErrorTests {
  private func messages(_ source: String) -> [String] {
    do throws(SchemaErrors) {
      _ = try Schema.parse(source, file: "s")
      return []
    } catch {
      return error.errors.map(schemaMessage)
    }
  }

  @Test(
    "an error of the syntax has its place and says what was expected",
    arguments: [
      (
        "entity A",
        "1:9 expected `;` after the entity type, found the end of the source"
      ),
      (
        "entity A, B,;",
        "1:13 expected the name of an entity type, found `;`"
      ),
      (
        #"entity "A";"#,
        #"""
        1:8 expected the name of an entity type, found the string "A" | a type is written \#
        without quotes
        """#
      ),
      (
        "entity A in [B,]; entity B;",
        #"""
        1:16 expected another entry after `,`, found `]` | lists in schemas have no comma \#
        at their end
        """#
      ),
      (
        "entity A {a?: Long?};",
        #"""
        1:19 expected `,` or `}` after the attribute, found `?` | an optional attribute is \#
        written `name?: Type`
        """#
      ),
      (
        "entity A { a:? Long };",
        "1:14 expected a type, found `?` | an optional attribute is written `name?: Type`"
      ),
      (
        "entity A {if: Long, in: Bool, true: Long, entity: String, namespace: Long};",
        "1:11 `if` is a reserved word and cannot be a name | write it between quotes"
      ),
      (
        "entity A tags Long {};",
        #"""
        1:20 expected `;` after the entity type, found `{` | the order is `entity Name in \#
        [Parent] { … } tags Type;`
        """#
      ),
      (
        #"entity A enum ["a", "b",];"#,
        "1:25 expected an id as a string, found `]`"
      ),
      (
        "entity A enum [];",
        "1:16 expected an id as a string, found `]`"
      ),
      (
        #"entity A enum ["a"] tags Long;"#,
        #"""
        1:21 expected `;` after the ids, found `tags` | an enumerated entity type has \#
        nothing but its ids
        """#
      ),
      (
        #"entity A in B enum ["a"]; entity B;"#,
        #"""
        1:15 expected `;` after the entity type, found `enum` | an enumerated entity type \#
        has nothing but its ids
        """#
      ),
      (
        "entity if;",
        "1:8 `if` is a reserved word and cannot be a name"
      ),
      (
        "entity __cedar;",
        "1:8 the name `__cedar` is reserved"
      ),
      (
        "entity A::B;",
        #"""
        1:9 expected `;` or the rest of the declaration, found `::` | names are declared \#
        without their namespace, inside `namespace … { … }`
        """#
      ),
      (
        "entity A = T;",
        #"""
        1:12 expected `{` and the attributes after `=`, found `T` | an entity type's \#
        attributes are written out; single attributes can have common types
        """#
      ),
      (
        "entity A { a Long };",
        "1:14 expected `:` and a type after the attribute `a`, found `Long`"
      ),
      (
        "entity A { a: Long b: Long };",
        #"""
        1:20 expected `,` or `}` after the attribute `a`, found `b` | attributes are \#
        separated with `,`
        """#
      ),
      (
        "entity A { a: Long = 3 };",
        #"""
        1:20 expected `,` or `}` after the attribute `a`, found `=` | attributes have no \#
        default values
        """#
      ),
      (
        "entity A { a: Set<Long };",
        "1:24 expected `>` after the type of the elements, found `}`"
      ),
      (
        "entity A {a: __cedar::Set<Long>};",
        #"""
        1:26 expected `,` or `}` after the attribute `a`, found `<` | only `Set` takes a \#
        type between `<` and `>`
        """#
      ),
      (
        "entity A { 1: Long };",
        "1:12 expected the name of an attribute, found `1`"
      ),
      (
        "entity A extends B;",
        #"""
        1:10 expected `;` after the entity type, found `extends` | the order is `entity \#
        Name in [Parent] { … } tags Type;`
        """#
      ),
      (
        #"entity A { "\x41": Long, "\q": Long };"#,
        #"1:27 `\q` is not an escape | the escapes are \n \r \t \\ \" \' \0 \x41 \u{1f600}"#
      ),
      (
        "action if, true, in, has;",
        "1:8 `if` is a reserved word and cannot be a name | write it between quotes"
      ),
      (
        "action a in []; action b;",
        #"1:14 expected an action such as `read` or `Action::"read"`, found `]`"#
      ),
      (
        "action a in Action::b; action b;",
        #"""
        1:22 expected `::"name"` after `Action::b`, found `;` | an action of another \#
        namespace is written `Namespace::Action::"name"`
        """#
      ),
      (
        "action a appliesTo {principal: A}; entity A;",
        #"""
        1:20 `appliesTo` has no `resource` | it needs both: `appliesTo { principal: [Type], \#
        resource: [Type] }`
        """#
      ),
      (
        "action a appliesTo {context: {}}; entity A;",
        #"""
        1:20 `appliesTo` has no `principal` | it needs both: `appliesTo { principal: \#
        [Type], resource: [Type] }`
        """#
      ),
      (
        "action a appliesTo {}; entity A;",
        #"""
        1:21 expected `principal`, `resource` or `context`, found `}` | an action that \#
        applies to nothing is written without `appliesTo`
        """#
      ),
      (
        "action a appliesTo {principal: [], resource: A}; entity A;",
        #"""
        1:32 the list of types for `principal` is empty | an action that applies to nothing \#
        is written without `appliesTo`
        """#
      ),
      (
        "action a appliesTo {principal: A, principal: A, resource: A}; entity A;",
        "1:35 `principal` occurs twice in `appliesTo`"
      ),
      (
        "action a appliesTo {principal: [A], resource: [A], context: Set<A>}; entity A;",
        "1:64 expected `,` or `}` in `appliesTo`, found `<`"
      ),
      (
        "action a appliesTo {principal: A resource: A}; entity A;",
        "1:34 expected `,` or `}` in `appliesTo`, found `resource`"
      ),
      (
        "action a attributes {a: Long};",
        "1:22 expected `}`, found `a` | actions have no attributes"
      ),
      (
        "type T, U = Long;",
        "1:7 expected `=` and a type after `type T`, found `,`"
      ),
      (
        "type Long = String;",
        "1:6 `Long` comes with the language and cannot be declared | choose another name"
      ),
      (
        "type Foo::Bar = Long;",
        #"""
        1:9 expected `;` or the rest of the declaration, found `::` | names are declared \#
        without their namespace, inside `namespace … { … }`
        """#
      ),
      (
        "namespace N { namespace M {} }",
        #"""
        1:15 expected `entity`, `action`, `type` or `}`, found `namespace` | namespaces do \#
        not nest; write `namespace A::B { … }` at the top
        """#
      ),
      (
        "namespace N::__cedar {}",
        "1:11 the name `__cedar` is reserved"
      ),
      (
        "namespace N { entity A; };",
        #"""
        1:26 expected `entity`, `action`, `type` or `namespace`, found `;` | there is a `;` \#
        too many
        """#
      ),
      (
        "namespace N { entity A; } namespace N { entity B; }",
        #"""
        1:37 the namespace `N` is declared twice | put all its declarations between the \#
        braces of one
        """#
      ),
      (
        #"@a("x") @a("y") entity A;"#,
        #"""
        1:10 the annotation `@a` occurs twice | keep one; several values can share one \#
        string
        """#
      ),
      (
        "@a() entity A;",
        "1:4 expected the annotation's value as a string, found `)`"
      ),
      (
        "@a;",
        #"""
        1:3 expected `entity`, `action`, `type` or `namespace`, found `;` | there is a `;` \#
        too many
        """#
      ),
      (
        "type T = @a Long;",
        #"""
        1:10 expected a type such as `String`, `Set<String>`, `{ … }` or the name of one, \#
        found `@`
        """#
      ),
      (
        "/* hi */",
        #"""
        1:1 expected `entity`, `action`, `type` or `namespace`, found `/` | comments start \#
        with `//`
        """#
      ),
      (
        "entity A; garbage",
        "1:11 expected `entity`, `action`, `type` or `namespace`, found `garbage`"
      ),
      (
        "enttiy A;",
        #"""
        1:1 expected `entity`, `action`, `type` or `namespace`, found `enttiy` | did you \#
        mean `entity`?
        """#
      ),
      (
        "entity A tag Long;",
        "1:10 expected `;` after the entity type, found `tag` | did you mean `tags`?"
      ),
      (
        "namespace N { entity A",
        "1:23 expected `;` after the entity type, found the end of the source"
      ),
      (
        #"entity A { "a: Long };"#,
        #"""
        1:12 this string has no closing `"` | end the string with `"`; a quote inside is \#
        written `\"`
        """#
      ),
      (
        "entity A { a: Long } in [A];",
        #"""
        1:22 expected `;` after the entity type, found `in` | the order is `entity Name in \#
        [Parent] { … } tags Type;`
        """#
      ),
    ])
  func syntax(source: String, expected: String) {
    #expect(messages(source) == [expected])
  }

  @Test("all errors are reported, those behind an error too")
  func several() {
    #expect(
      messages(
        """
        entity A { a: Long b };
        namespace N {
          entity B in [;
          action a appliesTo { principal A };
          entity C
        }
        }
        type T = ;
        namespace { entity D; }
        """
      ).map { $0.prefix { $0 != " " } } == [
        "1:20", "3:16", "4:34", "6:1", "7:1", "8:10", "9:11",
      ])
    #expect(
      messages("entity A in [X, A, Y];\nentity B { a: Foo, b: Set<Bar> };").map {
        $0.prefix { $0 != " " }
      } == ["1:14", "1:20", "2:15", "2:27"])
  }

  @Test("an error is shown with its line and a mark")
  func description() {
    do throws(SchemaErrors) {
      _ = try Schema.parse("entity User;\nentity A { u: Usr };", file: "app.cedarschema")
      Issue.record("accepted")
    } catch {
      #expect(
        error.description == """
          app.cedarschema:2:15: the type `Usr` is not declared
            entity A { u: Usr };
                          ^
            help: did you mean `User`?
          """)
    }
  }
}
