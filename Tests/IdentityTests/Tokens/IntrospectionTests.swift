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

  @Test func `an opaque token is what its issuer says, for a minute`() async throws {
    let authority = try bench.authority(Self.yaml)
    answer(["active": "true", "iss": nil])
    #expect(await authority.principal("opaque/1+&")?.agent == "corp/claude")
    #expect(authority.known(PresentedToken("opaque/1+&")) != nil)
    #expect(
      bench.state.withLock { $0.forms } == [
        "token=opaque%2F1%2B%26&token_type_hint=access_token"
      ])
    bench.pass(60)
    answer(["active": "false"])
    #expect(authority.known(PresentedToken("opaque/1+&")) == nil)
    #expect(await authority.refusal("opaque/1+&") == .inactive(issuer: "corp"))
    let asked = bench.asked.count
    #expect(await authority.refusal("opaque/1+&") == .inactive(issuer: "corp"))
    #expect(bench.asked.count == asked)
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
