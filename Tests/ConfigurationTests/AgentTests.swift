import Configuration
import Testing

@Suite("Agents")
struct AgentTests {
  @Test func `who shows no token is somebody only where the configuration says so`() throws {
    let text = "anonymous: {agent: visitor, roles: [reader]}"
    let loaded = try read(text)
    #expect(loaded.configuration.anonymous?.agent == "visitor")
    #expect(loaded.configuration.anonymous?.roles == ["reader"])
    #expect(
      loaded.warnings.map(\.message) == [
        "every process of this machine may call as `visitor`, without a token"
      ])
    #expect(try read("listen: 127.0.0.1:1").configuration.anonymous == nil)
  }

  @Test func `nobody comes in without a token from another machine`() throws {
    let found = errors("listen: 0.0.0.0:8808\nanonymous: {agent: visitor}")
    #expect(
      found.map(\.message) == ["would let in everyone who reaches 0.0.0.0:8808 without a token"])
  }

  @Test(arguments: [
    ("{}", "`token` is missing"),
    ("{token: }", "is empty"),
    ("{token: 5}", "is a number"),
    ("{token: {}}", "names no source"),
    ("{token: {env: TOKEN, file: x}}", "names two sources"),
    ("{token: {env: MISSING}}", "the environment variable `MISSING` is not set"),
    ("{token: {file: nowhere}}", "cannot read /etc/sp/nowhere: No such file or directory"),
    ("{token: {env: EMPTY}}", "is empty"),
    ("{token: {env: SPACED}}", "holds a character that cannot stand in a bearer token"),
    ("{token: '${TOKEN}'}", "is not replaced here"),
    ("{token: {env: TOKEN}, roles: developer}", "is text"),
    ("{token: {env: TOKEN}, human: 7}", "is a number"),
    ("7", "is a number"),
  ])
  func `a wrong agent is named`(block: String, message: String) {
    let found = errors(
      "agents: {a: \(block)}", environment: ["EMPTY": "", "SPACED": "two words and so on"])
    #expect(found.map(\.message) == [message])
  }

  @Test func `no agent takes the name of the person at the command line`() {
    let found = errors("agents: {operator: {token: {env: TOKEN}}}")
    #expect(
      found.map(\.message) == [
        "`operator` is the name under which a person at the command line calls"
      ])
  }

  @Test func `two agents cannot share a token`() {
    let found = errors("agents: {a: {token: {env: TOKEN}}, b: {token: {env: TOKEN}}}")
    #expect(found.map(\.message) == ["is the same token as that of `a`"])
    #expect(found.map(\.path) == ["agents.b.token"])
  }

  @Test func `an inline, a short and a readable token work with warnings`() throws {
    let loaded = try read(
      "agents: {a: {token: short}, b: {token: {file: /t}}}",
      files: ["/t": "0123456789abcdef-file"], mode: 0o644)
    #expect(
      loaded.warnings.map(\.message) == [
        "holds credentials, and others may read it", "stands in the file itself",
        "is short enough to be guessed", "others may read /t",
      ])
  }

  @Test func `a token never shows`() throws {
    let text = "agents: {a: {token: swordfish-swordfish}}\nlocal: {agent: x}"
    let loaded = try read(text)
    var dumped = ""
    dump(loaded, to: &dumped)
    #expect(!dumped.contains("swordfish"))
    #expect(!"\(loaded)".contains("swordfish"))
    #expect(!String(reflecting: loaded).contains("swordfish"))
    #expect("\(loaded.configuration.agents[0].token)" == "***")

    let found = errors("agents: {a: {token: swordfish swordfish}, b: {token: [swordfish]}}")
    #expect(found.count == 2)
    #expect(!"\(found)".contains("swordfish"))
  }
}
