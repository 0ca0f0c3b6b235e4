import Inspection
import JSON
import Testing

@Suite struct NameTests {
  @Test(
    arguments: [
      ("create_issue", "same-name"), ("Create_Issue", "look-alike-name"),
      ("create-issue", "look-alike-name"), ("creаte_issue", "look-alike-name!"),
      ("create_lssue", "look-alike-name!"), ("create_isue", "look-alike-name"),
      ("craete_issue", "look-alike-name"), ("create_issuer", "look-alike-name"),
    ])
  func `a name that is taken for another is found`(name: String, rule: String) throws {
    let found = try signals(of: tool("Does it.", name: name))
    #expect(found.rules.first == rule)
    #expect(found.map(\.place).allSatisfy { $0 == "/name" })
    #expect(found.first?.reason.contains("github") == true)
  }

  @Test(arguments: ["create_issues", "close_issue", "add", "searc", "acme_lookup"])
  func `another name is not`(name: String) throws {
    #expect(try signals(of: tool("Does it.", name: name)).isEmpty)
  }

  @Test(arguments: [("githud", true), ("g1thub", true), ("git-hub", true), ("gitlab", false)])
  func `a look-alike of an upstream's name is found`(name: String, isFound: Bool) {
    let inspector = Inspector(
      of: name, among: [.init(server: "github", tools: []), .init(server: name, tools: [])])
    #expect(inspector.serverSignals().rules == (isFound ? ["look-alike-name!"] : []))
  }
}
