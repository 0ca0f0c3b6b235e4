import Testing

@testable import Cedar

/// The schema of the tests of entities and requests.
enum Declared {
  static let text = """
    type Circumstances = {
      "n": Long, "o"?: String, "k"?: Kind, "ip"?: ipaddr, "u"?: U, "a"?: Action, "r"?: {"x": Long}
    };
    entity H;
    entity G in [H];
    entity Kind enum ["a", "b"];
    entity U in [G] = {
      "name": String, "age"?: Long, "on"?: Bool, "ip"?: ipaddr, "d"?: decimal, "dt"?: datetime,
      "dur"?: duration, "boss"?: U, "s"?: Set<Long>, "ips"?: Set<ipaddr>, "k"?: Kind,
      "act"?: Action,
      "r"?: {"x": Long, "y"?: U, "z"?: {"ip": ipaddr}}
    } tags Long;
    entity V in [Kind];
    entity Doc;
    action "top";
    action "mid" in ["top"];
    action "r" in ["mid"] appliesTo {
      principal: [U, Kind], resource: [Doc, Kind], context: Circumstances
    };
    """

  static func schema() throws -> Schema { try Schema.parse(text, file: "test.cedarschema") }
}

@Suite("JSON of entities, with a schema")
struct EntityJSONSchemaTests {
  private let schema: Schema

  init() throws { schema = try Declared.schema() }

