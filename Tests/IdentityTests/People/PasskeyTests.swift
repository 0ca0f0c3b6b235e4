import Crypto
import Testing

@testable import Identity

@Suite("Passkeys")
struct PasskeyTests {
  private let fixture: PeopleFixture
  private let authenticator: TestAuthenticator

  init() async throws {
    fixture = try PeopleFixture()
    authenticator = TestAuthenticator(origin: "https://gate.example", host: "gate.example")
  }

  private var people: People { fixture.people }

  private func add(_ authenticator: TestAuthenticator, to name: String = "alice") async throws {
    let challenge = people.newPasskeyChallenge(binding: PeopleFixture.browser)
    try await people.addPasskey(
      try #require(authenticator.register(challenge)), label: "Laptop", of: name,
      at: PeopleFixture.site, binding: PeopleFixture.browser, from: PeopleFixture.address)
  }

  private func challenge(_ binding: String = PeopleFixture.browser) -> [UInt8] {
    people.passkeyChallenge(binding: binding)
  }

  private func signIn(
    _ assertion: PasskeyAssertion?, binding: String = PeopleFixture.browser,
    at site: PasskeySite = PeopleFixture.site
  ) async throws -> SignedIn {
    try await people.signIn(
      try #require(assertion), at: site, binding: binding, from: PeopleFixture.address)
  }

  /// Why an assertion is refused; nil when it is taken.
  private func refusal(
    _ assertion: PasskeyAssertion?, binding: String = PeopleFixture.browser,
    at site: PasskeySite = PeopleFixture.site
  ) async throws -> PasskeyRefusal? {
    do {
      _ = try await signIn(assertion, binding: binding, at: site)
      return nil
    } catch SignInRefusal.passkey(let refusal) {
      return refusal
    }
  }

  @Test func `who holds a passkey signs in`() async throws {
    _ = try await fixture.enrol()
    try await add(authenticator)
    let who = try await signIn(authenticator.sign(challenge()))
    #expect(who.name == "alice")
    #expect(who.authentication.methods == ["hwk", "user", "mfa"])
    #expect(who.authentication.time == fixture.now)
    try fixture.startAgain()
    authenticator.flags |= 0x08
    let again = try await signIn(authenticator.sign(challenge()))
    #expect(again.authentication.methods == ["swk", "user", "mfa"])
    #expect(try people.account("alice").passkeys.map(\.usedAt) == [fixture.now])
  }

  @Test func `an answer is taken once`() async throws {
    _ = try await fixture.enrol()
    try await add(authenticator)
    let answer = authenticator.sign(challenge())
    #expect(try await refusal(answer) == nil)
    #expect(try await refusal(answer) == .challenge)
  }

  @Test func `a challenge is of one browser, one purpose and five minutes`() async throws {
    _ = try await fixture.enrol()
    try await add(authenticator)
    let other = authenticator.sign(challenge("another browser"))
    #expect(try await refusal(other) == .challenge)
    let making = people.newPasskeyChallenge(binding: PeopleFixture.browser)
    #expect(try await refusal(authenticator.sign(making)) == .challenge)
    let old = authenticator.sign(challenge())
    fixture.pass(299)
    let nearly = authenticator.sign(challenge())
    fixture.pass(1)
    #expect(try await refusal(old) == .challenge)
    #expect(try await refusal(nearly) == nil)
    #expect(try await refusal(authenticator.sign([UInt8](repeating: 0, count: 56))) == .challenge)
  }

  @Test(arguments: [
    "https://evil.example", "http://gate.example", "https://gate.example:444",
    "https://sub.gate.example", "https://gate.example.", "null",
  ])
  func `an answer made at another site is refused`(origin: String) async throws {
    _ = try await fixture.enrol()
    try await add(authenticator)
    let other = TestAuthenticator(origin: origin, host: "gate.example")
    #expect(try await refusal(other.sign(challenge())) == .origin(origin))
  }

  @Test func `an answer for another host, or without its person, is refused`() async throws {
    _ = try await fixture.enrol()
    try await add(authenticator)
    let other = TestAuthenticator(origin: "https://gate.example", host: "evil.example")
    #expect(try await refusal(other.sign(challenge())) == .host)
    authenticator.flags = 0x01
    #expect(try await refusal(authenticator.sign(challenge())) == .notVerified)
    authenticator.flags = 0x04
    #expect(try await refusal(authenticator.sign(challenge())) == .notVerified)
  }

  @Test func `a page within another site's page is refused`() async throws {
    _ = try await fixture.enrol()
    try await add(authenticator)
    authenticator.extra = #","crossOrigin":true"#
    #expect(try await refusal(authenticator.sign(challenge())) == .malformed)
    authenticator.extra = #","crossOrigin":false,"topOrigin":"https://evil.example""#
    #expect(try await refusal(authenticator.sign(challenge())) == .malformed)
    authenticator.extra = #","crossOrigin":false"#
    #expect(try await refusal(authenticator.sign(challenge())) == nil)
  }

  @Test func `another key does not sign in, and an unknown passkey neither`() async throws {
    _ = try await fixture.enrol()
    try await add(authenticator)
    let forger = TestAuthenticator(origin: "https://gate.example", host: "gate.example")
    #expect(try await refusal(forger.sign(challenge())) == .signature)
    let stranger = TestAuthenticator(
      id: [9], origin: "https://gate.example", host: "gate.example")
    #expect(try await refusal(stranger.sign(challenge())) == .unknown)
  }

  @Test func `a passkey that counts back is refused as a copy`() async throws {
    _ = try await fixture.enrol()
    authenticator.counter = 5
    try await add(authenticator)
    authenticator.counter = 6
    #expect(try await refusal(authenticator.sign(challenge())) == nil)
    #expect(try await refusal(authenticator.sign(challenge())) == .copied)
    authenticator.counter = 0
    #expect(try await refusal(authenticator.sign(challenge())) == .copied)
    authenticator.counter = 7
    #expect(try await refusal(authenticator.sign(challenge())) == nil)
  }

  @Test func `a passkey is made for this site, with its person, and for one account`() async throws
  {
    _ = try await fixture.enrol()
    _ = try await fixture.enrol("bob")
    try await add(authenticator)
    await #expect(throws: PeopleError.passkey(.key)) { try await add(authenticator, to: "bob") }
    let elsewhere = TestAuthenticator(
      id: [7], origin: "https://evil.example", host: "gate.example")
    await #expect(throws: PeopleError.passkey(.origin("https://evil.example"))) {
      try await add(elsewhere)
    }
    let absent = TestAuthenticator(id: [8], origin: "https://gate.example", host: "gate.example")
    absent.flags = 0x01
    await #expect(throws: PeopleError.passkey(.notVerified)) { try await add(absent) }
    let other = TestAuthenticator(id: [6], origin: "https://gate.example", host: "gate.example")
    let challenge = people.newPasskeyChallenge(binding: PeopleFixture.browser)
    await #expect(throws: PeopleError.passkey(.key)) {
      try await people.addPasskey(
        try #require(other.register(challenge, algorithm: -257)), label: "", of: "alice",
        at: PeopleFixture.site, binding: PeopleFixture.browser, from: PeopleFixture.address)
    }
  }

  @Test func `the last way in stays`() async throws {
    _ = try await people.add(AccountDraft(name: "carol"), password: nil, by: .user("root"))
    try await add(authenticator, to: "carol")
    let id = try #require(try people.account("carol").passkeys.first).shortID
    await #expect(throws: PeopleError.lastWay) {
      try await people.removePasskey(id, of: "carol", by: .person(address: nil))
    }
    let second = TestAuthenticator(id: [2], origin: "https://gate.example", host: "gate.example")
    try await add(second, to: "carol")
    try await people.removePasskey(id, of: "carol", by: .person(address: nil))
    #expect(try await refusal(authenticator.sign(challenge())) == .unknown)
    #expect(try await refusal(second.sign(challenge())) == nil)
  }

  @Test("what an authenticator says is read within its bounds")
  func lengths() {
    let digest = SHA256.hash(utf8: "h").bytes
    let fixed = digest + [0x05, 0, 0, 0, 1]
    #expect(AuthenticatorData(fixed)?.counter == 1)
    for count in 0..<fixed.count { #expect(AuthenticatorData(Array(fixed[..<count])) == nil) }
    #expect(AuthenticatorData(fixed + [0]) == nil)
    let model = [UInt8](repeating: 0, count: 16)
    let made = digest + [0x45, 0, 0, 0, 1] + model + [0, 3, 1, 2, 3, 0xA0]
    #expect(AuthenticatorData(made)?.credential == [1, 2, 3])
    for count in 0..<made.count { #expect(AuthenticatorData(Array(made[..<count])) == nil) }
    #expect(AuthenticatorData(digest + [0x45, 0, 0, 0, 1] + model + [0, 0, 0xA0]) == nil)
    #expect(AuthenticatorData(digest + [0x45, 0, 0, 0, 1] + model + [0xFF, 0xFF, 1]) == nil)
  }
}
