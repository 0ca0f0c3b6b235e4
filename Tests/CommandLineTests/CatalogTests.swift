import JSON
import Testing

@testable import sallyport

@Suite("Cards and registries")
struct CatalogCommandTests {
  @Test(
    arguments: [
      ("2027-01-31", true), ("2028-02-29", true), ("2027-02-29", false), ("2027-13-01", false),
      ("2027-1-31", false), ("31.01.2027", false), ("", false), ("2027-00-10", false),
      ("2100-02-29", false), ("2027-01-31x", false),
    ])
  func `a date is one of the calendar`(text: String, isDate: Bool) {
    #expect(CardDate.isDate(text) == isDate)
  }

  @Test func `a review is overdue the day after its date`() {
    #expect(!CardDate.isOverdue("2027-01-31", today: "2027-01-31"))
    #expect(CardDate.isOverdue("2027-01-31", today: "2027-02-01"))
    #expect(!CardDate.isOverdue("soon", today: "2027-02-01"))
    #expect(CardDate.isDate(CardDate.today()))
  }

  @Test func `what is not named stays, and what is empty goes`() throws {
    let card = try JSONDocument(
      parsing: Array(#"{"owner":"a","risk":"low","more":{"x":1}}"#.utf8)
    ).root
    let changed = Card.changed(
      card, ["risk": .text("high"), "owner": .text(""), "environments": .list(["p", "q"])])
    #expect(
      String(decoding: changed, as: UTF8.self)
        == #"{"more":{"x":1},"environments":["p","q"],"risk":"high"}"#)
  }

  @Test(
    arguments: [
      ("https://r", "https://r/v0.1/servers?limit=100&version=latest&search=a%20b"),
      ("https://r/", "https://r/v0.1/servers?limit=100&version=latest&search=a%20b"),
      ("https://r/v0/servers", "https://r/v0/servers?limit=100&version=latest&search=a%20b"),
      ("https://r/x/server.json", "https://r/x/server.json"),
    ])
  func `a registry is asked at its own address`(place: String, address: String) {
    #expect(RegistrySource.address(place, words: "a b", cursor: nil) == address)
  }

  @Test func `no registry is asked in clear over the network`() {
    #expect(throws: (any Error).self) {
      try RegistrySource(place: "http://registry.example.com").servers(for: "x")
    }
  }

  @Test(
    arguments: [
      "catalog search x", "catalog add x", "catalog card x --review-by tomorrow",
      "catalog card x --clear --owner y", "catalog card x --risk huge",
    ])
  func `what cannot be meant is refused`(words: String) {
    #expect(throws: UsageError.self) {
      try ArgumentParser.parse(
        words.split(separator: " ").map(String.init), table: CommandTable.root)
    }
  }
}
