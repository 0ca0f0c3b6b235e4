import Configuration
import Crypto
import Synchronization
import Testing

@testable import Identity

@Suite("Signing in by an OpenID provider")
struct OpenIDSignInTests {
  let bench = OpenIDBench()

  /// A sign-in that was begun, with the ID token that answers it.
  private func begun(
    _ signIn: OpenIDSignIn, _ changes: [String: String?] = [:], maxAge: Int64? = nil,
    visit: String = OpenIDBench.visit, accessToken: String = "access"
  ) async throws -> (OpenIDSignIn.Answer, asked: [String: String]) {
    let url = try await signIn.begin(
      visit: visit, redirect: OpenIDBench.redirect, next: "/console/x", maxAge: maxAge)
    let asked = OpenIDBench.parameters(url)
    let token = bench.idToken(nonce: asked["nonce"] ?? "", changes)
    bench.state.withLock {
      $0.tokens = #"{"id_token":"\#(token)","access_token":"\#(accessToken)"}"#
    }
    return (
      OpenIDSignIn.Answer(
        state: asked["state"], code: "code", issuer: OpenIDBench.issuer, error: nil), asked
    )
  }

  @Test func `somebody signs in, and is whom the token names`() async throws {
    let signIn = bench.signIn()
    let (answer, asked) = try await begun(
      signIn,
      ["amr": #"["pwd","otp"]"#, "acr": #""urn:2""#, "auth_time": "\(bench.now - 5)"])
    #expect(asked["response_type"] == "code")
    #expect(asked["client_id"] == "console")
    #expect(asked["redirect_uri"] == OpenIDBench.redirect)
    #expect(asked["scope"] == "openid profile")
    #expect(asked["code_challenge_method"] == "S256")
    #expect(asked["tenant"] == "a")
    #expect(asked["max_age"] == nil)
    let outcome = try await signIn.finish(answer, visit: OpenIDBench.visit)
    #expect(
      outcome
        == OpenIDSignIn.Outcome(
          name: "corp/alice", roles: [], tenant: nil,
          authentication: Authentication(
            methods: ["pwd", "otp"], context: "urn:2", time: bench.now - 5),
          subject: "alice", session: "s-1", next: "/console/x"))
    // The code went with the secret that only this gateway has, and with its own credentials.
    let exchange = try #require(bench.state.withLock { $0.asked }.first { $0.form != nil })
    let form = OpenIDBench.parameters("?" + String(decoding: exchange.form ?? [], as: UTF8.self))
    #expect(form["grant_type"] == "authorization_code")
    #expect(form["redirect_uri"] == OpenIDBench.redirect)
    #expect(
      SHA256.hash(utf8: form["code_verifier"] ?? "").base64URL == asked["code_challenge"])
    let credentials = Base64.encode(Array("console:hush%20%26%20more".utf8))
    #expect(exchange.authorization == "Basic \(credentials)")
  }

  @Test func `a state is good for one answer, in one browser, for a time`() async throws {
    let signIn = bench.signIn()
    let (answer, _) = try await begun(signIn)
    #expect(await signIn.refusal(answer, visit: "another") == .state)
    #expect(await signIn.refusal(answer) == nil)
    #expect(await signIn.refusal(answer) == .state)
    let (late, _) = try await begun(signIn)
    bench.pass(601)
    #expect(await signIn.refusal(late) == .state)
    // One that another gateway made, or nobody.
    let (foreign, _) = try await begun(bench.signIn())
    #expect(await signIn.refusal(foreign) == .state)
    for text in ["", "x", "AAAA", String(repeating: "A", count: 5_000)] {
      var made = answer
      made.state = text
      #expect(await signIn.refusal(made) == .state)
    }
    var none = answer
    none.state = nil
    #expect(await signIn.refusal(none) == .state)
  }

  @Test func `a state is used up also by an answer that comes to nothing`() async throws {
    let signIn = bench.signIn()
    var (answer, _) = try await begun(signIn)
    let good = answer
    answer.error = "access_denied"
    #expect(await signIn.refusal(answer) == .denied("access_denied"))
    #expect(await signIn.refusal(good) == .state)
  }

