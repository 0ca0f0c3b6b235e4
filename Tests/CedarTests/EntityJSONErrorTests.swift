import Testing

@testable import Cedar

@Suite("errors in the JSON of entities")
struct EntityJSONErrorTests {
  private func errors(_ json: String, limits: EntityLimits = .standard) -> [DataError] {
    dataErrors { () throws(DataErrors) in try Entities.parse(json: json, limits: limits) }
  }

  private func errors(value: String) -> [DataError] {
    dataErrors { () throws(DataErrors) in
      try entity(attributes: #"{"a/b": [0, \#(value)]}"#)
    }
  }

  @Test(
    "a value that has no meaning is named with its place, and what to write instead",
    arguments: [
      ("null", "", "found null, which Cedar does not have", "leave the member out"),
      (
        "1.5", "", "1.5 is not an integer in digits, and Cedar has no other numbers",
        #"write fractions as {"__extn": {"fn": "decimal", "arg": "1.5"}} or as a string"#
      ),
      (
        "99999999999999999999", "", "99999999999999999999 does not fit in 64 bits",
        "write a number that is used as a name as a string"
      ),
      (
        #"{"__extn": {"fn": "decimal", "arg": "1"}}"#, "/__extn/arg",
        #""1" is not a valid decimal"#, #"write it like "1.5""#
      ),
      (
        #"{"__extn": {"fn": "decimol", "arg": "1.0"}}"#, "/__extn/fn",
        #""decimol" is no function that makes an extension's value"#, "did you mean `decimal`?"
      ),
      (
        #"{"__extn": {"fn": "ip", "arg": 1}}"#, "/__extn/arg",
        "expected String, found the long 1", nil
      ),
      (
        #"{"__extn": {"fn": "ip"}}"#, "/__extn",
        "a call of an extension has `arg` or `args`, and one of them only", nil
      ),
      (
        #"{"__extn": {"fn": "offset", "args": ["2024-01-01", "1h"]}}"#, "/__extn/args/0",
        #"expected datetime, found the string "2024-01-01""#, nil
      ),
      (
        #"{"__extn": "ip"}"#, "/__extn",
        #"expected a call as {"fn": …, "arg": …}, found a string"#, nil
      ),
      (
        #"{"__entity": "U::\"x\""}"#, "/__entity",
        #"expected an entity as {"type": …, "id": …}, found a string"#,
        #"write {"type":"U","id":"x"}"#
      ),
      (
        #"{"__entity": {"type": "U"}}"#, "/__entity",
        "an entity has the member `id`, and it is missing", nil
      ),
      (
        #"{"__entity": {"type": "U", "id": 1}}"#, "/__entity/id",
        "expected a string, found a number", nil
      ),
      (
        #"{"__entity": {"type": "U V", "id": "1"}}"#, "/__entity/type",
        #""U V" is not the name of an entity type"#,
        "names are identifiers joined by `::`, without spaces and none of them reserved"
      ),
      (
        #"{"__entity": {"type": "U", "id": "1"}, "z": 1}"#, "",
        "`__entity` stands beside other members, and an escape stands alone",
        "no record has a member of this name"
      ),
      (
        #"{"__expr": "1 + 1"}"#, "/__expr", "`__expr` is not read",
        "write `__entity` or `__extn`"
      ),
    ] as [(String, String, String, String?)])
  func values(json: String, pointer: String, message: String, help: String?) {
    let errors = errors(value: json)
    #expect(
      errors == [
        DataError(pointer: "/0/attrs/a~1b/1" + pointer, message: message, help: help)
      ])
  }

