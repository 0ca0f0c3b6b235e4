import Testing

@testable import Cedar

/// Reads one entity `U::"x"` with these attributes.
func entity(attributes: String, schema: Schema? = nil) throws(DataErrors) -> Entity {
  let json = #"[{"uid": {"type": "U", "id": "x"}, "attrs": \#(attributes), "parents": []}]"#
  let entities = try Entities.parse(json: json, schema: schema)
  guard let entity = entities.described.first(where: { $0.uid.type == "U" }) else {
    throw DataErrors(errors: [], isComplete: true)
  }
  return entity
}

/// What is wrong with some JSON.
func dataErrors<Content>(_ read: () throws(DataErrors) -> Content) -> [DataError] {
  do throws(DataErrors) {
    _ = try read()
    return []
  } catch {
    return error.errors
  }
}

@Suite("JSON of entities, without a schema")
struct EntityJSONTests {
  private let x = EntityUID(type: "U", id: "x")

  private func value(_ json: String) throws(DataErrors) -> Value? {
    try entity(attributes: #"{"a": \#(json)}"#).attributes["a"]
  }

  @Test("entities have attributes, parents and tags")
  func everything() throws {
    let entities = try Entities.parse(
      json: """
        [
          {"uid": {"type": "NS::U", "id": "x"}, "attrs": {"n": 1, "b": true, "s": "é"},
           "parents": [{"type": "G", "id": "g"}, {"__entity": {"type": "G", "id": "h"}}],
           "tags": {"t": [1, 1, 2]}},
          {"uid": {"__entity": {"type": "G", "id": "g"}}, "attrs": {},
           "parents": [{"type": "G", "id": "top"}]}
        ]
        """)
    let user = EntityUID(type: "NS::U", id: "x")
    #expect(entities.count == 2)
    #expect(entities.attributes(of: user) == ["n": 1, "b": true, "s": "é"])
    #expect(entities.described[0].tags == ["t": .set([1, 2])])
    #expect(entities.described[0].parents.map(\.id) == ["g", "h"])
    #expect(entities.isMember(user, of: EntityUID(type: "G", id: "top")))
  }

  @Test("escapes make entities and values of extensions, also nested")
  func escapes() throws {
    #expect(
      try value(#"[{"r": {"__entity": {"type": "U", "id": "1"}}}]"#)
        == .set([.record(["r": .entity(EntityUID(type: "U", id: "1"))])]))
    for (call, expected) in [
      (#"{"fn": "ip", "arg": "1.2.3.4"}"#, #"ip("1.2.3.4")"#),
      (#"{"fn": "ip", "args": ["::1/64"]}"#, #"ip("0:0:0:0:0:0:0:1/64")"#),
      (#"{"fn": "decimal", "arg": "1.20"}"#, #"decimal("1.2")"#),
      (#"{"fn": "duration", "arg": "26h"}"#, #"duration("1d2h")"#),
      (#"{"fn": "datetime", "arg": "2024-01-01"}"#, #"datetime("2024-01-01T00:00:00.000Z")"#),
      (
        #"""
        {"fn": "offset", "args": [
          {"__extn": {"fn": "datetime", "arg": "2024-01-01"}},
          {"__extn": {"fn": "duration", "arg": "1h"}}]}
        """#, #"datetime("2024-01-01T01:00:00.000Z")"#
      ),
      (
        #"{"fn": "toTime", "arg": {"__extn": {"fn": "datetime", "arg": "2024-01-01T02:00:00Z"}}}"#,
        #"duration("2h")"#
      ),
    ] {
      #expect(try value(#"{"__extn": \#(call)}"#)?.description == expected)
    }
  }

  @Test("without a schema, what looks like an implicit escape is a record")
  func implicit() throws {
    #expect(try value(#"{"type": "U", "id": "1"}"#) == .record(["type": "U", "id": "1"]))
    #expect(try value(#"{"fn": "ip", "arg": "::1"}"#) == .record(["fn": "ip", "arg": "::1"]))
  }

  @Test("the smallest and the largest integer are read, beyond them nothing is")
  func integers() throws {
    #expect(try value("-9223372036854775808") == .long(.min))
    #expect(try value("9223372036854775807") == .long(.max))
    for number in ["9223372036854775808", "-9223372036854775809", "1.5", "1.0", "1e2", "-0"] {
      #expect(dataErrors { () throws(DataErrors) in try value(number) }.count == 1, "\(number)")
    }
  }

  @Test("an entity described twice counts once when both say the same")
  func duplicates() throws {
    let one = #"{"uid": {"type": "U", "id": "x"}, "attrs": {"a": 1}, "parents": []}"#
    let other = #"{"uid": {"type": "U", "id": "x"}, "attrs": {"a": 2}, "parents": []}"#
    #expect(try Entities.parse(json: "[\(one), \(one)]").count == 1)
    let errors = dataErrors { () throws(DataErrors) in
      try Entities.parse(json: "[\(one), \(other)]")
    }
    #expect(errors.map(\.pointer) == ["/1"])
    #expect(errors[0].message == #"the entity U::"x" is already described differently at /0"#)
  }

  @Test("unknown members of an entity are passed over, as the reference implementation does")
  func unknownMembers() throws {
    let entities = try Entities.parse(
      json: #"[{"uid": {"type": "U", "id": "x", "z": 1}, "attrs": {}, "parents": [], "c": null}]"#)
    #expect(entities.count == 1)
  }

  @Test(
    "names of types are such as policies can spell",
    arguments: [
      ("U", true), ("_", true), ("a1", true), ("A::B::C", true), ("principal", true),
      ("permit", true), ("Long", true), ("", false), ("1a", false), ("a-b", false), ("é", false),
      ("true", false), ("in", false), ("A::in", false), ("__cedar", false), ("x::__cedar", false),
      ("A::", false), ("::A", false), ("A:B", false), ("A:::B", false), ("A ::B", false),
    ])
  func typeNames(name: String, isWellFormed: Bool) {
    let errors = dataErrors { () throws(DataErrors) in
      try Entities.parse(
        json: #"[{"uid": {"type": "\#(name)", "id": "x"}, "attrs": {}, "parents": []}]"#)
    }
    #expect(errors.isEmpty == isWellFormed)
  }

  @Test("what is written is read as the same, with all escapes and members in order")
  func roundTrip() throws {
    let attributes: Record = [
      "b": true, "a": .long(.min), "s": "quote \" and \\ and \u{0} and é",
      "set": .set([1, .set([]), "x"]), "nested": .record(["r": .record([:])]),
      "e": .entity(EntityUID(type: "NS::U", id: "\n")), "__entity": 1,
      "ip": try value(#"{"__extn": {"fn": "ip", "arg": "10.0.0.1/8"}}"#) ?? 0,
      "ip6": try value(#"{"__extn": {"fn": "ip", "arg": "1::f"}}"#) ?? 0,
      "dec": .extension(.decimal(DecimalValue(tenThousandths: .min))),
      "dur": .extension(.duration(DurationValue(milliseconds: .min))),
      "dt": .extension(.datetime(DatetimeValue(milliseconds: -1))),
      "dtMin": .extension(.datetime(DatetimeValue(milliseconds: .min))),
      "dtMax": .extension(.datetime(DatetimeValue(milliseconds: .max))),
    ]
    let entities = try Entities([
      Entity(x, attributes: attributes, parents: [EntityUID(type: "G", id: "")], tags: ["t": 1]),
      Entity(EntityUID(type: "G", id: "")),
    ]).adding([Entity(EntityUID(type: "Z", id: "over"), parents: [x])])
    let json = try entities.json
    let again = try Entities.parse(json: json)
    #expect(again.described.map(\.uid) == entities.described.map(\.uid))
    #expect(again.described.map(\.parents) == entities.described.map(\.parents))
    #expect(again.described.map(\.attributes) == entities.described.map(\.attributes))
    #expect(again.described.map(\.tags) == entities.described.map(\.tags))
    #expect(try again.json == json)
  }

  @Test("the written form is compact and sorted")
  func written() throws {
    let entities = try Entities([
      Entity(
        x,
        attributes: ["b": .entity(x), "a": .extension(.decimal(DecimalValue(tenThousandths: 1)))])
    ])
    #expect(
      try entities.json == """
        [{"uid":{"type":"U","id":"x"},"attrs":{\
        "a":{"__extn":{"fn":"decimal","arg":"0.0001"}},\
        "b":{"__entity":{"type":"U","id":"x"}}},"parents":[]}]
        """)
  }

  @Test("a record that JSON would take for an escape is not written")
  func unwritable() throws {
    let record: Record = ["r": .record(["__extn": 1])]
    #expect(throws: DataError.self) { try record.contextJSON }
    let entities = try Entities([Entity(x, attributes: record)])
    do throws(DataError) {
      _ = try entities.json
      Issue.record("it was written")
    } catch {
      #expect(error.pointer == "/0/attrs/r")
    }
  }

  @Test("contexts and requests are read and written")
  func requests() throws {
    let json = """
      {"principal":{"type":"U","id":"x"},"action":{"type":"Action","id":"r"},\
      "resource":{"type":"D","id":"d"},"context":{"n":{"__entity":{"type":"U","id":"y"}}}}
      """
    let request = try Request.parse(json: json)
    #expect(request.principal == x)
    #expect(request.context == ["n": .entity(EntityUID(type: "U", id: "y"))])
    #expect(try request.json == json)
    #expect(try Record.parse(contextJSON: request.context.contextJSON) == request.context)
    let short = try Request.parse(
      json: #"{"principal": "U::\"x\"", "action": "Action::\"r\"", "resource": "D::\"d\""}"#)
    #expect(short.principal == x && short.resource.id == "d" && short.context.isEmpty)
  }
}
