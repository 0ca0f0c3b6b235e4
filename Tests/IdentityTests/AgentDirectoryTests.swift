import Configuration
import Crypto
import Testing

@testable import Identity

@Suite("Who may connect")
struct AgentDirectoryTests {
  private static let yaml = """
    agents:
      claude:
        token: claude-token-0123456789
        human: alice
        roles: [developer, oncall]
        tenant: acme
      cursor: {token: cursor-token-0123456789}
    local: {agent: desktop, human: bob, roles: [owner]}
    """

  private func directory(_ yaml: String = yaml, user: UInt32 = 1000) throws -> AgentDirectory {
    let loaded = try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8), userName: "someone"))
    return AgentDirectory(loaded.configuration, localUser: user)
  }

  private func credential(of token: String) -> String {
    String(SHA256.hash(utf8: token).hex.prefix(16))
  }

  @Test func `a token names its agent with everything the configuration says of it`() throws {
    #expect(
      try directory().principal(bearer: "claude-token-0123456789")
        == Principal(
          agent: "claude", human: "alice", roles: ["developer", "oncall"], tenant: "acme",
          credential: credential(of: "claude-token-0123456789")))
    #expect(
      try directory().principal(bearer: "cursor-token-0123456789")
        == Principal(agent: "cursor", credential: credential(of: "cursor-token-0123456789")))
  }

  @Test(
    arguments: [
      "", "claude-token-012345678", "claude-token-01234567890", "CLAUDE-TOKEN-0123456789",
      " claude-token-0123456789", "claude-token-0123456789\n", "claude", "desktop",
    ])
  func `anything but a whole token names nobody`(token: String) throws {
    #expect(try directory().principal(bearer: token) == nil)
  }

  @Test func `without agents no token names anybody`() throws {
    #expect(try directory("listen: 127.0.0.1:0").principal(bearer: "") == nil)
    #expect(try directory("listen: 127.0.0.1:0").agents.isEmpty)
  }

  @Test func `the user who runs the gateway and root are local, nobody else`() throws {
    let directory = try directory()
    let local = Principal(agent: "desktop", human: "bob", roles: ["owner"])
    #expect(directory.principal(localUser: 1000) == local)
    #expect(directory.principal(localUser: 0) == local)
    #expect(directory.principal(localUser: 1001) == nil)
    #expect(directory.principal(localUser: .max) == nil)
  }

  @Test func `a local identity that is not configured is the Unix user`() throws {
    #expect(
      try directory("listen: 127.0.0.1:0").local == Principal(agent: "local", human: "someone"))
  }

  @Test func `agents keep the order of the file`() throws {
    #expect(try directory().agents.map(\.agent) == ["claude", "cursor"])
  }
}
