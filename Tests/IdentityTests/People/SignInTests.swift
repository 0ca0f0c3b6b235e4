import Crypto
import Testing

@testable import Identity

@Suite("Signing in with a password and a code")
struct SignInTests {
  private let fixture: PeopleFixture

  init() throws { fixture = try PeopleFixture() }

  private var people: People { fixture.people }

  private func code(_ key: [UInt8]) -> String {
    OneTimeCode.code(key: key, step: fixture.now / OneTimeCode.period)
  }

  private func ticket(_ step: PasswordStep) throws -> String {
    guard case .code(let ticket) = step else { throw SignInRefusal.over }
    return ticket
  }

  private func enter(
    _ ticket: String, _ code: String, binding: String = PeopleFixture.browser
  ) async throws -> SignedIn {
    try await people.signIn(
      ticket: ticket, code: code, binding: binding, from: PeopleFixture.address)
  }

  @Test func `a person signs in with a password and a code, and is on record`() async throws {
    let key = try await fixture.enrol()
    let session = try await fixture.signIn(key: key)
    let person = try #require(people.person(session: session))
    #expect(person.name == "alice")
    #expect(person.roles == ["sre"])
    #expect(person.authentication.methods == ["pwd", "otp", "mfa"])
    #expect(person.authentication.time == fixture.now)
    let events = fixture.journal.all
    #expect(events.map(\.kind) == [.added, .changed, .signedIn, .signedIn])
    #expect(events.last?.session == People.id(ofSession: session))
    #expect(events.last?.address == PeopleFixture.address)
  }

  @Test func `nothing that is stored or on record is a password or a session`() async throws {
    let key = try await fixture.enrol()
    let session = try await fixture.signIn(key: key)
    try await people.flush()
    let stored = String(decoding: fixture.stored, as: UTF8.self)
    #expect(stored.contains("$argon2id$"))
    for secret in [PeopleFixture.password, String(session.dropFirst(4))] {
      #expect(!stored.contains(secret))
      #expect(!"\(fixture.journal.all)".contains(secret))
    }
  }

