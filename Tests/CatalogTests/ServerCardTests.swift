import Testing

@testable import Catalog

@Suite("What policies see of a card")
struct ServerCardTests {
  private func card(_ text: String) -> ServerCard { ServerCard(Array(text.utf8)) }

  @Test func `its members are read, whatever else it says`() {
    let card = card(
      #"{"owner":"a@b.example","risk":"high","environments":["prod"],"dataClasses":["pii"],"origin":"first-party","purpose":"x","x":[1]}"#
    )
    #expect(card.owner == "a@b.example" && card.risk == "high")
    #expect(card.environments == ["prod"] && card.dataClasses == ["pii"])
    #expect(card.isFirstParty == true)
    #expect(self.card(#"{"origin":"wrapped"}"#).isFirstParty == false)
  }

  @Test(arguments: [
    "{}", "[]", "not JSON", #"{"owner":1,"risk":[],"environments":"x","origin":{}}"#,
  ])
  func `what is of another kind says nothing`(text: String) {
    let card = card(text)
    #expect(card.owner == nil && card.risk == nil && card.environments == nil)
    #expect(card.dataClasses == nil && card.isFirstParty == nil)
  }

  @Test func `it is bounded`() {
    let long = String(repeating: "x", count: ServerCard.textBytesMax + 1)
    let texts = (0..<100).map { "\"\($0)\"" }.joined(separator: ",")
    let card = card(#"{"owner":"\#(long)","environments":["\#(long)",\#(texts)]}"#)
    #expect(card.owner == nil)
    #expect(card.environments?.count == ServerCard.textsMax)
    #expect(card.environments?.first == "0")
  }
}
