import Testing

@testable import Cedar

@Suite("errors in schemas in JSON")
struct SchemaJSONErrorTests {
  @Test(
    "an error has its place, its JSON pointer and a suggestion",
    arguments: [
      (
        "[]",
        "1:1 expected a schema: an object of namespaces, found a list"
      ),
      (
        #"{"":{"entityTypes":{}}}"#,
        "1:5 a namespace needs the member `actions` (at `/`)"
      ),
      (
        #"{"":{"actions":{}}}"#,
        "1:5 a namespace needs the member `entityTypes` (at `/`)"
      ),
      (
        #"{"":{"entityTypes":{},"actions":{},"x":1}}"#,
        #"""
        1:36 a namespace has no member "x" (at `/`) | the members are `entityTypes`, \#
        `actions`, `commonTypes`, `annotations`
        """#
      ),
      (
        #"{"N":{"entityTypes":{},"actions":{},"annotations":{"a b":"b"}}}"#,
        #"1:52 "a b" cannot be the key of an annotation (at `/N/annotations/a b`)"#
      ),
      (
        #"{"":{"entityTypes":{},"actions":{},"annotations":{"a":"b"}}}"#,
        "1:5 what is in no namespace has no annotations (at `/`) | annotate the declarations"
      ),
      (
        #"{"":{"entityTypes":{"A":{"memberOfTypes":null}},"actions":{}}}"#,
        "1:42 expected a list, found null (at `//entityTypes/A/memberOfTypes`)"
      ),
      (
        #"{"":{"entityTypes":{"A":{"shape":null}},"actions":{}}}"#,
        "1:34 expected a type as an object, found null (at `//entityTypes/A/shape`)"
      ),
      (
        #"{"":{"entityTypes":{"A":{"shape":{}}},"actions":{}}}"#,
        "1:34 a type needs the member `type` (at `//entityTypes/A/shape`)"
      ),
      (
        #"{"":{"entityTypes":{"A":{"shape":{"type":"Record"}}},"actions":{}}}"#,
        "1:34 a type `Record` needs the member `attributes` (at `//entityTypes/A/shape`)"
      ),
      (
        #"""
        {"":{"entityTypes":{"A":{"shape":{"type":"Record","attributes":{},"additionalAttribu\#
        tes":true}}},"actions":{}}}
        """#,
        #"""
        1:90 records with further attributes are not part of the language (at \#
        `//entityTypes/A/shape`) | declare every attribute
        """#
      ),
      (
        #"""
        {"":{"entityTypes":{"A":{"shape":{"type":"Record","attributes":{},"foo":true}}},"act\#
        ions":{}}}
        """#,
        #"""
        1:67 a type has no member "foo" (at `//entityTypes/A/shape`) | the members are \#
        `type`, `element`, `attributes`, `additionalAttributes`, `name`
        """#
      ),
      (
        #"{"":{"entityTypes":{"A":{"shape":{"type":"Long"}}},"actions":{}}}"#,
        "1:21 the shape of `A` is `Long`; it has to be a record"
      ),
      (
        #"""
        {"":{"entityTypes":{"A":{"shape":{"type":"T"}}},"actions":{},"commonTypes":{"T":{"ty\#
        pe":"Long"}}}}
        """#,
        "1:42 the shape of `A` is `Long`; it has to be a record"
      ),
      (
        #"{"":{"entityTypes":{"A":{"enum":[]}},"actions":{}}}"#,
        "1:33 `enum` is empty (at `//entityTypes/A`) | name at least one id"
      ),
      (
        #"{"":{"entityTypes":{"A":{"enum":["a"],"tags":{"type":"Long"}}},"actions":{}}}"#,
        #"""
        1:25 an enumerated entity type has no `tags` (at `//entityTypes/A`) | it has \#
        nothing but its ids
        """#
      ),
      (
        #"{"":{"entityTypes":{"A":{"enum":["a"],"memberOfTypes":[]}},"actions":{}}}"#,
        #"""
        1:25 an enumerated entity type has no `memberOfTypes` (at `//entityTypes/A`) | it \#
        has nothing but its ids
        """#
      ),
      (
        #"""
        {"":{"entityTypes":{"A":{"enum":["a"],"shape":{"type":"Record","attributes":{}}}},"a\#
        ctions":{}}}
        """#,
        #"""
        1:25 an enumerated entity type has no `shape` (at `//entityTypes/A`) | it has \#
        nothing but its ids
        """#
      ),
      (
        #"{"":{"entityTypes":{"A":{"foo":1}},"actions":{}}}"#,
        #"""
        1:26 an entity type has no member "foo" (at `//entityTypes/A`) | the members are \#
        `memberOfTypes`, `shape`, `tags`, `enum`, `annotations`
        """#
      ),
      (
        #"{"":{"entityTypes":{"A B":{}},"actions":{}}}"#,
        #"1:21 "A B" cannot be the name of an entity type (at `//entityTypes/A B`)"#
      ),
      (
        #"{"":{"entityTypes":{"A::B":{}},"actions":{}}}"#,
        #"""
        1:21 "A::B" cannot be the name of an entity type (at `//entityTypes/A::B`) | names \#
        are declared without their namespace
        """#
      ),
      (
        #"{"A B":{"entityTypes":{},"actions":{}}}"#,
        #"""
        1:2 "A B" cannot be the name of a namespace (at `/A B`) | a namespace is written \#
        `A` or `A::B`; the name "" is that of no namespace
        """#
      ),
      (
        #"{"A :: B":{"entityTypes":{},"actions":{}}}"#,
        #"""
        1:2 "A :: B" cannot be the name of a namespace (at `/A :: B`) | a namespace is \#
        written `A` or `A::B`; the name "" is that of no namespace
        """#
      ),
      (
        #"{"__cedar":{"entityTypes":{},"actions":{}}}"#,
        #"""
        1:2 "__cedar" cannot be the name of a namespace (at `/__cedar`) | a namespace is \#
        written `A` or `A::B`; the name "" is that of no namespace
        """#
      ),
      (
        #"{"":{"entityTypes":{"A":{},"A":{}},"actions":{}}}"#,
        #"1:28 the member name "A" stands twice in one object"#
      ),
      (
        #"{"":{"entityTypes":{},"actions":{"a":null}}}"#,
        "1:38 expected an action as an object, found null (at `//actions/a`)"
      ),
      (
        #"{"":{"entityTypes":{},"actions":{"a":{"memberOf":["b"]},"b":{}}}}"#,
        "1:51 expected an action as an object, found a string (at `//actions/a/memberOf/0`)"
      ),
      (
        #"""
        {"":{"entityTypes":{},"actions":{"a":{"memberOf":[{"id":"b","type":"Foo"}]},"b":{}}}\#
        }
        """#,
        #"1:51 the action `Foo::"b"` is not declared | did you mean `Action::"b"`?"#
      ),
      (
        #"{"":{"entityTypes":{},"actions":{"a":{"memberOf":[{"id":"b","foo":"Foo"}]},"b":{}}}}"#,
        #"""
        1:61 an action has no member "foo" (at `//actions/a/memberOf/0`) | the members are \#
        `id`, `type`
        """#
      ),
      (
        #"{"":{"entityTypes":{"A":{}},"actions":{"a":{"appliesTo":{}}}}}"#,
        "1:57 `appliesTo` needs the member `principalTypes` (at `//actions/a/appliesTo`)"
      ),
      (
        #"{"":{"entityTypes":{"A":{}},"actions":{"a":{"appliesTo":{"principalTypes":["A"]}}}}}"#,
        "1:57 `appliesTo` needs the member `resourceTypes` (at `//actions/a/appliesTo`)"
      ),
      (
        #"{"":{"entityTypes":{"A":{}},"actions":{"a":{"appliesTo":{"resourceTypes":["A"]}}}}}"#,
        "1:57 `appliesTo` needs the member `principalTypes` (at `//actions/a/appliesTo`)"
      ),
      (
        #"""
        {"":{"entityTypes":{"A":{}},"actions":{"a":{"appliesTo":{"principalTypes":null,"reso\#
        urceTypes":["A"]}}}}}
        """#,
        "1:75 expected a list, found null (at `//actions/a/appliesTo/principalTypes`)"
      ),
      (
        #"""
        {"":{"entityTypes":{"A":{}},"actions":{"a":{"appliesTo":{"principalTypes":["A"],"res\#
        ourceTypes":["A"],"context":null}}}}}
        """#,
        "1:113 expected a type as an object, found null (at `//actions/a/appliesTo/context`)"
      ),
      (
        #"""
        {"":{"entityTypes":{"A":{}},"actions":{"a":{"appliesTo":{"principalTypes":["A"],"res\#
        ourceTypes":["A"],"foo":{}}}}}}
        """#,
        #"""
        1:103 `appliesTo` has no member "foo" (at `//actions/a/appliesTo`) | the members \#
        are `principalTypes`, `resourceTypes`, `context`
        """#
      ),
      (
        #"{"":{"entityTypes":{"A":{}},"actions":{"a":{"foo":{}}}}}"#,
        #"""
        1:45 an action has no member "foo" (at `//actions/a`) | the members are `memberOf`, \#
        `appliesTo`, `attributes`, `annotations`
        """#
      ),
      (
        #"{"":{"entityTypes":{"A":{}},"actions":{"a":{"attributes":{}}}}}"#,
        "1:58 actions have no attributes (at `//actions/a`) | leave `attributes` out"
      ),
      (
        #"{"":{"entityTypes":{"A":{}},"actions":{"a":{"attributes":{"x":1}}}}}"#,
        "1:58 actions have no attributes (at `//actions/a`) | leave `attributes` out"
      ),
      (
        #"""
        {"N": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {"x": {}}}}, \#
        "E": {}}, "actions": {"act": {}}, "commonTypes": {"T": {"type": "Long"}}}}
        """#,
        "1:78 a type needs the member `type` (at `/N/entityTypes/A/shape/attributes/x`)"
      ),
      (
        #"""
        {"N": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {"x": 1}}}, \#
        "E": {}}, "actions": {"act": {}}, "commonTypes": {"T": {"type": "Long"}}}}
        """#,
        #"""
        1:78 expected a type as an object, found a number (at \#
        `/N/entityTypes/A/shape/attributes/x`)
        """#
      ),
      (
        #"{"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"Long": {"type": "Long"}}}}"#,
        #"""
        1:58 `Long` comes with the language and cannot be declared (at \#
        `/N/commonTypes/Long`) | choose another name
        """#
      ),
      (
        #"""
        {"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"Boolean": {"type": \#
        "Long"}}}}
        """#,
        #"""
        1:58 `Boolean` comes with the language and cannot be declared (at \#
        `/N/commonTypes/Boolean`) | choose another name
        """#
      ),
      (
        #"""
        {"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"String": {"type": \#
        "Long"}}}}
        """#,
        #"""
        1:58 `String` comes with the language and cannot be declared (at \#
        `/N/commonTypes/String`) | choose another name
        """#
      ),
      (
        #"{"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"Set": {"type": "Long"}}}}"#,
        #"""
        1:58 `Set` comes with the language and cannot be declared (at `/N/commonTypes/Set`) \#
        | choose another name
        """#
      ),
      (
        #"""
        {"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"Record": {"type": \#
        "Long"}}}}
        """#,
        #"""
        1:58 `Record` comes with the language and cannot be declared (at \#
        `/N/commonTypes/Record`) | choose another name
        """#
      ),
      (
        #"""
        {"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"Entity": {"type": \#
        "Long"}}}}
        """#,
        #"""
        1:58 `Entity` comes with the language and cannot be declared (at \#
        `/N/commonTypes/Entity`) | choose another name
        """#
      ),
      (
        #"""
        {"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"Extension": {"type": \#
        "Long"}}}}
        """#,
        #"""
        1:58 `Extension` comes with the language and cannot be declared (at \#
        `/N/commonTypes/Extension`) | choose another name
        """#
      ),
      (
        #"{"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"if": {"type": "Long"}}}}"#,
        #"1:58 "if" cannot be the name of a common type (at `/N/commonTypes/if`)"#
      ),
      (
        #"""
        {"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"__cedar": {"type": \#
        "Long"}}}}
        """#,
        #"1:58 "__cedar" cannot be the name of a common type (at `/N/commonTypes/__cedar`)"#
      ),
      (
        #"{"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"A::B": {"type": "Long"}}}}"#,
        #"""
        1:58 "A::B" cannot be the name of a common type (at `/N/commonTypes/A::B`) | names \#
        are declared without their namespace
        """#
      ),
      (
        #"{"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"a b": {"type": "Long"}}}}"#,
        #"1:58 "a b" cannot be the name of a common type (at `/N/commonTypes/a b`)"#
      ),
      (
        #"{"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"": {"type": "Long"}}}}"#,
        #"1:58 "" cannot be the name of a common type (at `/N/commonTypes/`)"#
      ),
      (
        #"""
        {"N": {"entityTypes": {}, "actions": {}, "commonTypes": {"T": {"type": "Long", \#
        "required": true}}}}
        """#,
        #"""
        1:80 a type has no member "required" (at `/N/commonTypes/T`) | the members are \#
        `type`, `element`, `attributes`, `additionalAttributes`, `name`, `annotations`
        """#
      ),
      (
        #"""
        {"N": {"entityTypes": {"A": {"tags": {"type": "Long", "required": true}}}, \#
        "actions": {}}}
        """#,
        #"""
        1:55 a type has no member "required" (at `/N/entityTypes/A/tags`) | the members are \#
        `type`, `element`, `attributes`, `additionalAttributes`, `name`
        """#
      ),
      (
        #"""
        {"N": {"entityTypes": {"A": {"tags": {"type": "Long", "annotations": {"a": "b"}}}}, \#
        "actions": {}}}
        """#,
        #"""
        1:55 a type has no member "annotations" (at `/N/entityTypes/A/tags`) | the members \#
        are `type`, `element`, `attributes`, `additionalAttributes`, `name`
        """#
      ),
    ])
  func errors(source: String, expected: String) {
    do throws(SchemaErrors) {
      _ = try Schema.parse(json: source, file: "s")
      Issue.record("accepted")
    } catch {
      #expect(error.errors.map(schemaMessage) == [expected])
    }
  }

  @Test("all errors are reported, with suggestions for members")
  func several() {
    let source = """
      {"N": {
        "entityTypes": {"A": {"memberOfType": []}, "B": {"shap": 1}, "C": {"tags": {"type": 1}}},
        "actions": {"a": {"memberof": []}, "b": {}}, "commonTypes": {"d": []}
      }}
      """
    do throws(SchemaErrors) {
      _ = try Schema.parse(json: source, file: "s")
      Issue.record("accepted")
    } catch {
      #expect(
        error.errors.map { "\($0.place?.line ?? 0) \($0.help ?? "")" } == [
          "3 ", "2 did you mean `memberOfTypes`?", "2 did you mean `shape`?", "2 ",
          "3 did you mean `memberOf`?",
        ])
    }
  }
}
