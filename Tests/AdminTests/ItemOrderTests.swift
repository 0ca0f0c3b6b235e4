import Configuration
import Gate
import Inspection
import Testing

@testable import Admin
@testable import Catalog

@Suite("Decisions about items, as policy is asked of them")
struct ItemOrderTests {
  private static let wipe = #"{"name":"wipe","description":"Deletes it all."}"#

  /// A server with a tool that was approved as reading, and a prompt that waits.
  private func review(_ settings: String = "") throws -> UpstreamReview {
    let yaml = "mcpServers: {up: {command: server\(settings)}}"
    let configuration = try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8), userName: "someone")
    ).configuration
    let upstream = try #require(configuration.upstream(named: "up"))
    let tool = ListedItem(ItemKey(.tool, "wipe"), Array(Self.wipe.utf8))
    let prompt = ListedItem(ItemKey(.prompt, "greet"), Array(#"{"name":"greet"}"#.utf8))
    var pins: ServerPins = [:]
    pins[tool.key, default: ItemPins()].take(
      PinChange(
        event: .approved, server: "up", key: tool.key, after: tool.digest,
        definition: tool.definition, effect: "read", user: "ana", time: 1))
    return UpstreamReview(
      upstream, Review([tool, prompt], pins), pins, Inspector(of: "up", among: []))
  }

  @Test func `an approval says what the item is, and what it will count as`() throws {
    let review = try review()
    var request = ReviewRequest(.approve)
    request.items = ["wipe", "prompt:greet"]
    request.effects = ["wipe": "write"]
    let changes = try review.changes(
      request, of: try review.selection(request), by: "bob", isPerson: true, at: 2)
    #expect(changes.allSatisfy { $0.user == "bob" && $0.isPerson })
    let approvals = review.orders(changes, .approve).compactMap { order in
      if case .approve(let approval) = order { approval } else { nil }
    }
    try #require(approvals.map(\.item.word).sorted() == ["prompt:greet", "wipe"])
    let tool = try #require(approvals.first { $0.item.kind == .tool })
    #expect(tool.server == "up" && tool.isChange && tool.effect == "write")
    #expect(tool.draft == "destructive")
    let prompt = try #require(approvals.first { $0.item.kind == .prompt })
    #expect(!prompt.isChange && prompt.effect == nil && prompt.draft == nil)
  }

  @Test(
    "what was approved in another definition changed, also after that was taken back",
    arguments: [(#"{"name":"wipe"}"#, true), (Self.wipe, false)])
  func revoked(now: String, isChange: Bool) throws {
    let approved = ListedItem(ItemKey(.tool, "wipe"), Array(Self.wipe.utf8))
    let listed = ListedItem(approved.key, Array(now.utf8))
    var pins = ItemPins()
    for event in [PinChange.Event.approved, .revoked] {
      pins.take(
        PinChange(
          event: event, server: "up", key: approved.key, after: approved.digest,
          definition: approved.definition, time: 1))
    }
    let review = UpstreamReview(
      try review().configuration, Review([listed], [listed.key: pins]), [listed.key: pins],
      Inspector(of: "up", among: []))
    let changes = try review.changes(ReviewRequest(.approve), of: review.items, by: "bob", at: 2)
    guard case .approve(let approval) = try #require(review.orders(changes, .approve).first) else {
      Issue.record("it is no approval")
      return
    }
    #expect(approval.isChange == isChange)
  }

  @Test(
    "what is kept from agents counts as it was approved, or as the configuration says",
    arguments: [("", "read"), (", tools: {wipe: {effect: admin}}", "admin")])
  func rejections(settings: String, effect: String) throws {
    let review = try review(settings)
    for verb in [ReviewRequest.Verb.reject, .revoke] {
      var request = ReviewRequest(verb)
      request.items = ["wipe"]
      let changes =
        verb == .revoke
        ? try review.revocations(request, by: "bob", isPerson: true, at: 2)
        : try review.changes(
          request, of: try review.selection(request), by: "bob", isPerson: true, at: 2)
      #expect(changes.map(\.isPerson) == [true])
      guard case .reject(let rejection) = try #require(review.orders(changes, verb).first) else {
        Issue.record("it is no rejection")
        continue
      }
      #expect(rejection.effect == effect && rejection.isApproved)
      #expect(rejection.isRevocation == (verb == .revoke))
    }
  }

  @Test func `an item that nobody decided about yet is not approved, and no tool has no effect`()
    throws
  {
    let review = try review()
    let request = ReviewRequest(.reject)
    let changes = try review.changes(
      request, of: try review.selection(request), by: "someone", at: 2)
    #expect(changes.map(\.isPerson) == [false])
    guard case .reject(let rejection) = try #require(review.orders(changes, .reject).first) else {
      Issue.record("it is no rejection")
      return
    }
    #expect(rejection.item == ItemKey(.prompt, "greet"))
    #expect(!rejection.isApproved && rejection.effect == nil && !rejection.isRevocation)
  }
}
