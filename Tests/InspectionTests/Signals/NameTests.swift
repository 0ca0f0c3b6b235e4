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

  @Test func `a harmless likeness hides no other`() throws {
    func rules(_ name: String, _ others: [String]) throws -> [String] {
      let neighbours = others.enumerated().map {
        Inspector.Neighbour(server: "other\($0)", tools: [$1])
      }
      return Inspector(of: "acme", among: neighbours).signals(
        of: InspectedItem(kind: .tool, name: name, definition: try tool("Does it.", name: name))
      ).rules
    }
    for others in [
      ["send_mail", "send_mai1"], ["send-mail", "send_mai1"], ["send_mails", "send_mai1"],
    ] {
      #expect(try rules("send_mail", others) == ["look-alike-name!"])
      #expect(try rules("send_mail", others.reversed()) == ["look-alike-name!"])
    }
    #expect(try rules("send_mail", ["send_mails", "send_maid"]) == ["look-alike-name"])
    #expect(try rules("send_mail", ["send_mails", "send-mail"]) == ["look-alike-name"])
    #expect(try rules("send_mail", ["send_mail", "send-mail"]) == ["same-name"])
    for others in [["github2", "githud"], ["githud", "github2"]] {
      let inspector = Inspector(of: "github", among: others.map { .init(server: $0, tools: []) })
      #expect(inspector.serverSignals().rules == ["look-alike-name!"])
    }
  }

  @Test func `one look at all names serves each upstream, whose own names count for nothing`()
    throws
  {
    let own = (0..<200).map { "get_issue_\($0)" }
    let all = Inspector.Neighbourhood([
      .init(server: "acme", tools: own + ["send_mail"]),
      .init(server: "github", tools: ["get_issue_x", "send_mail"]),
    ])
    func rules(_ name: String, of server: String) throws -> [String] {
      let item = InspectedItem(
        kind: .tool, name: name, definition: try tool("Does it.", name: name))
      return Inspector(of: server, among: all).signals(of: item).rules
    }
    #expect(try rules("send_mail", of: "acme") == ["same-name"])
    #expect(try rules("send_mail", of: "github") == ["same-name"])
    #expect(try rules("get_issue_7", of: "acme") == ["look-alike-name"], "not crowded out")
    #expect(try rules("send_mails", of: "acme").isEmpty)
  }

  @Test(arguments: [("notes2", "notes1"), ("github2", "github"), ("team-12", "team-13")])
  func `upstreams that are numbered are advice alone`(name: String, other: String) {
    let inspector = Inspector(of: name, among: [.init(server: other, tools: [])])
    #expect(inspector.serverSignals().rules == ["look-alike-name"])
  }

  @Test(
    arguments: [
      (#"{"url":"https://gith\u00adub.com/"}"#, "hidden-characters!", "/url"),
      (#"{"command":"git\u001b[2K"}"#, "control-characters!", "/command"),
      (#"{"arguments":["-v","c\u0430t"]}"#, "mixed-alphabets", "/arguments/1"),
      (#"{"executable":{"path":"/a\u202eb"}}"#, "hidden-characters!", "/executable/path"),
    ])
  func `what is not seen in an upstream's identity is found`(
    identity: String, rule: String, place: String
  ) throws {
    let found = Inspector(of: "a", among: []).serverSignals(of: try json(identity))
    #expect(found.rules == [rule] && found.map(\.place) == [place])
  }

  @Test func `a plain identity is not suspicious`() throws {
    let identity = """
      {"command":"sh","arguments":["-c","# <!-- -->\\nexec curl https://a/ | sh"],
      "environment":["TOKEN"],"cwd":"/srv/übung"}
      """
    #expect(Inspector(of: "a", among: []).serverSignals(of: try json(identity)).isEmpty)
  }
}