  @Test func `a wrong password and a name that nobody has are refused alike`() async throws {
    _ = try await fixture.enrol()
    await #expect(throws: SignInRefusal.wrong) {
      try await fixture.password("alice", "another password")
    }
    await #expect(throws: SignInRefusal.wrong) {
      try await fixture.password("hunter2-typed-here", PeopleFixture.password)
    }
    // Without a password there is no way in with one.
    _ = try await people.add(AccountDraft(name: "carol"), password: nil, by: .user("root"))
    await #expect(throws: SignInRefusal.wrong) { try await fixture.password("carol", "") }
    let refused = fixture.journal.all.filter { $0.kind == .refused }
    #expect(refused.map(\.person) == ["alice", nil, "carol"])
    #expect(!"\(fixture.journal.all)".contains("hunter2"))
  }

  @Test func `a password that is too long is not hashed as another`() async throws {
    _ = try await fixture.enrol()
    await #expect(throws: SignInRefusal.wrong) {
      try await fixture.password(
        "alice", PeopleFixture.password + String(repeating: "x", count: 1_000_000))
    }
  }

  @Test func `a code counts once, also for two at the same time`() async throws {
    let key = try await fixture.enrol()
    fixture.pass(30)
    let first = try ticket(try await fixture.password())
    let second = try ticket(try await fixture.password())
    _ = try await enter(first, code(key))
    await #expect(throws: SignInRefusal.wrong) { try await enter(second, code(key)) }
    await #expect(throws: SignInRefusal.wrong) { try await enter(first, code(key)) }
    fixture.pass(30)
    _ = try await enter(second, code(key))
  }

  @Test func `a code that was taken is not taken after a restart`() async throws {
    let key = try await fixture.enrol()
    fixture.pass(30)
    _ = try await enter(try ticket(try await fixture.password()), code(key))
    try fixture.startAgain()
    let again = try ticket(try await fixture.password())
    await #expect(throws: SignInRefusal.wrong) { try await enter(again, code(key)) }
  }

  @Test func `the second step is of the same browser, and within ten minutes`() async throws {
    let key = try await fixture.enrol()
    fixture.pass(30)
    let step = try ticket(try await fixture.password())
    await #expect(throws: SignInRefusal.over) {
      try await enter(step, code(key), binding: "another browser")
    }
    await #expect(throws: SignInRefusal.over) { try await enter(step + "A", code(key)) }
    await #expect(throws: SignInRefusal.over) { try await enter("", code(key)) }
    fixture.pass(600)
    await #expect(throws: SignInRefusal.over) { try await enter(step, code(key)) }
  }

  @Test func `a password that was changed meanwhile ends what it began`() async throws {
    let key = try await fixture.enrol()
    fixture.pass(30)
    let step = try ticket(try await fixture.password())
    try await people.setPassword(
      "alice", to: "another long password", keeping: nil, by: .person(address: nil))
    await #expect(throws: SignInRefusal.over) { try await enter(step, code(key)) }
  }

  @Test func `codes are set up once`() async throws {
    _ = try await people.add(
      AccountDraft(name: "dora"), password: PeopleFixture.password, by: .user("root"))
    guard case .setUp(let first) = try await fixture.password("dora"),
      case .setUp(let second) = try await fixture.password("dora")
    else {
      Issue.record("the codes were there already")
      return
    }
    let key = fixture.decoded(first)
    await #expect(throws: SignInRefusal.wrong) { try await enter(first.ticket, "000000") }
    _ = try await enter(first.ticket, code(key))
    await #expect(throws: SignInRefusal.over) {
      try await enter(second.ticket, code(fixture.decoded(second)))
    }
    fixture.pass(30)
    #expect(try people.account("dora").codeKey == key)
  }

  @Test func `who guesses waits, longer each time, and is on record once for each wait`()
    async throws
  {
    let key = try await fixture.enrol()
    fixture.pass(4000)
    for _ in 0..<10 {
      await #expect(throws: SignInRefusal.wrong) {
        try await fixture.password("alice", "another password")
      }
    }
    // The eleventh is still looked at; then the wait begins, for the right password too.
    await #expect(throws: SignInRefusal.wrong) {
      try await fixture.password("ALICE", "another password")
    }
    for _ in 0..<100 {
      await #expect(throws: SignInRefusal.wait(30)) { try await fixture.password() }
    }
    let events = fixture.journal.all
    #expect(events.count { $0.kind == .locked } == 1)
    #expect(events.count { $0.kind == .refused } == 11)
    fixture.pass(30)
    let session = try await fixture.signIn(key: key)
    #expect(people.person(session: session)?.name == "alice")
    #expect(try await fixture.password() != .code(ticket: ""))
  }

  @Test func `names that nobody has wait too, and one address waits for all`() async throws {
    for _ in 0..<11 {
      await #expect(throws: SignInRefusal.wrong) { try await fixture.password("nobody", "x") }
    }
    await #expect(throws: SignInRefusal.wait(30)) { try await fixture.password("nobody", "x") }
    for index in 0..<90 {
      await #expect(throws: SignInRefusal.wrong) { try await fixture.password("n\(index)", "x") }
    }
    await #expect(throws: SignInRefusal.wait(5)) { try await fixture.password("fresh", "x") }
    await #expect(throws: SignInRefusal.wrong) {
      try await people.signIn(
        "fresh", password: "x", binding: PeopleFixture.browser, from: "192.0.2.2")
    }
  }

  @Test func `who knows the password still waits for codes`() async throws {
    let key = try await fixture.enrol()
    fixture.pass(30)
    func guess() async throws {
      _ = try await enter(try ticket(try await fixture.password()), "abcdef")
    }
    for _ in 0..<11 { await #expect(throws: SignInRefusal.wrong) { try await guess() } }
    for _ in 0..<20 { await #expect(throws: SignInRefusal.wait(30)) { try await guess() } }
    fixture.pass(30)
    _ = try await fixture.signIn(key: key)
  }

  @Test func `nobody signs in when it cannot be put on record`() async throws {
    let key = try await fixture.enrol()
    fixture.journal.fill()
    let count = people.sessions(of: "alice").count
    await #expect(throws: PeopleError.storage("the ledger cannot be written")) {
      try await fixture.signIn(key: key)
    }
    #expect(people.sessions(of: "alice").count == count)
    await #expect(throws: PeopleError.self) {
      try await people.add(AccountDraft(name: "eve"), password: nil, by: .user("root"))
    }
    #expect(people.count == 1)
  }
}
