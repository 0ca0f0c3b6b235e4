import Configuration
import Inspection
import JSON
import Reactor
import Testing

@testable import Catalog
@testable import MCP

@Suite("What a person sees of a server before deciding")
struct UpstreamReviewTests {
  private let tool = ItemKey(.tool, "save")

  private func quiet(_ more: String = "") -> String {
    #"{"name":"save","annotations":{"readOnlyHint":true}\#(more)}"#
  }

  /// A definition that is drafted as the effect.
  private func definition(_ effect: String) -> String {
    switch effect {
    case "read": #"{"name":"sight","annotations":{"readOnlyHint":true}}"#
    case "write": #"{"name":"add_sight","annotations":{"destructiveHint":false}}"#
    case "egress": #"{"name":"send_sight"}"#
    case "admin": #"{"name":"grant_sight"}"#
    default: #"{"name":"sight"}"#
    }
  }

  private func item(_ key: ItemKey, _ definition: String) -> ListedItem {
    ListedItem(key, Array(definition.utf8))
  }

  private func change(
    _ event: PinChange.Event, _ item: ListedItem, effect: String? = nil
  ) -> PinChange {
    PinChange(
      event: event, server: "s", key: item.key, after: item.digest, definition: item.definition,
      effect: effect, user: "ana", reason: "because", time: 1)
  }

  private func review(
    _ listed: ListedItem, after changes: [PinChange] = [], named name: String = "s",
    _ settings: String = "", among neighbours: [Inspector.Neighbour] = []
  ) throws -> UpstreamReview {
    var pins: ServerPins = [:]
    for change in changes { pins[change.key, default: ItemPins()].take(change) }
    return UpstreamReview(
      try upstreamConfiguration(named: name, settings), Review([listed], pins), pins,
      Inspector(of: name, among: neighbours))
  }

  @Test(
    "an effect is raised by a draft that rises, and by nothing else",
    arguments: [
      // Drafted before, approved as, drafted now; what a plain approval makes of it.
      ("read", "read", "write", "write"), ("read", "read", "destructive", "destructive"),
      ("read", "read", "egress", "egress"), ("write", "read", "destructive", "destructive"),
      ("read", "destructive", "write", "destructive"), ("read", "write", "read", "write"),
      ("destructive", "read", "destructive", "read"), ("destructive", "read", "write", "read"),
      ("destructive", "write", "admin", "admin"), ("write", nil, "admin", "admin"),
      ("read", nil, "write", nil), ("read", "egress", "destructive", "destructive"),
    ] as [(String, String?, String, String?)])
  func effects(before: String, approved: String?, now: String, effect: String?) throws {
    let review = try review(
      item(tool, definition(now)),
      after: [change(.approved, item(tool, definition(before)), effect: approved)])
    let found = try #require(review.items.first).read()
    #expect(found.draft?.effect == now && found.draftBefore?.effect == before)
    #expect(found.effect == effect)
    let changes = try review.changes(ReviewRequest(.approve), of: review.items, by: "ana", at: 2)
    #expect(changes.map(\.effect) == [effect])
    var named = ReviewRequest(.approve)
    named.effects = ["save": "read"]
    #expect(try review.changes(named, of: review.items, by: "ana", at: 2).map(\.effect) == ["read"])
  }

  @Test(
    "an effect is raised by a description that says more, where a draft was grave before",
    arguments: [
      ("shelf", "Shows it.", "Deletes it.", "read", "destructive"),
      ("shelf", "Shows it.", "Shows all.", "read", "read"),
      ("shelf", "Deletes it.", "Drops it.", "read", "read"),
      ("shelf", "Deletes it.", "Shows it.", "read", "read"),
      ("shelf", "Shows it.", "Adds it.", "read", "destructive"),
      ("shelf", "Shows it.", "Deletes it.", "admin", "admin"),
      ("run_report", "Shows it.", "Deletes it.", "read", "destructive"),
      ("send_mail", "Sends it.", "Sends it and wipes it.", "egress", "destructive"),
    ])
  func described(
    name: String, before: String, now: String, approved: String, effect: String
  ) throws {
    func definition(_ text: String) -> ListedItem {
      item(ItemKey(.tool, name), #"{"name":"\#(name)","description":"\#(text)"}"#)
    }
    let found = try #require(
      try review(
        definition(now), after: [change(.approved, definition(before), effect: approved)]
      ).items.first
    ).read()
    #expect(found.effect == effect)
  }

  @Test func `a tool that nobody approved before has no effect of its own`() throws {
    let found = try #require(try review(item(tool, definition("admin"))).items.first).read()
    #expect(found.effect == nil && found.draftBefore == nil && !found.draftRises)
  }