  private func errors(_ members: String) -> [DataError] {
    let separator = members.isEmpty ? "" : ","
    return dataErrors { () throws(DataErrors) in
      try entity(attributes: #"{"name": "n"\#(separator)\#(members)}"#, schema: schema)
    }
  }

  private func errors(entities: String) -> [DataError] {
    dataErrors { () throws(DataErrors) in try Entities.parse(json: entities, schema: schema) }
  }

  @Test("escapes may be left out where the type says what is meant")
  func implicit() throws {
    let short = try entity(
      attributes: """
        {"name": "n", "ip": "1.2.3.4", "d": "1.5", "dt": "2024-01-01", "dur": "1h",
         "boss": {"type": "U", "id": "1"}, "ips": ["::1", {"fn": "ip", "arg": "::2"}],
         "r": {"x": 1, "y": {"type": "U", "id": "2"}, "z": {"ip": "::3"}}}
        """, schema: schema)
    let long = try entity(
      attributes: """
        {"name": "n", "ip": {"__extn": {"fn": "ip", "arg": "1.2.3.4"}},
         "d": {"fn": "decimal", "arg": "1.5"},
         "dur": {"__extn": {"fn": "duration", "args": ["1h"]}},
         "dt": {"fn": "offset", "args": ["2023-12-31", {"fn": "duration", "arg": "1d"}]},
         "boss": {"__entity": {"type": "U", "id": "1"}},
         "ips": [{"__extn": {"fn": "ip", "arg": "::1"}}, "::2"],
         "r": {"x": 1, "y": {"__entity": {"type": "U", "id": "2"}},
               "z": {"ip": {"__extn": {"fn": "ip", "arg": "::3"}}}}}
        """, schema: schema)
    #expect(short.attributes == long.attributes)
    #expect(short.attributes["boss"] == .entity(EntityUID(type: "U", id: "1")))
    #expect(short.attributes["d"]?.kind == .decimal)
  }

  @Test("what is written is read as the same with the schema")
  func roundTrip() throws {
    let json = #"""
      [{"uid": {"type": "U", "id": "x"}, "attrs": {"name": "n", "ip": "::1", "k": \#
      {"type": "Kind", "id": "a"}}, "parents": [{"type": "G", "id": "1"}], "tags": {"t": 1}}]
      """#
    let entities = try Entities.parse(json: json, schema: schema)
    let again = try Entities.parse(json: entities.json, schema: schema)
    #expect(try again.json == entities.json)
    #expect(try Entities.parse(json: entities.json).json == entities.json)
    #expect(entities.count == 4)
  }

  @Test("the actions of the schema are entities")
  func actions() throws {
    let entities = try Entities.parse(json: "[]", schema: schema)
    let read = EntityUID(type: "Action", id: "r")
    #expect(entities.count == 3)
    #expect(entities.isMember(read, of: EntityUID(type: "Action", id: "top")))
  }

  @Test(
    "an attribute that does not conform is named with its place, what it is and what it should be",
    arguments: [
      (
        #""age": "3""#, "/age", #"expected Long, found the string "3""#, "leave the quotes away"
      ),
      (
        #""on": "true""#, "/on", #"expected Bool, found the string "true""#, "leave the quotes away"
      ),
      (
        #""zz": 1"#, "/zz", "the schema declares no `zz` here",
        "there is `act`, `age`, `boss`, `d`, `dt`, `dur`, `ip`, `ips`, `k`, `name`, …"
      ),
      (#""agee": 1"#, "/agee", "the schema declares no `agee` here", "did you mean `age`?"),
      (
        #""ip": "1.2.3""#, "/ip", #""1.2.3" is not a valid ipaddr"#, #"write it like "10.0.0.0/8""#
      ),
      (
        #""ip": 1"#, "/ip", "expected ipaddr, found the long 1",
        #"write a string such as "10.0.0.0/8""#
      ),
      (
        #""ip": {"__extn": {"fn": "decimal", "arg": "1.2"}}"#, "/ip",
        #"expected ipaddr, found a decimal `decimal("1.2")`"#,
        #"write a string such as "10.0.0.0/8""#
      ),
      (
        #""boss": {"type": "G", "id": "1"}"#, "/boss", #"expected U, found the entity G::"1""#, nil
      ),
      (
        #""boss": "U::\"1\"""#, "/boss", #"expected U, found the string "U::\"1\"""#,
        #"write {"type": "U", "id": …}"#
      ),
      (#""s": 1"#, "/s", "expected Set<Long>, found the long 1", "a set stands in brackets: […]"),
      (
        #""s": [1, "2"]"#, "/s", #"expected Long, found the string "2""#, "leave the quotes away"
      ),
      (#""r": {"x": 1, "w": 1}"#, "/r/w", "the schema declares no `w` here", "did you mean `x`?"),
      (
        #""r": {}"#, "/r", "`x` is missing, which the schema declares as required",
        "add it as Long, or declare it as optional: `x?`"
      ),
      (
        #""r": {"x": "1"}"#, "/r/x", #"expected Long, found the string "1""#,
        "leave the quotes away"
      ),
      (
        #""k": {"type": "Kind", "id": "zz"}"#, "/k",
        #"the entity type `Kind` is an enumeration without "zz""#, "there is `a`, `b`"
      ),
      (
        #""act": {"type": "Action", "id": "R"}"#, "/act", #"the schema has no action Action::"R""#,
        "did you mean `r`?"
      ),
    ] as [(String, String, String, String?)])
  func attributes(members: String, pointer: String, message: String, help: String?) {
    #expect(
      errors(members) == [
        DataError(pointer: "/0/attrs" + pointer, message: message, help: help)
      ])
  }

  @Test(
    "attributes that conform are accepted",
    arguments: [
      "", #""age": -1"#, #""s": []"#, #""s": [1, 1]"#, #""r": {"x": 1}"#,
      #""k": {"type": "Kind", "id": "a"}"#, #""act": {"type": "Action", "id": "r"}"#,
      #""boss": {"type": "U", "id": "nobody", "z": 2}"#,
    ])
  func conforming(members: String) { #expect(errors(members).isEmpty) }

  @Test(
    "the verdict on entities is that of the reference implementation",
    arguments: [
      (#"{"uid": {"type": "U", "id": "x"}, "attrs": {}, "parents": []}"#, "/0/attrs"),
      (#"{"uid": {"type": "ZZ", "id": "x"}, "attrs": {}, "parents": []}"#, "/0/uid/type"),
      (#"{"uid": {"type": "X::U", "id": "x"}, "attrs": {}, "parents": []}"#, "/0/uid/type"),
      (#"{"uid": {"type": "Kind", "id": "a"}, "attrs": {}, "parents": []}"#, nil),
      (#"{"uid": {"type": "Kind", "id": "z"}, "attrs": {}, "parents": []}"#, "/0/uid/id"),
      (#"{"uid": {"type": "Kind", "id": "a"}, "attrs": {"a": 1}, "parents": []}"#, "/0/attrs/a"),
      (
        #"{"uid": {"type": "Kind", "id": "a"}, "attrs": {}, "#
          + #""parents": [{"type": "G", "id": "1"}]}"#,
        "/0/parents/0"
      ),
      (
        #"{"uid": {"type": "G", "id": "1"}, "attrs": {}, "parents": [], "tags": {"a": 1}}"#,
        "/0/tags"
      ),
      (#"{"uid": {"type": "G", "id": "1"}, "attrs": {}, "parents": [], "tags": {}}"#, nil),
      (
        #"{"uid": {"type": "U", "id": "1"}, "attrs": {"name": ""}, "#
          + #""parents": [], "tags": {"a": ""}}"#,
        "/0/tags/a"
      ),
      (
        #"{"uid": {"type": "U", "id": "1"}, "attrs": {"name": ""}, "#
          + #""parents": [{"type": "H", "id": "1"}]}"#,
        nil
      ),
      (
        #"{"uid": {"type": "U", "id": "1"}, "attrs": {"name": ""}, "#
          + #""parents": [{"type": "Doc", "id": "1"}]}"#,
        "/0/parents/0"
      ),
      (
        #"{"uid": {"type": "V", "id": "1"}, "attrs": {}, "#
          + #""parents": [{"type": "Kind", "id": "a"}]}"#,
        nil
      ),
      (
        #"{"uid": {"type": "V", "id": "1"}, "attrs": {}, "#
          + #""parents": [{"type": "Kind", "id": "z"}]}"#,
        "/0/parents/0"
      ),
      (
        #"{"uid": {"type": "G", "id": "1"}, "attrs": {}, "#
          + #""parents": [{"type": "Action", "id": "r"}]}"#,
        "/0/parents/0"
      ),
      (#"{"uid": {"type": "Action", "id": "zz"}, "attrs": {}, "parents": []}"#, "/0/uid"),
      (#"{"uid": {"type": "NS::Action", "id": "r"}, "attrs": {}, "parents": []}"#, "/0/uid/type"),
      (#"{"uid": {"type": "Action", "id": "top"}, "attrs": {}, "parents": []}"#, nil),
      (#"{"uid": {"type": "Action", "id": "top"}, "attrs": {"a": 1}, "parents": []}"#, "/0/attrs"),
      (
        #"{"uid": {"type": "Action", "id": "top"}, "attrs": {}, "parents": [], "tags": {"a": 1}}"#,
        "/0/tags"
      ),
      (#"{"uid": {"type": "Action", "id": "mid"}, "attrs": {}, "parents": []}"#, "/0/parents"),
      (
        #"{"uid": {"type": "Action", "id": "r"}, "attrs": {}, "#
          + #""parents": [{"type": "Action", "id": "mid"}]}"#,
        "/0/parents"
      ),
      (
        #"""
        {"uid": {"type": "Action", "id": "r"}, "attrs": {}, "parents": [
          {"type": "Action", "id": "mid"}, {"type": "Action", "id": "top"}]}
        """#, nil
      ),
    ] as [(String, String?)])
  func verdicts(entity: String, pointer: String?) {
    #expect(errors(entities: "[\(entity)]").map(\.pointer) == (pointer.map { [$0] } ?? []))
  }

  @Test("described actions are completed through others that are described")
  func actionClosure() {
    #expect(
      errors(
        entities: """
          [{"uid": {"type": "Action", "id": "r"}, "attrs": {},
            "parents": [{"type": "Action", "id": "mid"}]},
           {"uid": {"type": "Action", "id": "mid"}, "attrs": {},
            "parents": [{"type": "Action", "id": "top"}]}]
          """
      ).isEmpty)
  }

  @Test("entities that are not read from JSON are validated as well")
  func values() throws {
    let validator = EntityValidator(schema: schema)
    let entities = try Entities([
      Entity(EntityUID(type: "G", id: "1")),
      Entity(EntityUID(type: "U", id: "x"), attributes: ["name": 1]),
    ])
    #expect(
      validator.validate(entities).map(\.description) == [
        "/1/attrs/name: expected String, found the long 1\n  help: put it between quotes"
      ])
    #expect(validator.validate(try Entities.parse(json: "[]", schema: schema)).isEmpty)
  }
}