  @Test("what is no entity is named with what was expected")
  func shapes() {
    #expect(
      errors("{}").map(\.description) == ["expected an array of entities, found an object"])
    #expect(errors(#"["U::\"x\""]"#).map(\.pointer) == ["/0"])
    let missing = errors(#"[{"uid": {"type": "U", "id": "x"}, "atrs": {}, "parents": []}]"#)
    #expect(missing.map(\.message) == ["an entity has the member `attrs`, and it is missing"])
    #expect(missing[0].help == "rename the member that is almost called `attrs`")
    #expect(
      errors(#"[{"uid": {"type": "U", "id": "x"}, "attrs": [], "parents": {}, "tags": null}]"#)
        .map(\.description) == [
          "/0/attrs: expected an object, found an array",
          "/0/parents: expected an array of entities, found an object",
          "/0/tags: expected an object, found null",
        ])
    #expect(errors("[").map(\.pointer) == [""])
    #expect(
      errors(#"[{"uid": 1, "uid": 2}]"#)[0].message.hasPrefix(
        #"no valid JSON: the member name "uid" stands twice"#))
  }

  @Test("actions are only in actions, even when no schema says so")
  func actions() {
    let json = """
      [{"uid": {"type": "NS::Action", "id": "r"}, "attrs": {},
        "parents": [{"type": "Action", "id": "g"}, {"type": "U", "id": "x"}]}]
      """
    #expect(
      errors(json).map(\.description) == [
        #"/0/parents/1: expected an action, for actions are only in actions, found U::"x""#
      ])
  }

  @Test("several errors are reported, up to the limit")
  func several() {
    let list = Array(repeating: "null", count: 30).joined(separator: ", ")
    var limits = EntityLimits()
    limits.reportedErrors = 7
    do throws(DataErrors) {
      _ = try Entities.parse(
        json: #"[{"uid": {"type": "U", "id": "x"}, "attrs": {"a": [\#(list)]}, "parents": []}, 1]"#,
        limits: limits)
      Issue.record("it was read")
    } catch {
      #expect(error.errors.count == 7)
      #expect(!error.isComplete)
      #expect(error.description.hasSuffix("more errors may follow; fix these first"))
    }
  }

  @Test("an entity that is its own ancestor is refused with the way round")
  func cycles() {
    let errors = errors(
      """
      [{"uid": {"type": "U", "id": "x"}, "attrs": {}, "parents": []},
       {"uid": {"type": "G", "id": "a"}, "attrs": {}, "parents": [{"type": "G", "id": "b"}]},
       {"uid": {"type": "G", "id": "b"}, "attrs": {}, "parents": [{"type": "G", "id": "a"}]}]
      """)
    #expect(
      errors.map(\.description) == [
        #"/1/parents: the entity G::"a" is its own ancestor: G::"a" in G::"b" in G::"a""#
      ])
  }

  @Test("the limits on bytes, nesting, nodes and entities hold")
  func limits() {
    func limited(_ change: (inout EntityLimits) -> Void, _ json: String) -> String? {
      var limits = EntityLimits()
      change(&limits)
      return errors(json, limits: limits).first?.message
    }
    let one = #"{"uid": {"type": "U", "id": "x"}, "attrs": {"a": [[[]]]}, "parents": []}"#
    #expect(limited({ _ in }, "[\(one)]") == nil)
    #expect(limited({ $0.bytes = 20 }, "[\(one)]")?.contains("longer than 20 bytes") == true)
    #expect(limited({ $0.nesting = 5 }, "[\(one)]")?.contains("deeper than 5") == true)
    #expect(limited({ $0.nesting = 6 }, "[\(one)]") == nil)
    #expect(limited({ $0.nodes = 5 }, "[\(one)]")?.contains("more than 5") == true)
    #expect(
      limited({ $0.entities = 1 }, "[\(one), \(one)]")
        == "there are 2 entities, more than the limit of 1")
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(errors(value: deep).first?.message.contains("deeper than 128") == true)
    let deepest = String(repeating: "[", count: 124) + String(repeating: "]", count: 124)
    #expect(errors(value: deepest).isEmpty)
    #expect(errors(value: "[\(deepest)]").count == 1)
  }

  @Test("a hierarchy that would take too many steps is refused")
  func steep() {
    func chain(_ count: Int) -> String {
      let entities = (0..<count).map {
        #"{"uid": {"type": "G", "id": "\#($0)"}, "attrs": {}, "#
          + #""parents": [{"type": "G", "id": "\#($0 + 1)"}]}"#
      }
      return "[" + entities.joined(separator: ",") + "]"
    }
    var limits = EntityLimits()
    limits.ancestorSteps = 5050
    #expect(errors(chain(100), limits: limits).isEmpty)
    limits.ancestorSteps = 5049
    #expect(
      errors(chain(100), limits: limits).first?.message.hasSuffix("limit of 5049 steps") == true)
  }
}
