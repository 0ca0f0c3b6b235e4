import Crypto
import Testing

@testable import Identity

@Suite("Sessions of people")
struct SessionTests {
  private let fixture: PeopleFixture

  init() throws { fixture = try PeopleFixture(SessionLimits(idle: 600, absolute: 3600)) }

  private var people: People { fixture.people }

  @Test func `a session ends without use, and in all`() async throws {
    let key = try await fixture.enrol()
    let session = try await fixture.signIn(key: key)
    fixture.pass(599)
    #expect(people.person(session: session) != nil)
    fixture.pass(600)
    #expect(people.person(session: session) == nil)
    let other = try await fixture.signIn(key: key)
    for _ in 0..<7 {
      fixture.pass(500)
      #expect(people.person(session: other) != nil)
    }
    fixture.pass(100)
    #expect(people.person(session: other) == nil)
  }

  @Test func `a session is there after a restart, with its last use`() async throws {
    let key = try await fixture.enrol()
    let session = try await fixture.signIn(key: key)
    fixture.pass(500)
    #expect(people.person(session: session) != nil)
    try await people.flush()
    fixture.pass(500)
    try fixture.startAgain(SessionLimits(idle: 600, absolute: 3600))
    let person = try #require(people.person(session: session))
    #expect(person.authentication.methods == ["pwd", "otp", "mfa"])
    fixture.pass(600)
    #expect(people.person(session: session) == nil)
    try await people.flush()
    #expect(people.sessions(of: "alice").isEmpty)
  }

  @Test func `each sign-in has a token of its own, and ends the session it takes the place of`()
    async throws
  {
    let key = try await fixture.enrol()
    let first = try await fixture.signIn(key: key)
    let second = try await fixture.signIn(key: key, replacing: first)
    #expect(first != second)
    #expect(people.person(session: first) == nil)
    #expect(people.person(session: second) != nil)
    // A token that somebody else chose begins nothing.
    let chosen = SessionToken.make()
    let third = try await fixture.signIn(key: key, replacing: chosen)
    #expect(people.person(session: chosen) == nil)
    #expect(people.person(session: third) != nil)
  }

  @Test func `signing out ends a session for good`() async throws {
    let key = try await fixture.enrol()
    let session = try await fixture.signIn(key: key)
    await people.end(session: session, from: PeopleFixture.address)
    #expect(people.person(session: session) == nil)
    try fixture.startAgain()
    #expect(people.person(session: session) == nil)
    #expect(fixture.journal.all.last?.kind == .signedOut)
  }

  @Test func `another password ends all sessions but the own one`() async throws {
    let key = try await fixture.enrol()
    let first = try await fixture.signIn(key: key)
    let second = try await fixture.signIn(key: key)
    try await people.setPassword(
      "alice", to: "quite another password", keeping: second, by: .person(address: nil))
    #expect(people.person(session: first) == nil)
    #expect(people.person(session: second) != nil)
    await #expect(throws: SignInRefusal.wrong) { try await fixture.password() }
    _ = try await fixture.password("alice", "quite another password")
  }

  @Test func `who is removed or reset is signed out, and nobody signs in any more`() async throws {
    let key = try await fixture.enrol()
    let session = try await fixture.signIn(key: key)
    let invitation = try await people.reset("alice", by: .user("root")).invitation
    #expect(people.person(session: session) == nil)
    await #expect(throws: SignInRefusal.wrong) { try await fixture.password() }
    #expect(!String(decoding: fixture.stored, as: UTF8.self).contains(invitation.dropFirst(4)))
    _ = try await fixture.enrol("bob")
    let other = try await fixture.signIn("bob", key: try people.account("bob").codeKey)
    try await people.remove("bob", by: .user("root"))
    #expect(people.person(session: other) == nil)
    #expect(people.count == 1)
    try fixture.startAgain()
    #expect(people.count == 1)
    #expect(people.person(session: other) == nil)
  }

  @Test func `other roles count at once`() async throws {
    let key = try await fixture.enrol()
    let session = try await fixture.signIn(key: key)
    _ = try await people.set("alice", roles: ["dba"], tenant: "acme", by: .user("root"))
    let person = try #require(people.person(session: session))
    #expect(person.roles == ["dba"])
    #expect(person.tenant == "acme")
  }

  @Test func `what is no session names nobody, an agent's token least of all`() async throws {
    _ = try await fixture.enrol()
    let agent = AgentTokenText.make()
    for text in ["", "alice", agent, "sps_" + String(agent.dropFirst(4)), SessionToken.make()] {
      #expect(people.person(session: text) == nil)
    }
    #expect(!SessionToken.isWellFormed(agent))
    #expect(!AgentTokenText.isWellFormed(SessionToken.make()))
  }

  @Test func `one person has so many sessions, and the oldest goes`() async throws {
    let key = try await fixture.enrol()
    var sessions: [String] = []
    for _ in 0..<People.sessionsPerPersonMax + 2 {
      sessions.append(try await fixture.signIn(key: key))
    }
    #expect(people.sessions(of: "alice").count <= People.sessionsPerPersonMax)
    #expect(people.person(session: sessions[0]) == nil)
    #expect(people.person(session: sessions[sessions.count - 1]) != nil)
  }

  @Test func `somebody of an issuer brings roles along, and is not the account of that name`()
    async throws
  {
    let key = try await fixture.enrol()
    let own = try await fixture.signIn(key: key)
    let who = SignedIn(
      name: "alice", source: .issuer("corp"), roles: ["guest"],
      authentication: Authentication(methods: ["pwd"], time: fixture.now))
    let session = try await people.begin(who, from: nil, client: nil)
    #expect(people.person(session: session)?.roles == ["guest"])
    try await people.remove("alice", by: .user("root"))
    #expect(people.person(session: own) == nil)
    #expect(people.person(session: session)?.roles == ["guest"])
    try fixture.startAgain(SessionLimits(idle: 600, absolute: 3600))
    #expect(people.signedIn(session: session)?.source == .issuer("corp"))
    await people.endSessions(of: "alice", source: .issuer("corp"), reason: "the issuer ended it")
    #expect(people.person(session: session) == nil)
  }
}
