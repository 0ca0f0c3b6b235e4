import Testing

@testable import Cedar

@Suite("errors in what schemas declare")
struct SchemaDeclarationErrorTests {
  private func messages(_ source: String) -> [String] {
    do throws(SchemaErrors) {
      _ = try Schema.parse(source, file: "s")
      return []
    } catch {
      return error.errors.map(schemaMessage)
    }
  }

  @Test(
    "an error in what is declared has its place and a suggestion",
    arguments: [
      (
        "entity A,A;",
        "1:10 the entity type `A` is declared twice"
      ),
      (
        #"action a, "a";"#,
        #"1:11 the action `Action::"a"` is declared twice"#
      ),
      (
        #"action "\u{41}", A;"#,
        #"1:18 the action `Action::"A"` is declared twice"#
      ),
      (
        "type T = Long; type T = Long;",
        "1:21 the common type `T` is declared twice"
      ),
      (
        "entity A {a: Long, a: Long};",
        #"1:20 the attribute "a" is declared twice"#
      ),
      (
        "entity Action;",
        #"""
        1:8 `Action` is the type of actions and cannot be declared | declare actions with \#
        `action name;`
        """#
      ),
      (
        "entity A in [Z];",
        "1:14 the entity type `Z` is not declared"
      ),
      (
        "entity A {a: Set};",
        #"""
        1:14 the type `Set` is not declared | a set's type names that of its elements, such \#
        as `Set<String>`
        """#
      ),
      (
        "entity A {a: Boolean};",
        "1:14 the type `Boolean` is not declared | did you mean `Bool`?"
      ),
      (
        "entity A {a: ip};",
        "1:14 the type `ip` is not declared | did you mean `ipaddr`?"
      ),
      (
        "entity A {a: Record};",
        #"""
        1:14 the type `Record` is not declared | a record is written out, such as `{ name: \#
        String }`
        """#
      ),
      (
        "namespace N::M { entity A; } namespace N { entity B in M::A; }",
        "1:56 the entity type `M::A` is not declared | did you mean `N::M::A`?"
      ),
      (
        "type A = Long; entity B in A; entity C;",
        #"""
        1:28 the entity type `A` is not declared | `A` is a common type; here an entity \#
        type is needed
        """#
      ),
      (
        "action a appliesTo {principal: [A], resource: [A], context: A}; entity A;",
        #"""
        1:61 the common type `A` is not declared | `A` is an entity type; here a common \#
        type is needed
        """#
      ),
      (
        #"""
        action a appliesTo {principal: [A], resource: [A], context: C}; entity A; type C = \#
        Long;
        """#,
        #"1:61 the context of `Action::"a"` is `Long`; it has to be a record"#
      ),
      (
        "action a appliesTo {principal: [C], resource: [A]}; entity A; type C = {};",
        #"""
        1:33 the entity type `C` is not declared | `C` is a common type; here an entity \#
        type is needed
        """#
      ),
      (
        "action a appliesTo {principal: [Z], resource: [A]}; entity A;",
        "1:33 the entity type `Z` is not declared"
      ),
      (
        "action b; entity A in Action;",
        "1:23 `Action` is the type of actions; an entity type is needed"
      ),
      (
        "action a in [a];",
        #"1:8 the action `Action::"a"` is in itself: `Action::"a"` → `Action::"a"`"#
      ),
      (
        "action a in [b]; action b in [a];",
        #"""
        1:8 the action `Action::"a"` is in itself: `Action::"a"` → `Action::"b"` → \#
        `Action::"a"`
        """#
      ),
      (
        #"action a in Foo::"b"; entity Foo;"#,
        #"1:13 the action `Foo::"b"` is not declared"#
      ),
      (
        "type T = T;",
        #"""
        1:6 the common type `T` is defined by itself: `T` → `T` | only entity types can \#
        lead back to themselves
        """#
      ),
      (
        "type T = {a: U}; type U = Set<T>;",
        #"""
        1:6 the common type `T` is defined by itself: `T` → `U` → `T` | only entity types \#
        can lead back to themselves
        """#
      ),
      (
        "namespace N { entity A; } type A = Long;",
        #"""
        1:22 `N::A` shadows `A`, which is declared in no namespace | rename one of them, or \#
        put both into namespaces
        """#
      ),
      (
        "namespace N { type A = Long; } entity A;",
        #"""
        1:20 `N::A` shadows `A`, which is declared in no namespace | rename one of them, or \#
        put both into namespaces
        """#
      ),
      (
        #"action b; namespace N { action b; action a in Action::"b"; }"#,
        #"""
        1:32 `N::Action::"b"` shadows `Action::"b"`, which is declared in no namespace | \#
        rename one of them, or put both into namespaces
        """#
      ),
      (
        "entity A in [__cedar::Long];",
        "1:14 the entity type `__cedar::Long` is not declared | here an entity type is needed"
      ),
      (
        "entity User; entity A { u: Usr };",
        "1:28 the type `Usr` is not declared | did you mean `User`?"
      ),
      (
        "namespace N { entity User; entity A in Uzer; }",
        "1:40 the entity type `Uzer` is not declared | did you mean `User`?"
      ),
      (
        "entity A { a: Int };",
        "1:15 the type `Int` is not declared | did you mean `Long`?"
      ),
      (
        "action read; action a in raed;",
        #"1:26 the action `"raed"` is not declared | did you mean `Action::"read"`?"#
      ),
      (
        "namespace N { action read; } action a in read;",
        #"1:42 the action `"read"` is not declared | did you mean `N::Action::"read"`?"#
      ),
    ])
  func meaning(source: String, expected: String) {
    #expect(messages(source) == [expected])
  }

  @Test("declarations of a program are checked like those of a source")
  func building() {
    func messages(_ types: [EntityDeclaration], _ actions: [ActionDeclaration] = []) -> [String] {
      do throws(SchemaErrors) {
        _ = try Schema(entityTypes: types, actions: actions)
        return []
      } catch {
        return error.errors.map(schemaMessage)
      }
    }
    let action = EntityUID(type: "Action", id: "a")
    #expect(
      messages([EntityDeclaration("A b")])
        == [#""A b" is not the name of a type | names are written `Name` or `Namespace::Name`"#])
    #expect(messages([EntityDeclaration("")]).count == 1)
    #expect(messages([EntityDeclaration("if")]).count == 1)
    #expect(
      messages([EntityDeclaration("A"), EntityDeclaration("A")])
        == ["the entity type `A` is declared twice"])
    #expect(
      messages([EntityDeclaration("N::A", parents: ["N::B"])])
        == ["the entity type `B` is not declared"])
    #expect(
      messages([EntityDeclaration("A", tags: .entity("Nobody"))])
        == ["the entity type `Nobody` is not declared"])
    #expect(
      messages([EntityDeclaration("A", ids: [])])
        == ["the entity type `A` is enumerated without ids"])
    #expect(
      messages([EntityDeclaration("A"), EntityDeclaration("N::A")]).count == 1)
    #expect(messages([], [ActionDeclaration(action, parents: [action])]).count == 1)
    #expect(messages([], [ActionDeclaration(action, principals: ["A"])]).count == 1)
    #expect(
      messages([], [ActionDeclaration(EntityUID(type: "User", id: "a"))]).first?
        .hasPrefix(#"`User::"a"` is not an action"#) == true)
    var deep = ValueType.long
    for _ in 0..<65 { deep = .set(deep) }
    #expect(
      messages([EntityDeclaration("A", tags: deep)])
        == ["a type nests deeper than the limit of 64"])
  }
}