  @Test func `an answer of another issuer is not taken, and no code goes anywhere`() async throws {
    let signIn = bench.signIn()
    for issuer in ["https://evil.example.com", "https://login.example.com/", "", nil] {
      var (answer, _) = try await begun(signIn)
      answer.issuer = issuer
      answer.error = issuer == nil ? "access_denied" : nil
      #expect(await signIn.refusal(answer) == .issuer)
    }
    #expect(bench.state.withLock { $0.asked }.allSatisfy { $0.form == nil })
  }

  @Test func `an issuer that does not say whose its answers are may leave that out`() async throws {
    bench.state.withLock {
      $0.metadata["authorization_response_iss_parameter_supported"] = Optional<String>.none
    }
    let signIn = bench.signIn()
    var (answer, _) = try await begun(signIn)
    answer.issuer = nil
    #expect(await signIn.refusal(answer) == nil)
    (answer, _) = try await begun(signIn)
    answer.issuer = "https://evil.example.com"
    #expect(await signIn.refusal(answer) == .issuer)
  }

  @Test(
    "an ID token that does not hold signs nobody in",
    arguments: [
      ("iss", #""https://evil.example.com""#), ("aud", #""other""#), ("aud", "[]"), ("aud", nil),
      ("aud", #"["console","other"]"#), ("azp", #""other""#), ("azp", "7"),
      ("exp", "1799999900"), ("exp", nil), ("iat", nil), ("iat", "1800000100"),
      ("nbf", "1800000100"), ("nonce", #""other""#), ("nonce", nil), ("sub", nil), ("sub", #""""#),
      ("sub", "7"), ("at_hash", #""other""#), ("at_hash", "7"), ("auth_time", "1800000100"),
    ] as [(String, String?)])
  func badTokens(claim: String, value: String?) async throws {
    let signIn = bench.signIn()
    let (answer, _) = try await begun(signIn, [claim: value])
    let refusal = try #require(await signIn.refusal(answer))
    if claim == "nonce" { #expect(refusal == .nonce) }
  }

  @Test(
    "what is allowed beside is taken",
    arguments: [
      ("aud", #"["console","other"]"#, ("azp", #""console""#)), ("azp", #""console""#, nil),
      ("at_hash", #""\#(HalfHash.of("access", for: .es256))""#, nil), ("exp", "1799999950", nil),
    ] as [(String, String, (String, String)?)])
  func goodTokens(claim: String, value: String, more: (String, String)?) async throws {
    let signIn = bench.signIn()
    var changes: [String: String?] = [claim: value]
    if let more { changes[more.0] = more.1 }
    let (answer, _) = try await begun(signIn, changes)
    #expect(await signIn.refusal(answer) == nil)
  }

  @Test func `a signature must be by the issuer's key, and the type that of an ID token`()
    async throws
  {
    let signIn = bench.signIn()
    for (header, key, algorithm) in [
      (#","kid":"e""#, .p384, .es384),
      (#","kid":"x""#, .p256, .es256), (#","kid":"e","typ":"logout+jwt""#, .p256, .es256),
      (#","kid":"e","typ":"at+jwt""#, .p256, .es256),
    ] as [(String, SigningKey, SignatureAlgorithm)] {
      let (answer, asked) = try await begun(signIn)
      let token = bench.idToken(nonce: asked["nonce"] ?? "", header: header, key: key, algorithm)
      bench.state.withLock { $0.tokens = #"{"id_token":"\#(token)"}"# }
      #expect(await signIn.refusal(answer) != nil, "\(header)")
    }
    let (answer, _) = try await begun(signIn)
    bench.state.withLock { $0.tokens = #"{"error":"invalid_grant"}"# }
    #expect(
      await signIn.refusal(answer) == .unavailable("its token endpoint gave no ID token"))
  }

  @Test func `a fresh sign-in must be one`() async throws {
    let signIn = bench.signIn()
    let (none, asked) = try await begun(signIn, maxAge: 0)
    #expect(asked["max_age"] == "0")
    #expect(asked["prompt"] == "login")
    #expect(await signIn.refusal(none) == .notFresh)
    let (old, _) = try await begun(signIn, ["auth_time": "\(bench.now - 100)"], maxAge: 0)
    #expect(await signIn.refusal(old) == .notFresh)
    let (fresh, _) = try await begun(signIn, ["auth_time": "\(bench.now)"], maxAge: 0)
    #expect(await signIn.refusal(fresh) == nil)
  }

  @Test func `roles come by claim and by rule, to a bound, and never the operator's`() async throws
  {
    let signIn = bench.signIn(
      OpenIDBench.openID {
        $0.rolesClaim = "/realm/roles"
        $0.roles = ["everybody"]
        $0.rules = [
          Configuration.RoleRule(claim: "groups", value: "g-sre", roles: ["sre", "operator"]),
          Configuration.RoleRule(claim: "groups", value: "g-none", roles: ["none"]),
          Configuration.RoleRule(claim: "department", value: "finance", roles: ["finance"]),
        ]
        $0.tenant = "tid"
        $0.person = "preferred_username"
        $0.prefix = "c:"
      })
    let (answer, _) = try await begun(
      signIn,
      [
        "realm": #"{"roles":["developer","operator",7]}"#, "groups": #"["g-x","g-sre"]"#,
        "department": #""finance""#, "tid": #""acme""#, "preferred_username": #""al""#,
      ])
    let outcome = try await signIn.finish(answer, visit: OpenIDBench.visit)
    #expect(outcome.name == "c:al")
    #expect(outcome.tenant == "c:acme")
    #expect(outcome.roles == ["everybody", "developer", "sre", "finance"])
    let many = (0..<65).map { #""r\#($0)""# }.joined(separator: ",")
    let (flood, _) = try await begun(
      signIn, ["realm": #"{"roles":[\#(many)]}"#, "preferred_username": #""al""#])
    #expect(await signIn.refusal(flood) != nil)
  }

  @Test func `an address names somebody only when the issuer verified it`() async throws {
    let signIn = bench.signIn(OpenIDBench.openID { $0.person = "email" })
    let address: [String: String?] = ["email": #""a@example.com""#]
    let (unverified, _) = try await begun(signIn, address)
    #expect(await signIn.refusal(unverified) != nil)
    let (verified, _) = try await begun(
      signIn, address.merging(["email_verified": "true"]) { $1 })
    #expect(await signIn.refusal(verified) == nil)
  }

  @Test(
    "metadata of another issuer, or that lead elsewhere, are of no use",
    arguments: [
      ("issuer", #""https://evil.example.com""#),
      ("authorization_endpoint", #""http://login.example.com/a""#),
      ("authorization_endpoint", #""javascript:alert(1)""#), ("authorization_endpoint", nil),
      ("token_endpoint", #""https://evil.example.com/token""#),
      ("token_endpoint", #""http://169.254.169.254/""#), ("token_endpoint", nil),
      ("end_session_endpoint", #""http://login.example.com/end""#),
      ("code_challenge_methods_supported", #"["plain"]"#),
    ] as [(String, String?)])
  func metadata(member: String, value: String?) async throws {
    bench.state.withLock { $0.metadata[member] = value }
    await #expect(throws: OpenIDRefusal.self) {
      try await bench.signIn().begin(
        visit: OpenIDBench.visit, redirect: OpenIDBench.redirect, next: "/console")
    }
  }

  @Test func `who signs out is told where to sign out at the issuer`() async throws {
    let url = await bench.signIn().signOutURL(returningTo: "https://gateway.example.com/console")
    let asked = OpenIDBench.parameters(url ?? "")
    #expect(url?.hasPrefix("https://login.example.com/end?") == true)
    #expect(asked["post_logout_redirect_uri"] == "https://gateway.example.com/console")
  }
}
