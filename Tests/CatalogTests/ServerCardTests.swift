import Configuration
import Testing

@testable import Catalog

@Suite("What policies see of a card")
struct ServerCardTests {
  private func card(_ text: String, on day: String = "2027-01-01") -> ServerCard {
    ServerCard(Array(text.utf8), on: day)
  }

  @Test func `its members are read, whatever else it says`() {
    let card = card(
      #"{"owner":"a@b.example","risk":"high","environments":["prod"],"dataClasses":["pii"],"origin":"first-party","conformance":"passed","purpose":"x","x":[1]}"#
    )
    #expect(card.owner == "a@b.example" && card.risk == "high")
    #expect(card.environments == ["prod"] && card.dataClasses == ["pii"])
    #expect(card.origin == "first-party" && card.isFirstParty == true)
    #expect(card.conformance == .passed && card.isReviewOverdue == nil)
    #expect(self.card(#"{"origin":"wrapped"}"#).isFirstParty == false)
  }

  @Test(arguments: [
    "{}", "[]", "not JSON",
    #"{"owner":1,"risk":[],"environments":"x","origin":{},"conformance":1,"reviewBy":2}"#,
  ])
  func `what is of another kind says nothing`(text: String) {
    let card = card(text)
    #expect(card.owner == nil && card.risk == nil && card.environments == nil)
    #expect(card.dataClasses == nil && card.origin == nil && card.isFirstParty == nil)
    #expect(card.conformance == nil && card.isReviewOverdue == nil)
  }

  @Test func `it is bounded`() {
    let long = String(repeating: "x", count: Configuration.Card.textBytesMax + 1)
    let texts = (0..<100).map { "\"\($0)\"" }.joined(separator: ",")
    let card = card(#"{"owner":"\#(long)","environments":["\#(long)",\#(texts)]}"#)
    #expect(card.owner == nil)
    #expect(card.environments?.count == Configuration.Card.textsMax)
    #expect(card.environments?.first == "0")
  }

  @Test func `a review is overdue the day after its date, and without a date it is neither`() {
    let text = #"{"reviewBy":"2027-01-31"}"#
    #expect(card(text, on: "2027-01-31").isReviewOverdue == false)
    #expect(card(text, on: "2027-02-01").isReviewOverdue == true)
    #expect(card(#"{"reviewBy":"soon"}"#).isReviewOverdue == nil)
  }

  @Test func `a text of before there were verdicts is an unknown one`() {
    #expect(card(#"{"conformance":"38 of 41 scenarios"}"#).conformance == .unknown)
  }

  @Test func `a card of the file is the whole of what is known of its server`() throws {
    var said = Configuration.Card()
    said.risk = .low
    said.origin = .wrapped
    said.environments = []
    said.conformance = .failed
    said.reviewBy = "2027-01-31"
    let register = UpstreamRegister()
      .after(.describe("both", card: Array(#"{"owner":"store","risk":"high"}"#.utf8)))
      .after(.describe("store", card: Array(#"{"owner":"store"}"#.utf8)))
      .after(.enable("bare", false))
    let file = ["both": said, "file": said]
    let cards = register.cards(under: file, on: "2027-02-01")
    #expect(cards.keys.sorted() == ["both", "file", "store"])
    let both = try #require(cards["both"])
    #expect(both.owner == nil && both.risk == "low" && both.origin == "wrapped")
    #expect(both.environments == [] && both.conformance == .failed)
    #expect(both.isReviewOverdue == true && both == cards["file"])
    #expect(cards["store"]?.owner == "store")
    #expect(register.card(of: "both", under: file)?.origin == .file)
    #expect(register.card(of: "both", under: [:])?.origin == .store)
    #expect(register.card(of: "bare", under: file) == nil)
  }

  @Test func `a card of the file has the members of one of the store`() {
    var card = Configuration.Card()
    card.owner = "a"
    card.purpose = "b"
    card.risk = .critical
    card.environments = ["c"]
    card.dataClasses = ["d"]
    card.origin = .firstParty
    card.reviewBy = "2027-01-31"
    card.conformance = .passed
    card.conformanceDate = "2026-11-20"
    card.conformanceNote = "e"
    #expect(
      String(decoding: card.json, as: UTF8.self)
        == #"{"owner":"a","purpose":"b","risk":"critical","environments":["c"],"#
        + #""dataClasses":["d"],"origin":"first-party","reviewBy":"2027-01-31","#
        + #""conformance":"passed","conformanceDate":"2026-11-20","conformanceNote":"e"}"#)
    #expect(throws: Never.self) { try Configuration.check(card: card.json) }
  }
}
