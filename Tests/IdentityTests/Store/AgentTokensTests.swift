import Crypto
import Glibc
import Reactor
import Storage
import Synchronization
import Testing
import TestSupport

@testable import Identity

@Suite("Tokens that the gateway makes")
struct AgentTokensTests {
  private final class Time: Sendable {
    let now = Atomic<Int64>(1_800_000_000)

    var clock: TokenClock {
      TokenClock(
        wall: { self.now.load(ordering: .relaxed) }, steady: { self.now.load(ordering: .relaxed) })
    }

    func pass(_ seconds: Int64) { _ = now.add(seconds, ordering: .relaxed) }
  }

  private let time = Time()
  private let place = TemporaryDirectory()
  private let thread: BlockingThread

  init() throws {
    thread = try BlockingThread(name: "test")
  }

  private func open() throws -> AgentTokens {
    try AgentTokens(path: "\(place.path)/tokens.sqlite", thread: thread, clock: time.clock)
  }

  private let draft = AgentTokenDraft(
    agent: "ci", human: "alice", roles: ["build", "test"], tenant: "acme", profile: "dev",
    lifetime: 3600)

  @Test func `a token names its agent, and nothing that is kept is the token`() async throws {
    let tokens = try open()
    let (token, text) = try await tokens.create(draft, by: "root")
    let digest = SHA256.hash(utf8: text)
    #expect(token.id == String(digest.hex.prefix(16)))
    let used = try #require(tokens.use(digest, from: "192.0.2.1"))
    #expect(
      used.principal
        == Principal(
          agent: "ci", human: "alice", roles: ["build", "test"], tenant: "acme",
          credential: token.id, resources: ["/mcp/dev"]))
    #expect(tokens.use(SHA256.hash(utf8: text + "x"), from: nil) == nil)
    try await tokens.flush()
    for name in ["tokens.sqlite", "tokens.sqlite-wal"] {
      let bytes = place.read(name)
      #expect(!String(decoding: bytes, as: UTF8.self).contains(text.dropFirst(4)))
    }
  }

  @Test func `what was made is there after a restart, with its last use`() async throws {
    let (token, text) = try await open().create(draft, by: "root")
    do {
      let tokens = try open()
      time.pass(10)
      _ = tokens.use(SHA256.hash(utf8: text), from: "192.0.2.1")
      try await tokens.flush()
    }
    let found = try open().token(token.id)
    #expect(found.principal == token.principal)
    #expect(found.createdBy == "root")
    #expect(found.usedAt == 1_800_000_010)
    #expect(found.usedFrom == "192.0.2.1")
    #expect(found.expiresAt == 1_800_003_600)
  }

  @Test func `a token is over when its time has come`() async throws {
    let tokens = try open()
    let (_, text) = try await tokens.create(draft, by: "root")
    let digest = SHA256.hash(utf8: text)
    time.pass(3590)
    #expect(tokens.use(digest, from: nil)?.until == 1_800_003_600)
    time.pass(10)
    #expect(tokens.use(digest, from: nil) == nil)
    #expect(tokens.all.first?.state(at: time.now.load(ordering: .relaxed)) == "expired")
  }

  @Test func `a token that is revoked is refused at once, also after a restart`() async throws {
    let tokens = try open()
    let (token, text) = try await tokens.create(draft, by: "root")
    let digest = SHA256.hash(utf8: text)
    let epoch = tokens.epoch
    _ = try await tokens.revoke(token.id)
    #expect(tokens.epoch != epoch)
    #expect(tokens.use(digest, from: nil) == nil)
    #expect(try open().use(digest, from: nil) == nil)
    await #expect(throws: AgentTokenError.self) {
      try await tokens.rotate(token.id, overlap: 0, by: "root")
    }
    await #expect(throws: AgentTokenError.self) { try await tokens.revoke("beef") }
  }

  @Test func `scopes are kept, also by the token that takes its place, and with an older file`()
    async throws
  {
    let older = try Database(path: "\(place.path)/tokens.sqlite")
    try older.execute(
      """
      CREATE TABLE tokens (
        digest BLOB PRIMARY KEY, agent TEXT NOT NULL, human TEXT, roles TEXT NOT NULL,
        tenant TEXT, profile TEXT, created INTEGER NOT NULL, creator TEXT NOT NULL,
        expires INTEGER NOT NULL, revoked INTEGER, successor TEXT, used INTEGER, peer TEXT)
        WITHOUT ROWID
      """)
    try older.execute("PRAGMA user_version = 1")
    let tokens = try open()
    let (token, _) = try await tokens.create(
      AgentTokenDraft(agent: "ci", scopes: ["b", "a", "b"], lifetime: 60), by: "root")
    #expect(token.principal.statedScopes == ["a", "b"])
    let (_, text) = try await tokens.rotate(token.id, overlap: 0, by: "root")
    let used = try open().use(SHA256.hash(utf8: text), from: nil)
    #expect(used?.principal.scopes == ["a", "b"])
    let (other, _) = try await tokens.create(draft, by: "root")
    #expect(other.principal.statedScopes == nil)
    await #expect(throws: AgentTokenError.self) {
      try await tokens.create(AgentTokenDraft(agent: "ci", scopes: ["a b"], lifetime: 60), by: "r")
    }
  }

  @Test func `both tokens count while one takes the other's place`() async throws {
    let tokens = try open()
    let (old, oldText) = try await tokens.create(draft, by: "root")
    time.pass(100)
    let (new, newText) = try await tokens.rotate(old.id, overlap: 60, by: "root")
    let (before, after) = (SHA256.hash(utf8: oldText), SHA256.hash(utf8: newText))
    #expect(tokens.use(before, from: nil)?.principal.agent == "ci")
    #expect(tokens.use(after, from: nil)?.principal.agent == "ci")
    #expect(try tokens.token(old.id).replacedBy == new.id)
    #expect(new.expiresAt == 1_800_003_700)
    time.pass(60)
    #expect(tokens.use(before, from: nil) == nil)
    #expect(tokens.use(after, from: nil) != nil)
  }

  @Test(
    arguments: [
      AgentTokenDraft(agent: "", lifetime: 60), AgentTokenDraft(agent: "operator", lifetime: 60),
      AgentTokenDraft(agent: "a\n", lifetime: 60), AgentTokenDraft(agent: "a", lifetime: 0),
      AgentTokenDraft(agent: "a", lifetime: 40_000_000),
      AgentTokenDraft(agent: "a", roles: ["operator"], lifetime: 60),
      AgentTokenDraft(agent: "a", human: "", lifetime: 60),
    ])
  func `nobody gets a token that cannot be`(draft: AgentTokenDraft) async throws {
    let tokens = try open()
    await #expect(throws: AgentTokenError.self) { try await tokens.create(draft, by: "root") }
    #expect(tokens.all.isEmpty)
  }

  @Test func `a scanner can tell tokens from other texts`() {
    let text = AgentTokenText.make()
    #expect(text.hasPrefix("spt_"))
    #expect(text.utf8.count == 53)
    #expect(AgentTokenText.isWellFormed(text))
    #expect(text != AgentTokenText.make())
    let other = text.dropLast() + (text.hasSuffix("A") ? "B" : "A")
    for wrong in ["", "spt_", String(other), text + "A", text.lowercased() + "!"] {
      #expect(!AgentTokenText.isWellFormed(wrong))
    }
  }
}
