import Configuration
import Inspection
import JSON
import Testing

@testable import Catalog

@Suite("What is listed, held against what people said")
struct ReviewTests {
  private let tool = ItemKey(.tool, "add")

  private func item(_ definition: String, _ key: ItemKey? = nil) -> ListedItem {
    ListedItem(key ?? tool, Array(definition.utf8))
  }

  private func pins(_ change: PinChange...) -> ServerPins {
    var pins: ServerPins = [:]
    for change in change { pins[change.key, default: ItemPins()].take(change) }
    return pins
  }

  private func change(
    _ event: PinChange.Event, _ item: ListedItem, effect: String? = nil
  ) -> PinChange {
    PinChange(
      event: event, server: "s", key: item.key, after: item.digest, definition: item.definition,
      effect: effect, time: 1)
  }

  @Test func `an item is approved in one definition, and in no other`() {
    let (one, two) = (item(#"{"name":"add"}"#), item(#"{"name":"add","title":"x"}"#))
    #expect(Review([one], [:]).items[0].state == .pending)
    let approved = pins(change(.approved, one))
    #expect(Review([one], approved).items[0].state == .approved)
    #expect(Review([two], approved).items[0].state == .changed)
    let turnedDown = pins(change(.approved, one), change(.rejected, two))
    #expect(Review([two], turnedDown).items[0].state == .rejected)
    // What was approved is so still, should the server go back to it.
    #expect(Review([one], turnedDown).items[0].state == .approved)
    let revoked = pins(change(.approved, one), change(.revoked, one))
    #expect(Review([one], revoked).items[0].state == .pending)
    let rejected = pins(change(.approved, one), change(.rejected, one))
    #expect(Review([one], rejected).items[0].state == .rejected)
    #expect(Review([two], rejected).items[0].state == .pending)
  }

  @Test(
    "each part of a definition counts",
    arguments: [
      #"{"name":"add","title":"A"}"#, #"{"name":"add","description":"adds\u200b"}"#,
      #"{"name":"add","inputSchema":{"type":"object","properties":{"a":{}}}}"#,
      #"{"name":"add","outputSchema":{"type":"object"}}"#,
      #"{"name":"add","annotations":{"readOnlyHint":true}}"#, #"{"name":"add","_meta":{"x":1}}"#,
      #"{"name":"add","icons":[]}"#, #"{"name":"add","x":9007199254740993}"#,
      #"{"name":"add","x":9007199254740992}"#,
    ])
  func parts(definition: String) throws {
    let approved = pins(change(.approved, item(#"{"name":"add"}"#)))
    #expect(Review([item(definition)], approved).items[0].state == .changed)
    #expect(
      Review([item(definition)], pins(change(.approved, item(definition))))
        .items[0].state == .approved)
  }

  @Test func `big integers that a double cannot tell apart have different digests`() {
    #expect(item(#"{"x":9007199254740993}"#).digest != item(#"{"x":9007199254740992}"#).digest)
    #expect(item(#"{"x":1e400}"#).digest != item(#"{"x":2e400}"#).digest)
  }

  @Test func `spaces and the order of members do not count`() {
    #expect(item(#"{"a":1,"b":"\u0041"}"#).digest == item(#"{ "b" : "A", "a" : 1.0 }"#).digest)
  }

  @Test func `what is new is told once, what is gone is forgotten`() {
    let (one, two) = (item(#"{"name":"add"}"#), item(#"{"name":"add","title":"x"}"#))
    func notices(_ listed: [ListedItem], _ pins: ServerPins) -> [PinChange.Event] {
      Review(listed, pins).notices(of: "s", pins, known: [.tool], at: 1).map(\.event)
    }
    #expect(notices([one], [:]) == [.quarantined])
    #expect(notices([one], pins(change(.quarantined, one))) == [])
    #expect(notices([two], pins(change(.quarantined, one))) == [.quarantined])
    #expect(notices([], pins(change(.quarantined, one))) == [.forgotten])
    #expect(
      Review([], [:]).notices(of: "s", pins(change(.quarantined, one)), known: [], at: 1).isEmpty)
    let approved = pins(change(.approved, one))
    #expect(notices([one], approved) == [])
    #expect(notices([two], approved) == [.changed])
    let changed = pins(change(.approved, one), change(.changed, two))
    #expect(notices([two], changed) == [])
    #expect(notices([one], changed) == [.restored])
    #expect(notices([], changed) == [])
    #expect(notices([two], pins(change(.approved, one), change(.rejected, two))) == [])
  }

  @Test func `people write items by words that mean one item each`() {
    let keys: [ItemKey] = [
      .server, .instructions, ItemKey(.tool, "server"), ItemKey(.tool, "add"),
      ItemKey(.prompt, "add"), ItemKey(.template, "a:{b}"),
    ]
    #expect(
      keys.map(\.word) == [
        "server", "instructions", "tool:server", "add", "prompt:add", "template:a:{b}",
      ])
    for key in keys {
      #expect(keys.filter { $0.isMeant(by: key.word) } == [key])
    }
    #expect(keys.filter { $0.isMeant(by: "*") } == keys)
    #expect(keys.filter { $0.isMeant(by: "tool:*") }.map(\.name) == ["server", "add"])
    #expect(keys.filter { $0.isMeant(by: "a*") }.map(\.word) == ["add"])
    #expect(keys.shuffled().sorted() == keys.sorted())
  }

  @Test func `words are looked up, and mean what they mean one by one`() {
    let keys: [ItemKey] = [
      .server, .instructions, ItemKey(.tool, "server"), ItemKey(.tool, "add"),
      ItemKey(.tool, "tool:add"), ItemKey(.tool, "a*"), ItemKey(.prompt, "add"),
      ItemKey(.tool, "caf\u{E9}"), ItemKey(.tool, "cafe\u{301}"), ItemKey(.page, "ui://a"),
    ]
    let words = ItemWords(keys)
    for pattern in keys.map(\.word) + keys.map({ "tool:\($0.name)" })
      + ["*", "a*", "tool:*", "tool:caf*", "", "tool:", "none", "prompt:*", "tool:instructions"]
    {
      #expect(
        words.places(meantBy: pattern).map { keys[$0] } == keys.filter { $0.isMeant(by: pattern) },
        "\(pattern)")
    }
  }

  @Test(
    arguments: [
      (#"{"name":"t","description":"b"}"#, true), (#"{"name":"t","title":"x"}"#, true),
      (#"{"name":"t","annotations":{"title":"x"},"description":"a"}"#, false),
      (#"{"name":"t","annotations":{"readOnlyHint":true}}"#, false),
      (#"{"name":"u","description":"a"}"#, false),
      (#"{"name":"t","description":["a"]}"#, false),
      (#"{"name":"t","_meta":{"description":"a"}}"#, false),
    ])
  func `the rule for descriptions takes no other change`(after: String, accepts: Bool) {
    #expect(rule(#"{"name":"t","description":"a"}"#, after) == accepts)
  }

  @Test func `in schemas texts may change, parameters that are called like texts may not`() {
    func tool(_ properties: String) -> String {
      #"{"name":"t","inputSchema":{"type":"object","properties":{\#(properties)}}}"#
    }
    let before = tool(#""description":{"type":"string","description":"a"}"#)
    #expect(rule(before, tool(#""description":{"type":"string","description":"b"}"#)))
    #expect(rule(before, tool(#""description":{"type":"string","title":"b"}"#)))
    #expect(!rule(before, tool(#""title":{"type":"string","description":"a"}"#)))
    #expect(!rule(before, tool("")))
    #expect(!rule(before, tool(#""description":{"type":"number","description":"a"}"#)))
    #expect(
      !rule(
        tool(#""a":{"enum":[{"description":"x"}]}"#), tool(#""a":{"enum":[{"description":"y"}]}"#)))
    #expect(
      rule(
        tool(#""a":{"anyOf":[{"items":{"description":"x"}}]}"#),
        tool(#""a":{"anyOf":[{"items":{"description":"y"}}]}"#)))
    #expect(
      rule(
        #"{"name":"p","arguments":[{"name":"a","description":"x"}]}"#,
        #"{"name":"p","arguments":[{"name":"a","description":"y"}]}"#))
    #expect(
      !rule(
        #"{"name":"p","arguments":[{"name":"a"}]}"#, #"{"name":"p","arguments":[{"name":"b"}]}"#))
  }

  @Test func `a description that makes a tool seem to do more is accepted by no rule`() {
    func tool(_ description: String, _ hint: String = "true") -> String {
      #"{"name":"t","description":"\#(description)","annotations":{"readOnlyHint":\#(hint)}}"#
    }
    #expect(rule(tool("Shows it."), tool("Shows all of it.")))
    #expect(!rule(tool("Shows it."), tool("Deletes it.")))
    #expect(rule(tool("Deletes it."), tool("Shows it.")))
    // Without hints a tool is drafted graver than its description from the start.
    for hint in ["false", "null"] {
      #expect(rule(tool("Shows it.", hint), tool("Shows all of it.", hint)))
      #expect(rule(tool("It is old.", hint), tool("Shows it.", hint)))
      #expect(rule(tool("Deletes it.", hint), tool("Drops it.", hint)))
      #expect(rule(tool("Deletes it.", hint), tool("Shows it.", hint)))
      #expect(!rule(tool("Shows it.", hint), tool("Deletes it.", hint)))
      #expect(!rule(tool("It is old.", hint), tool("Adds it.", hint)))
      #expect(!rule(tool("Adds it.", hint), tool("Adds it and sends it.", hint)))
    }
    #expect(
      !rule(
        #"{"name":"run_report","description":"Shows it."}"#,
        #"{"name":"run_report","description":"Deletes it."}"#))
  }

  @Test func `without the rule nothing is accepted, and instructions never`() {
    let (before, after) = (Array(#"{"description":"a"}"#.utf8), Array(#"{"description":"b"}"#.utf8))
    let inspector = Inspector(of: "s", among: [])
    #expect(Acceptance.rule(from: before, to: after, of: tool, [], inspector) == nil)
    #expect(
      Acceptance.rule(
        from: Array(#""a""#.utf8), to: Array(#""b""#.utf8), of: .instructions, [.descriptions],
        inspector) == nil)
    #expect(
      Acceptance.rule(from: before, to: after, of: .server, [.descriptions], inspector) == nil)
  }

  private func rule(_ before: String, _ after: String) -> Bool {
    Acceptance.rule(
      from: Array(before.utf8), to: Array(after.utf8), of: tool, [.descriptions],
      Inspector(of: "s", among: [])) == .descriptions
  }
}
