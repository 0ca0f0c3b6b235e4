import Crypto
import Testing

@testable import Identity

@Suite("Accounts of people")
struct AccountTests {
  private let fixture: PeopleFixture

  init() throws { fixture = try PeopleFixture() }

  private var people: People { fixture.people }

  private func invite(_ name: String = "alice") async throws -> String {
    try #require(
      try await people.add(AccountDraft(name: name), password: nil, by: .user("root")).invitation)
  }

  private func accept(
    _ invitation: String, binding: String = PeopleFixture.browser
  ) async throws -> (name: String, ticket: String) {
    try await people.accept(
      invitation: invitation, binding: binding, from: PeopleFixture.address)
  }

  @Test(
    arguments: [
      "", "al ice", "alice\n", "ali/ce", "ａlice", "аlice", String(repeating: "a", count: 65),
      "a\"b",
    ])
  func `a name that could be mistaken is none`(name: String) async throws {
    await #expect(throws: PeopleError.invalid("name")) {
      try await people.add(AccountDraft(name: name), password: nil, by: .user("root"))
    }
  }

  @Test func `names that differ in case alone are one`() async throws {
    _ = try await fixture.enrol("Alice")
    await #expect(throws: PeopleError.exists("alice")) {
      try await people.add(AccountDraft(name: "alice"), password: nil, by: .user("root"))
    }
    #expect(try people.account("ALICE").name == "Alice")
  }

  @Test func `nobody is given the role of the command line`() async throws {
    await #expect(throws: PeopleError.invalid("roles")) {
      try await people.add(
        AccountDraft(name: "alice", roles: ["operator"]), password: nil, by: .user("root"))
    }
    _ = try await fixture.enrol()
    await #expect(throws: PeopleError.invalid("roles")) {
      try await people.set("alice", roles: ["sre", "operator"], tenant: nil, by: .user("root"))
    }
  }

  @Test(
    arguments: [
      "short", "aaaaaaaaaaaaaaaa", "password1234567", "my name is alice", "qwertyuiop123",
    ])
  func `a password that others would try is refused`(password: String) async throws {
    await #expect(throws: PeopleError.self) {
      try await people.add(AccountDraft(name: "alice"), password: password, by: .user("root"))
    }
    #expect(people.count == 0)
  }

  @Test func `an invitation lets its person choose a password and codes, once`() async throws {
    let invitation = try await invite()
    let (name, ticket) = try await accept(invitation)
    #expect(name == "alice")
    await #expect(throws: SignInRefusal.self) {
      try await people.choosePassword("short", ticket: ticket, binding: PeopleFixture.browser)
    }
    let setup = try await people.choosePassword(
      PeopleFixture.password, ticket: ticket, binding: PeopleFixture.browser)
    // Nothing has changed yet.
    #expect(try !people.account("alice").hasPassword)
    let code = OneTimeCode.code(
      key: fixture.decoded(setup), step: fixture.now / OneTimeCode.period)
    let who = try await people.signIn(
      ticket: setup.ticket, code: code, binding: PeopleFixture.browser,
      from: PeopleFixture.address)
    #expect(who.name == "alice")
    #expect(try people.account("alice").ways == ["password", "code"])
    await #expect(throws: SignInRefusal.wrong) { try await accept(invitation) }
    await #expect(throws: SignInRefusal.over) {
      try await people.signIn(
        ticket: setup.ticket, code: code, binding: PeopleFixture.browser,
        from: PeopleFixture.address)
    }
  }

  @Test func `an invitation lets its person choose a passkey, once`() async throws {
    let invitation = try await invite()
    let (_, ticket) = try await accept(invitation)
    func choose(_ id: UInt8) async throws -> SignedIn {
      let authenticator = TestAuthenticator(
        id: [id], origin: "https://gate.example", host: "gate.example")
      let challenge = people.newPasskeyChallenge(binding: PeopleFixture.browser)
      return try await people.choosePasskey(
        try #require(authenticator.register(challenge)), label: "First", ticket: ticket,
        at: PeopleFixture.site, binding: PeopleFixture.browser, from: PeopleFixture.address)
    }
    #expect(try await choose(1).authentication.methods == ["hwk", "user", "mfa"])
    await #expect(throws: SignInRefusal.over) { try await choose(2) }
    #expect(try people.account("alice").passkeys.count == 1)
  }

  @Test func `an invitation is over after three days, and a newer one takes its place`()
    async throws
  {
    let first = try await invite()
    let second = try await people.reset("alice", by: .user("root")).invitation
    await #expect(throws: SignInRefusal.wrong) { try await accept(first) }
    _ = try await accept(second)
    fixture.pass(People.invitationTime)
    await #expect(throws: SignInRefusal.wrong) { try await accept(second) }
  }

  @Test func `what is chosen comes from the browser that showed the invitation`() async throws {
    let (_, ticket) = try await accept(try await invite())
    await #expect(throws: SignInRefusal.over) {
      try await people.choosePassword(
        PeopleFixture.password, ticket: ticket, binding: "another browser")
    }
    #expect(people.invited(ticket: ticket, binding: "another browser") == nil)
  }

  @Test func `other codes take the place of the old ones with their first code`() async throws {
    let key = try await fixture.enrol()
    fixture.pass(60)
    let setup = try people.setUpCodes(of: "alice", binding: PeopleFixture.browser)
    func take(_ code: String) async throws {
      try await people.takeCodes(
        ticket: setup.ticket, code: code, binding: PeopleFixture.browser,
        from: PeopleFixture.address)
    }
    let step = fixture.now / OneTimeCode.period
    await #expect(throws: SignInRefusal.wrong) {
      try await take(OneTimeCode.code(key: key, step: step))
    }
    let other = fixture.decoded(setup)
    try await take(OneTimeCode.code(key: other, step: step))
    #expect(try people.account("alice").codeKey == other)
    await #expect(throws: SignInRefusal.over) {
      try await take(OneTimeCode.code(key: other, step: step + 1))
    }
  }
}
