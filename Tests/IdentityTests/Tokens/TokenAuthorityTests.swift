import Configuration
import Crypto
import Synchronization
import Testing

@testable import Identity

@Suite("Tokens of issuers")
struct TokenAuthorityTests {
  let bench = IssuerBench()

  @Test(arguments: SignatureAlgorithm.allCases)
  func `a token of each algorithm names its agent and person`(
    algorithm: SignatureAlgorithm
  ) async throws {
    let authority = try bench.authority()
    let token = bench.token([:], algorithm)
    let principal = try await authority.outcome(token).get()
    #expect(
      principal
        == Principal(
          agent: "corp/claude", human: "corp/alice",
          credential: String(SHA256.hash(utf8: token).hex.prefix(16)), issuer: "corp",
          client: "claude"))
  }

  @Test func `a verified token is known until it is over, and its issuer is asked once`()
    async throws
  {
    let authority = try bench.authority()
    let token = bench.token()
    #expect(authority.known(PresentedToken(token)) == nil)
    #expect(await authority.principal(token) != nil)
    #expect(authority.known(PresentedToken(token)) != nil)
    #expect(await authority.principal(bench.token(["sub": #""bob""#])) != nil)
    #expect(bench.asked == [IssuerBench.metadata, IssuerBench.keys])
    bench.pass(359)
    #expect(authority.known(PresentedToken(token)) != nil)
    bench.pass(1)
    #expect(authority.known(PresentedToken(token)) == nil)
    #expect(await authority.refusal(token) == .expired(issuer: "corp"))
  }

  @Test func `claims are mapped as the configuration says`() async throws {
    let authority = try bench.authority(
      IssuerBench.yaml + """
            claims:
              agent: [azp]
              human: email
              roles: /realm_access/roles
              tenant: tid
              instance: /act/instance
            roles: [employee]
            prefix: ""
            clients: {"app-1": desktop}
        """)
    let changes: [String: String?] = [
      "azp": #""app-1""#, "email": #""alice@example.com""#, "tid": #""acme""#,
      "realm_access": #"{"roles":["developer","operator","employee"]}"#,
      "act": #"{"sub":"planner","instance":"i-7","act":{"sub":"router"}}"#,
      "scope": #""b a""#,
    ]
    let principal = try await authority.outcome(bench.token(changes)).get()
    #expect(principal.agent == "desktop")
    #expect(principal.human == "alice@example.com")
    #expect(principal.roles == ["employee", "developer"])
    #expect(principal.tenant == "acme")
    #expect(principal.actors == ["planner", "router"])
    #expect(principal.client == "app-1")
    #expect(principal.instance == "i-7")
    #expect(principal.scopes == ["a", "b"])
  }

  @Test func `how and when the person authenticated is told`() async throws {
    let authority = try bench.authority()
    let principal = try await authority.outcome(
      bench.token([
        "acr": #""urn:example:2""#, "amr": #"["pwd","otp"]"#, "auth_time": "\(bench.now - 20)",
      ])
    ).get()
    #expect(
      principal.authentication
        == Authentication(
          methods: ["pwd", "otp"], context: "urn:example:2", time: bench.now - 20))
    #expect(await authority.principal(bench.token())?.authentication == nil)
    let ahead = bench.token(["auth_time": "\(bench.now + 61)"])
    #expect(await authority.refusal(ahead) == .issuedInFuture(issuer: "corp"))
  }

  @Test(
    arguments: [
      ("acr", "7"), ("acr", #""\(String(repeating: "a", count: 129))""#), ("amr", "{}"),
      ("amr", "[1]"), ("amr", "[\(Array(repeating: #""a""#, count: 17).joined(separator: ","))]"),
      ("auth_time", #""now""#), ("auth_time", "-1"),
    ])
  func `an authentication that cannot be read is refused`(
    claim: String, value: String
  ) async throws {
    let refusal = try await bench.authority().refusal(bench.token([claim: value]))
    guard case .malformed = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
  }

  @Test func `a client that acts for itself acts for no person`() async throws {
    let principal = await (try bench.authority()).principal(bench.token(["sub": #""claude""#]))
    #expect(principal?.agent == "corp/claude")
    #expect(principal?.human == nil)
  }

  @Test(
    arguments: [
      ("", nil), ("/", nil), ("/mcp", nil), ("/sse", nil), ("/mcp/dev", ["/mcp/dev"]),
      ("/servers/git/mcp/", ["/servers/git/mcp"]), ("/servers/git/sse", ["/servers/git/mcp"]),
    ] as [(String, [String]?)])
  func `a token for an endpoint is for that endpoint alone`(
    path: String, resources: [String]?
  ) async throws {
    let audience = #"["https://other.example.com","\#(IssuerBench.resource)\#(path)"]"#
    let principal = try await bench.authority().outcome(bench.token(["aud": audience])).get()
    #expect(principal.resources == resources)
  }

  @Test func `a configured audience stands in the place of the gateway's own`() async throws {
    let authority = try bench.authority(IssuerBench.yaml + "    audience: [api://sallyport]\n")
    #expect(await authority.principal(bench.token(["aud": #""api://sallyport""#])) != nil)
    #expect(await authority.refusal(bench.token()) == .audience(issuer: "corp"))
  }

  @Test func `scopes that are needed must all be there`() async throws {
    let authority = try bench.authority(IssuerBench.yaml + "    scopes: [mcp, tools]\n")
    let refusal = await authority.refusal(bench.token(["scope": #""openid mcp""#]))
    #expect(refusal == .scope(issuer: "corp", needed: ["mcp", "tools"]))
    #expect(refusal?.code == .insufficientScope)
    #expect(await authority.principal(bench.token(["scope": #""tools mcp""#])) != nil)
    #expect(await authority.principal(bench.token(["scp": #"["tools","mcp"]"#])) != nil)
  }

  // MARK: Attacks

  @Test(
    arguments: [
      ("exp", "1799999939", "token expired"), ("exp", nil, "token claim: `exp`"),
      ("exp", #""1900000000""#, "malformed: exp"), ("exp", "1e300", "malformed: exp"),
      ("nbf", "1800000061", "not yet valid"), ("iat", "1800000061", "from the future"),
      ("iss", #""https://evil.example.com""#, "issuer: `https://evil.example.com`"),
      ("iss", #""https://login.example.com/realms/corp/""#, "is not configured"),
      ("iss", nil, "issuer: `none`"), ("iss", "7", "malformed: iss"),
      ("aud", #""https://other.example.com""#, "token audience"),
      ("aud", #""https://gateway.example.com.evil.com""#, "token audience"),
      ("aud", #""https://gateway.example.com:444""#, "token audience"),
      ("aud", nil, "token audience"), ("aud", "[1]", "malformed: aud"),
      ("client_id", nil, "token claim: `client_id`"),
      ("client_id", #""a\u0007""#, "token claim: `client_id`"),
      ("client_id", #""\u212Aite""#, "token claim: `client_id`"),
      ("sub", #"{"a":1}"#, "token claim: `sub`"),
      ("cnf", #"{"x5t#S256":"abc"}"#, "token binding"), ("cnf", #"{"jwk":{}}"#, "token binding"),
      ("cnf", #"{"jkt":"a","x5t#S256":"b"}"#, "token binding"), ("cnf", "7", "malformed: cnf"),
      ("cnf", #"{"jkt":"abc"}"#, "without its proof"),
      ("act", #"{"act":{}}"#, "malformed: act"),
    ] as [(String, String?, String)])
  func `a token whose claims are wrong is refused for what is wrong`(
    name: String, value: String?, reason: String
  ) async throws {
    let refusal = try await bench.authority().refusal(bench.token([name: value]))
    #expect("\(try #require(refusal))".contains(reason), "\(String(describing: refusal))")
  }

  @Test(arguments: [60, 59, 0, -1]) func `clocks may be apart by the skew`(ahead: Int64)
    async throws
  {
    let time = "\(bench.now + ahead)"
    let token = bench.token(["nbf": time, "iat": time, "exp": "\(bench.now - 59)"])
    #expect(try await bench.authority().refusal(token) == nil)
  }

  @Test(
    arguments: [
      (#""none""#, "token algorithm: `none`"), (#""HS256""#, "token algorithm: `HS256`"),
      (#""None""#, "token algorithm"), (#""es256""#, "token algorithm"), ("7", "no alg"),
      (#""ES256","crit":["exp"]"#, "crit"), (#""ES256","b64":false"#, "coding"),
      (#""ES256","kid":7"#, "kid"), (#""ES256","alg":"none""#, "header is not JSON"),
      (#""ES256","typ":"dpop+jwt""#, "token type"),
      (#""ES256","typ":"logout+jwt","kid":"e""#, "token type"),
    ])
  func `a header that asks for something else is refused`(
    algorithm: String, reason: String
  ) async throws {
    let header = Base64URL.encode(Array(#"{"alg":\#(algorithm)}"#.utf8))
    let signed = header + "." + Base64URL.encode(Array(bench.claims().utf8))
    let token =
      signed + "." + Base64URL.encode(SigningKey.p256.sign(Array(signed.utf8), .es256))
    let refusal = try #require(try await bench.authority().refusal(token))
    #expect("\(refusal)".contains(reason), "\(refusal)")
  }

  @Test func `the public key is no shared secret`() async throws {
    let header = Base64URL.encode(Array(#"{"alg":"HS256","kid":"r"}"#.utf8))
    let signed = header + "." + Base64URL.encode(Array(bench.claims().utf8))
    let mac = HMACSHA256.authenticate(
      Array(signed.utf8), key: Array("{\(SigningKey.rsa.jwk)}".utf8))
    let refusal = try await bench.authority().refusal(signed + "." + mac.base64URL)
    #expect(refusal == .algorithm("HS256"))
    #expect(bench.asked.isEmpty)
  }

  @Test func `keys and addresses that a token brings are not looked at`() async throws {
    let authority = try bench.authority()
    let token = SigningKey.otherRSA.token(
      .rs256,
      header: #","kid":"r","jwk":{\#(SigningKey.otherRSA.jwk)},"jku":"https://evil.example.com/k""#
        + #","x5u":"https://evil.example.com/c""#, claims: bench.claims())
    #expect(await authority.refusal(token) == .signature(issuer: "corp"))
    #expect(!bench.asked.contains { $0.contains("evil") })
  }

  @Test func `a key is used for its own algorithm alone`() async throws {
    let pinned = IssuerBench(keys: #"{"kid":"r","alg":"PS256",\#(SigningKey.rsa.jwk)}"#)
    let authority = try pinned.authority()
    #expect(
      await authority.refusal(pinned.token([:], .rs256)) == .unknownKey(issuer: "corp", key: "r"))
    #expect(await authority.principal(pinned.token([:], .ps256)) != nil)
    // The name of an RSA key, and the algorithm of another kind.
    let confused = SigningKey.p256.token(
      .es256, header: #","kid":"r""#, claims: pinned.claims())
    #expect(await authority.refusal(confused) == .unknownKey(issuer: "corp", key: "r"))
  }

  @Test func `an algorithm that the issuer does not use is refused`() async throws {
    let authority = try bench.authority(IssuerBench.yaml + "    algorithms: [ES256]\n")
    #expect(await authority.refusal(bench.token([:], .rs256)) == .algorithm("RS256"))
    #expect(await authority.principal(bench.token()) != nil)
  }

  @Test func `tokens of one issuer are not verified with the keys of another`() async throws {
    bench.state.withLock { state in
      state.documents["https://second.example.com/.well-known/oauth-authorization-server"] =
        #"{"issuer":"https://second.example.com","jwks_uri":"https://second.example.com/k"}"#
      state.documents["https://second.example.com/k"] =
        #"{"keys":[{"kid":"e",\#(SigningKey.p384.jwk)},{"kid":"x",\#(SigningKey.otherRSA.jwk)}]}"#
    }
    let authority = try bench.authority(
      IssuerBench.yaml + "  second: {issuer: \"https://second.example.com\"}\n")
    let foreign = SigningKey.otherRSA.token(
      .rs256, header: #","kid":"x""#, claims: bench.claims())
    #expect(await authority.refusal(foreign) == .unknownKey(issuer: "corp", key: "x"))
    let own = SigningKey.otherRSA.token(
      .rs256, header: #","kid":"x""#,
      claims: bench.claims(["iss": #""https://second.example.com""#]))
    #expect(await authority.principal(own)?.agent == "second/claude")
  }

  @Test func `an access token may be made to say that it is one`() async throws {
    let authority = try bench.authority(IssuerBench.yaml + "    type: at+jwt\n")
    #expect(await authority.principal(bench.token()) != nil)
    let plain = bench.token(header: #","kid":"e","typ":"JWT""#)
    #expect(await authority.refusal(plain) == .type("jwt"))
    #expect(try await bench.authority().refusal(plain) == nil)
  }

  @Test func `text that is no token is refused before anybody is asked`() async throws {
    let authority = try bench.authority()
    let token = bench.token()
    let parts = token.split(separator: ".").map(String.init)
    let texts = [
      "", ".", "..", "...", "a.b.c", token + ".", "." + token, token + "=", token + "\n",
      parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".",
      parts[0] + "=." + parts[1] + ".aa",
      parts[0] + "." + parts[1] + "." + parts[2] + ".x.y", token.replacing("e", with: "é"),
      String(repeating: "a", count: 20_000) + ".a.a",
      Base64URL.encode(Array("[]".utf8)) + ".e30.e30",
      Base64URL.encode(Array(String(repeating: "[", count: 5000).utf8)) + ".e30.e30",
    ]
    for text in texts {
      guard case .malformed? = await authority.refusal(text) else {
        Issue.record("taken or refused otherwise: \(text.prefix(40))")
        continue
      }
    }
    #expect(bench.asked.isEmpty)
  }

  @Test func `a claim that stands twice is refused`() async throws {
    let claims = bench.claims().dropLast() + #","sub":"root"}"#
    let token = SigningKey.p256.token(.es256, header: #","kid":"e""#, claims: String(claims))
    #expect(
      try await bench.authority().refusal(token)
        == .malformed("its payload is not JSON that is read here"))
  }

  @Test func `a signature of another size or with a turned bit does not hold`() async throws {
    let authority = try bench.authority()
    for algorithm in SignatureAlgorithm.allCases {
      let parts = bench.token([:], algorithm).split(separator: ".").map(String.init)
      let signature = try #require(Base64URL.decode(parts[2]))
      var turned = signature
      turned[signature.count / 2] ^= 1
      let others = [
        turned, signature + [0], [0] + signature, Array(signature.dropLast()),
        [UInt8](repeating: 0, count: signature.count), signature + signature,
      ]
      for other in others {
        let token = parts[0] + "." + parts[1] + "." + Base64URL.encode(other)
        #expect(await authority.refusal(token) == .signature(issuer: "corp"))
      }
    }
  }

  @Test func `a flood of unknown keys asks the issuer once a minute`() async throws {
    let authority = try bench.authority()
    #expect(await authority.principal(bench.token()) != nil)
    func flood() async {
      await withTaskGroup { group in
        for index in 0..<200 {
          let token = bench.token(header: #","kid":"k\#(index)""#)
          group.addTask { _ = await authority.refusal(token) }
        }
      }
    }
    await flood()
    await flood()
    #expect(bench.asked.count == 4)
    bench.pass(61)
    await flood()
    #expect(bench.asked.count == 6)
    #expect(await authority.principal(bench.token()) != nil)
  }

  @Test func `a key that is new is found, and one that is gone is refused with its tokens`()
    async throws
  {
    let authority = try bench.authority()
    let old = bench.token()
    #expect(await authority.principal(old) != nil)
    let epoch = authority.epoch
    bench.state.withLock {
      $0.documents[IssuerBench.keys] =
        #"{"keys":[{"kid":"new",\#(SigningKey.otherRSA.jwk)}]}"#
    }
    #expect(await authority.principal(old) != nil)
    let new = SigningKey.otherRSA.token(.rs256, header: #","kid":"new""#, claims: bench.claims())
    #expect(await authority.principal(new) != nil)
    #expect(authority.epoch != epoch)
    #expect(authority.known(PresentedToken(old)) == nil)
    #expect(await authority.refusal(old) == .unknownKey(issuer: "corp", key: "e"))
  }

  @Test func `keys outlive an issuer that does not answer, for a day`() async throws {
    let authority = try bench.authority()
    func token() -> String { bench.token(["jti": #""\#(bench.now)""#]) }
    #expect(await authority.principal(token()) != nil)
    bench.state.withLock { $0.documents = [:] }
    bench.pass(3700)
    #expect(await authority.principal(token()) != nil)
    bench.pass(80_000)
    #expect(await authority.principal(token()) != nil)
    bench.pass(7_000)
    #expect(await authority.refusal(token()) == .keysUnavailable(issuer: "corp"))
    #expect(await authority.refusal(token())?.code == .unavailable)
  }

  private static let login = "https://login.example.com"

  @Test(
    arguments: [
      ("https://evil.example.com", "\(login)/keys"), ("\(login)/realms/corp/", "\(login)/keys"),
      (IssuerBench.issuer, "https://evil.example.com/keys"),
      (IssuerBench.issuer, "http://login.example.com/keys"),
      (IssuerBench.issuer, "\(login):444/keys"), (IssuerBench.issuer, "file:///etc/passwd"),
      (IssuerBench.issuer, ""), ("", "\(login)/keys"),
    ])
  func `metadata of another issuer or with keys elsewhere are not believed`(
    issuer: String, keys: String
  ) async throws {
    bench.state.withLock {
      $0.documents[IssuerBench.metadata] = #"{"issuer":"\#(issuer)","jwks_uri":"\#(keys)"}"#
    }
    #expect(
      try await bench.authority().refusal(bench.token()) == .keysUnavailable(issuer: "corp"))
    #expect(!bench.asked.contains { $0.contains("evil") || $0.hasSuffix("keys") })
  }

  @Test func `the keys of an issuer can be named instead`() async throws {
    bench.state.withLock {
      $0.documents["https://keys.example.net/x"] =
        #"{"keys":[{"kid":"e",\#(SigningKey.p256.jwk)}]}"#
    }
    let authority = try bench.authority(
      IssuerBench.yaml + "    jwks_uri: https://keys.example.net/x\n")
    #expect(await authority.principal(bench.token()) != nil)
    #expect(bench.asked == ["https://keys.example.net/x"])
  }
}
