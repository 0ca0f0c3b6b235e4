import Configuration
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

  private static let upstreams = #"""
    [{"name":"late","origin":"store","cardOrigin":"store","card":{"owner":"a","risk":"high",
       "environments":["p","q"],"reviewBy":"2027-01-31","conformance":"passed",
       "conformanceDate":"2026-11-20"}},
     {"name":"kept","origin":"file","cardOrigin":"store","card":{"owner":"b","risk":"high",
       "reviewBy":"2027-03-01","conformance":"38 of 41"}},
     {"name":"bare","origin":"file"},
     {"name":"bare","origin":"store","state":"refused"}]
    """#

  private func rows() throws -> [CatalogRow] {
    let list = try JSONDocument(parsing: Array(Self.upstreams.utf8)).root
    return CatalogRow.all(of: list, today: "2027-02-01")
  }

  @Test func `a row says what is known of a server, and each server has one`() throws {
    let rows = try rows()
    #expect(rows.map(\.name) == ["late", "kept", "bare"])
    #expect(rows.map(\.place) == ["store", "file", "file"])
    #expect(rows.map(\.isOverdue) == [true, false, nil])
    #expect(rows.map(\.review) == ["2027-01-31 overdue", "2027-03-01", ""])
    #expect(rows.map(\.conformance) == ["passed 2026-11-20", "unknown (38 of 41)", ""])
    #expect(rows.map { $0.text("environments") } == ["p, q", "", ""])
    var writer = JSONWriter()
    rows[2].write(to: &writer)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"name":"bare","origin":"file","card":null}"#)
  }

  @Test(
    arguments: [
      (CatalogFilter(), ["late", "kept", "bare"]), (CatalogFilter(owner: "b"), ["kept"]),
      (CatalogFilter(risk: "high"), ["late", "kept"]),
      (CatalogFilter(risk: "high", isOverdue: true), ["late"]),
      (CatalogFilter(owner: "b", isOverdue: true), []),
    ])
  func `of several filters all must fit`(filter: CatalogFilter, names: [String]) throws {
    #expect(try rows().filter(filter.fits).map(\.name) == names)
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

  @Test func `a registry over https is trusted by authorities that are named`() throws {
    let registry = RegistrySource(place: "https://r", certificateAuthorities: "c.pem")
    let trust = "--registry https://r --ca c.pem"
    for (words, expected) in [
      ("search x \(trust) --limit 3", .search("x", registry: registry, limit: 3)),
      ("show x \(trust)", .show("x", registry: registry)),
      ("add x \(trust)", .add(CatalogAddition(name: "x", registry: registry))),
    ] as [(String, CatalogInvocation)] {
      let parsed = try ArgumentParser.parse(
        ["catalog"] + words.split(separator: " ").map(String.init), table: CommandTable.root)
      guard case .registration(.catalog(let invocation), _) = parsed else {
        Issue.record("\(parsed)")
        continue
      }
      #expect(invocation == expected)
    }
  }

  @Test(
    arguments: [
      "catalog search x", "catalog add x", "catalog show x --ca c.pem",
      "catalog search x --registry http://localhost --ca c.pem",
      "catalog add x --registry server.json --ca c.pem", "catalog card x --review-by tomorrow",
      "catalog card x --clear --owner y", "catalog card x --risk huge",
      "catalog card x --conformance good", "catalog card x --conformance-date 20.11.2026",
      "catalog list --risk huge", "catalog list x",
    ])
  func `what cannot be meant is refused`(words: String) {
    #expect(throws: UsageError.self) {
      try ArgumentParser.parse(
        words.split(separator: " ").map(String.init), table: CommandTable.root)
    }
  }
}
