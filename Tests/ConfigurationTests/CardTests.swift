import Configuration
import Testing

@Suite("Cards of servers")
struct CardTests {
  private func card(_ text: String) throws -> Configuration.Card? {
    try read("mcpServers: {s: {command: x, card: \(text)}}").configuration.cards["s"]
  }

  @Test func `every member is read`() throws {
    var expected = Configuration.Card()
    expected.owner = "platform@example.com"
    expected.purpose = "issues of the product"
    expected.risk = .high
    expected.environments = ["production", "staging"]
    expected.dataClasses = []
    expected.origin = .thirdParty
    expected.reviewBy = "2027-06-30"
    expected.conformance = .failed
    expected.conformanceDate = "2026-11-20"
    expected.conformanceNote = "38 of 41 scenarios"
    let text = """
      mcpServers:
        s:
          command: x
          card:
            owner: platform@example.com
            purpose: issues of the product
            risk: high
            environments: [production, staging]
            dataClasses: []
            origin: third-party
            reviewBy: 2027-06-30
            conformance: failed
            conformanceDate: 2026-11-20
            conformanceNote: 38 of 41 scenarios
      """
    #expect(try read(text).configuration.cards == ["s": expected])
  }

  @Test(arguments: ["{}", "", "{environments: , dataClasses: null}"])
  func `a card that says nothing is none`(text: String) throws {
    #expect(try card(text) == nil)
  }

  @Test func `the connection of a server does not depend on its card`() throws {
    let plain = try read("mcpServers: {s: {command: x}}").configuration
    let described = try read("mcpServers: {s: {command: x, card: {risk: low}}}").configuration
    #expect(plain.upstreams == described.upstreams)
    #expect(plain != described)
  }

  @Test(
    arguments: [
      ("{risk: huge}", "risk", "one of low, medium, high, critical"),
      ("{risk: hihg}", "risk", "one of low, medium, high, critical"),
      ("{origin: ours}", "origin", "one of first-party, wrapped, third-party"),
      ("{conformance: 38 of 41}", "conformance", "one of passed, failed, unknown"),
      ("{reviewBy: 31.01.2027}", "reviewBy", "a date such as 2027-01-31"),
      ("{reviewBy: 2027-02-29}", "reviewBy", "a date such as 2027-01-31"),
      ("{conformanceDate: soon}", "conformanceDate", "a date such as 2027-01-31"),
      ("{owner: [a]}", "owner", "text"), ("{owner: 1}", "owner", "text, in quotes"),
      ("{owner: \"\"}", "owner", "text"),
      ("{environments: production}", "environments", "a list (`[a, b]`)"),
      ("{dataClasses: [1]}", "dataClasses[0]", "text, in quotes"),
      (
        "{environments: [\(String(repeating: "x,", count: 65))]}", "environments", "at most 64"
      ),
      ("{owner: \(String(repeating: "x", count: 257))}", "owner", "at most 256"),
      ("{purpose: \(String(repeating: "x", count: 1025))}", "purpose", "at most 1024"),
    ])
  func `what a card cannot say is refused, with its place and what would be right`(
    text: String, member: String, expected: String
  ) throws {
    let found = errors("mcpServers:\n  s: {command: x, card: \(text)}")
    let error = try #require(found.first)
    #expect(found.count == 1 && error.line == 2)
    #expect(error.path == "mcpServers.s.card.\(member)")
    #expect(error.expected == expected)
  }

  @Test func `an unknown member is refused, and the one that was meant is named`() {
    let found = errors("mcpServers: {s: {command: x, card: {review_by: 2027-01-31}}}")
    #expect(found.map(\.suggestion) == ["reviewBy"])
    #expect(found.map(\.path) == ["mcpServers.s.card"])
  }

  @Test func `the definition of an added server has no card, and the error says where it goes`() {
    let stored = StoredUpstream(
      name: "web", definition: Array(#"{"command":"x","card":{"risk":"low"}}"#.utf8))
    do throws(StoredUpstreamProblem) {
      _ = try Configuration.read(stored, ConfigurationInput(path: "/x", text: []))
      Issue.record("it was taken")
    } catch {
      #expect(error.reason.contains("`sallyport catalog card web`"), "\(error.reason)")
    }
  }

  @Test func `a card for the store is checked as one of the file`() {
    #expect(throws: Never.self) {
      try Configuration.check(card: Array(#"{"risk":"low","reviewBy":"2027-01-31"}"#.utf8))
    }
    do throws(CardProblem) {
      try Configuration.check(card: Array(#"{"risk":"huge","ownr":"x"}"#.utf8))
      Issue.record("it was taken")
    } catch {
      #expect(error.reason.contains("card.risk: `huge` is not known"), "\(error.reason)")
      #expect(error.reason.contains("unknown key `ownr`; did you mean `owner`?"))
    }
  }

  @Test func `what was kept before there were verdicts is an unknown one`() {
    typealias Verdict = Configuration.Card.Verdict
    #expect(Verdict.allCases.map { Verdict(kept: $0.rawValue) } == Verdict.allCases)
    #expect(Verdict(kept: "38 of 41") == .unknown)
    #expect(Verdict(kept: "Passed") == .unknown)
  }

  @Test(arguments: [(0, 86_400), (1, 86_399), (86_399, 1), (86_400, 86_400)] as [(Int64, Int64)])
  func `a day ends at midnight in UTC`(now: Int64, left: Int64) {
    #expect(CardDate.secondsUntilTomorrow(from: now) == left)
  }
}
