import Synchronization
import Testing

@testable import Identity

@Suite("Asking an issuer about its tokens")
struct IntrospectionTests {
  let bench = IssuerBench()
  static let yaml =
    IssuerBench.yaml + """
          introspection:
            url: https://login.example.com/introspect
            client_id: gate
            client_secret: {env: SECRET}

      """

  private func answer(_ changes: [String: String?]) {
    let claims = bench.claims(changes)
    bench.state.withLock { $0.documents["https://login.example.com/introspect"] = claims }
  }

  @Test func `an issuer is asked about its token each time, so one that is revoked is refused`()
    async throws
  {
    let authority = try bench.authority(Self.yaml)
    answer(["active": "true", "iss": nil])
    for _ in 0..<2 {
      #expect(await authority.principal("opaque/1+&")?.agent == "corp/claude")
      #expect(authority.known(PresentedToken("opaque/1+&")) == nil)
    }
    let form = "token=opaque%2F1%2B%26&token_type_hint=access_token"
    #expect(bench.state.withLock { $0.forms } == [form, form])
    answer(["active": "false"])
    #expect(await authority.refusal("opaque/1+&") == .inactive(issuer: "corp"))
    let asked = bench.asked.count
    #expect(await authority.refusal("opaque/1+&") == .inactive(issuer: "corp"))
    #expect(bench.asked.count == asked)
  }

  @Test func `an answer counts for as long as the configuration says`() async throws {
    let authority = try bench.authority(Self.yaml + "      cache: 60s\n")
    answer(["active": "true", "iss": nil])
    #expect(await authority.principal("opaque") != nil)
    bench.pass(59)
    #expect(authority.known(PresentedToken("opaque")) != nil)
    answer(["active": "false"])
    #expect(await authority.principal("opaque") != nil)
    bench.pass(1)
    #expect(authority.known(PresentedToken("opaque")) == nil)
    #expect(await authority.refusal("opaque") == .inactive(issuer: "corp"))
  }

  @Test func `what was begun with a token looks again after a while, or when the token is over`()
    async throws
  {
    let authority = try bench.authority(Self.yaml)
    answer(["active": "true"])
    let token = try await authority.verify(PresentedToken("opaque"))
    #expect(authority.nextLook(at: token, inNoLessThan: 5) == bench.now + 5)
    #expect(authority.nextLook(at: token, inNoLessThan: 5_000) == token.expiresAt)
  }

  /// Who shows a token while it is asked about does not get the answer to that question.
  @Test func `those who come while an issuer is asked share the next question`() async throws {
    let authority = try bench.authority(Self.yaml)
    answer(["active": "true"])
    bench.hold()
    async let first = authority.principal("opaque")
    try await areHeld(1)
    let others = (0..<20).map { _ in Task { await authority.refusal("opaque") } }
    try await Task.sleep(for: .milliseconds(50))
    answer(["active": "false"])
    bench.letGo()
    #expect(await first != nil)
    try await areHeld(1)
    bench.state.withLock { $0.isHeld = false }
    bench.letGo()
    for other in others { #expect(await other.value == .inactive(issuer: "corp")) }
    #expect(bench.state.withLock { $0.forms.count } <= 3)
  }

  @Test func `strangers leave room for the questions about tokens that were taken lately`()
    async throws
  {
    let authority = try bench.authority(Self.yaml)
    answer(["active": "true"])
    #expect(await authority.principal("known") != nil)
    bench.hold()
    let strangers = (0..<Introspector.strangersMax).map { number in
      Task { await authority.refusal("stranger \(number)") }
    }
    try await areHeld(Introspector.strangersMax)
    #expect(await authority.refusal("one more") == .introspectionUnavailable(issuer: "corp"))
    async let known = authority.principal("known")
    try await areHeld(Introspector.strangersMax + 1)
    bench.state.withLock { $0.isHeld = false }
    bench.letGo()
    #expect(await known != nil)
    for stranger in strangers { #expect(await stranger.value == nil) }
    #expect(await authority.refusal("one more") == nil)
  }

  private func areHeld(_ count: Int) async throws {
    for _ in 0..<5_000 where bench.state.withLock({ $0.held.count }) < count {
      try await Task.sleep(for: .milliseconds(1))
    }
    try #require(bench.state.withLock { $0.held.count } == count)
  }

  @Test(
    arguments: [
      ["active": "true", "aud": #""https://other.example.com""#], ["active": "true", "aud": nil],
      ["active": #""true""#], [:], ["active": "true", "exp": "1"],
      ["active": "true", "iss": #""https://evil.example.com""#],
      ["active": "true", "cnf": #"{"x5t#S256":"a"}"#],
    ] as [[String: String?]])
  func `what an issuer says is checked like a token`(changes: [String: String?]) async throws {
    answer(changes)
    #expect(try await bench.authority(Self.yaml).refusal("opaque") != nil)
  }

  @Test func `an issuer that does not answer is no reason to let anybody in`() async throws {
    let refusal = try await bench.authority(Self.yaml).refusal("opaque")
    #expect(refusal == .introspectionUnavailable(issuer: "corp"))
    #expect(refusal?.code == .unavailable)
  }

  @Test func `its signed tokens are asked about as well, and those of others are not shown to it`()
    async throws
  {
    let authority = try bench.authority(Self.yaml)
    answer(["active": "true"])
    #expect(await authority.principal(bench.token()) != nil)
    let asked = bench.asked.count
    let foreign = bench.token(["iss": #""https://evil.example.com""#])
    #expect(await authority.refusal(foreign) == .unknownIssuer("https://evil.example.com"))
    #expect(bench.asked.count == asked)
  }
}