  @Test func `where the definition that was approved cannot be read, any draft rises`() throws {
    let found = try #require(
      try review(
        item(tool, definition("write")),
        after: [change(.approved, item(tool, "{"), effect: "read")]
      ).items.first
    ).read()
    #expect(found.effect == "write")
  }

  @Test func `a server that is taken for another stops its approval until that is said`() throws {
    let review = try review(
      item(.server, #"{"transport":"http","url":"https://a/"}"#), named: "githud",
      among: [.init(server: "github", tools: [])])
    #expect(review.items.first?.read().signals.map(\.rule) == ["look-alike-name"])
    #expect(throws: ReviewError.self) {
      try review.changes(ReviewRequest(.approve), of: review.items, by: "ana", at: 1)
    }
    var request = ReviewRequest(.approve)
    request.despite = ["look-alike-name"]
    let changes = try review.changes(request, of: review.items, by: "ana", at: 1)
    #expect(changes.map(\.despite) == [["look-alike-name"]])
  }

  @Test func `what nobody sees in a command is told`() throws {
    let review = try review(
      item(.server, #"{"command":"run","arguments":["--safe","a\u200bb"]}"#))
    #expect(review.items.first?.read().signals.map(\.rule) == ["hidden-characters"])
    #expect(review.items.first?.read().signals.map(\.place) == ["/arguments/1"])
  }

  @Test func `another program is power, and told before all else`() throws {
    let before = #"{"command":"run","executable":{"path":"/run","sha256":"aa"}}"#
    let after = #"{"command":"run","executable":{"path":"/run","sha256":"bb"}}"#
    let review = try review(
      item(.server, after), after: [change(.approved, item(.server, before))])
    let found = try #require(review.items.first)
    #expect(difference(found)?.changes.map(\.kind) == [.server])
  }

  @Test func `what was revoked is compared with what was approved before`() throws {
    let (before, after) = (item(tool, quiet()), item(tool, quiet(#","title":"Saves""#)))
    let revoked = [change(.approved, before, effect: "read"), change(.revoked, before)]
    let found = try #require(try review(after, after: revoked).items.first)
    #expect(found.state == .pending)
    #expect(difference(found)?.changes.map(\.place) == ["/title"])
    #expect(found.pins.revoked?.actor == "ana" && found.pins.revoked?.reason == "because")
    // The approver's word that it is harmless went with the approval.
    #expect(found.pins.revoked?.effect == "read" && found.read().effect == nil)
    let again = try review(after, after: revoked + [change(.approved, after)])
    #expect(again.items.first?.pins.revoked == nil)
  }

  @Test(
    "an approval that was taken back leaves what is grave, and a rise after it is told",
    arguments: [
      // Drafted before, approved as, drafted now; whether that rises, what it would count as.
      ("read", "read", "read", false, nil), ("read", "read", "write", true, nil),
      ("read", "admin", "read", false, "admin"), ("read", "admin", "egress", true, "admin"),
      ("read", "read", "admin", true, "admin"), ("write", nil, "destructive", true, nil),
      ("admin", "read", "write", false, nil),
    ] as [(String, String?, String, Bool, String?)], [PinChange.Event.revoked, .rejected])
  func revoked(
    _ row: (String, String?, String, Bool, String?), event: PinChange.Event
  ) throws {
    let (drafted, approved, draftedNow, rises, effect) = row
    let before = item(tool, definition(drafted))
    let now = item(tool, String(definition(draftedNow).dropLast()) + #","_meta":{}}"#)
    let found = try #require(
      try review(
        now, after: [change(.approved, before, effect: approved), change(event, before)]
      ).items.first)
    #expect(found.state == .pending && found.pins.approved == nil)
    let reading = found.read()
    #expect(reading.draftBefore?.effect == drafted && reading.draftRises == rises)
    #expect(reading.effect == effect)
    #expect(difference(found)?.changes.isEmpty == false)
  }

  @Test func `the words of all items together are compared in a bounded time`() throws {
    func text(_ letter: String) -> String {
      (0..<400).map { "\(letter)\($0)" }.joined(separator: " ")
    }
    func tools(_ letter: String) -> [ListedItem] {
      (0..<3).map {
        item(ItemKey(.tool, "t\($0)"), #"{"name":"t\#($0)","description":"\#(text(letter))"}"#)
      }
    }
    var pins: ServerPins = [:]
    for tool in tools("a") { pins[tool.key, default: ItemPins()].take(change(.approved, tool)) }
    let review = UpstreamReview(
      try upstreamConfiguration(named: "s"), Review(tools("b"), pins), pins,
      Inspector(of: "s", among: []))
    var budget = WordBudget()
    let found = review.items.compactMap { $0.read().difference(&budget)?.changes.first }
    #expect(found.map(\.words.isEmpty) == [false, true, true])
    #expect(found.allSatisfy { $0.before != nil && $0.after != nil })
  }

  private func difference(_ item: UpstreamReview.Item) -> DefinitionDifference? {
    var budget = WordBudget()
    return item.read().difference(&budget)
  }

  @Test func `a tool may be spoken of by its own server, whoever else has one of that name`() throws
  {
    func entry(_ name: String, _ definition: String) throws -> CatalogEntry {
      var configuration = try upstreamConfiguration(named: name)
      configuration.isQuarantined = true
      let entry = CatalogEntry(
        configuration, ScriptedUpstream(), limits: Configuration.Limits(), book: PinBook())
      entry.take(
        UpstreamListing.Contents(definitions: [try json(definition)]), of: .tools,
        at: MonotonicTime(nanoseconds: 1))
      return entry
    }
    func tool(_ name: String, _ description: String) -> String {
      #"{"name":"\#(name)","description":"\#(description)","inputSchema":{"type":"object"}}"#
    }
    let text = "Takes what `list_issues` gave."
    let (gitea, github) = (
      try entry("gitea", tool("list_issues", text)), try entry("github", tool("list_issues", "It."))
    )
    func rules(_ server: CatalogEntry) throws -> [String] {
      server.inspector(in: CatalogEntry.neighbourhood(of: [gitea, github])).signals(
        of: InspectedItem(
          kind: .tool, name: "close", definition: try json(tool("close", text)))
      ).map(\.rule)
    }
    #expect(try rules(gitea) == [])
    #expect(try rules(try entry("other", tool("close", text))) == ["foreign-tool"])
  }
}
