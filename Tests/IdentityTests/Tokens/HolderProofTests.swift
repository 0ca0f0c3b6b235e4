import Crypto
import JSON
import Testing

@testable import Identity

@Suite("Proofs of possession")
struct HolderProofTests {
  let bench = IssuerBench()

  private func jwk(_ key: SigningKey) throws -> PublicJWK {
    let document = try JSONDocument(parsing: Array("{\(key.jwk)}".utf8))
    return try #require(PublicJWK(document.root))
  }

  private func bound(to key: SigningKey) throws -> String {
    bench.token(["cnf": #"{"jkt":"\#(try jwk(key).thumbprint)"}"#])
  }

  private func proof(
    of token: String, by key: SigningKey = .p384, _ algorithm: SignatureAlgorithm = .es384,
    changes: [String: String?] = [:], header: String? = nil, method: String = "POST",
    path: String = "/mcp"
  ) -> HolderProof {
    var claims: [String: String?] = [
      "htm": #""POST""#, "htu": #""https://gateway.example.com/mcp""#, "iat": "\(bench.now)",
      "jti": #""one""#, "ath": #""\#(SHA256.hash(utf8: token).base64URL)""#,
    ]
    claims.merge(changes) { $1 }
    let members = claims.compactMap { name, value in value.map { #""\#(name)":\#($0)"# } }
    return HolderProof(
      text: key.token(
        algorithm, header: header ?? #","typ":"dpop+jwt","jwk":{\#(key.jwk)}"#,
        claims: "{\(members.joined(separator: ","))}"), method: method, path: path)
  }

  @Test func `the example of RFC 9449 holds for its request and token alone`() throws {
    let text =
      "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
      + "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVF"
      + "RsY3VOSmFqSG10NnY5VERW"
      + "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCI"
      + "iwiaHRtIjoiR0VUIiwiaHR"
      + "1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsI"
      + "mlhdCI6MTU2MjI2MjYxOC"
      + "wiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9"
      + ".2oW9RP35yRqzhrtNP86L"
      + "-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
    let token = SHA256.hash(utf8: "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
    func check(_ method: String, _ resource: String, _ token: SHA256Digest, _ key: String) -> Bool {
      (try? HolderProof(text: text, method: method, path: "/protectedresource").check(
        token: token, thumbprint: key, resource: resource, now: 1_562_262_700)) != nil
    }
    let (resource, key) = (
      "https://resource.example.org", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    )
    #expect(check("GET", resource, token, key))
    #expect(!check("POST", resource, token, key))
    #expect(!check("GET", "https://gateway.example.com", token, key))
    #expect(!check("GET", resource, SHA256.hash(utf8: "x"), key))
    #expect(!check("GET", resource, token, key + "x"))
  }

  @Test func `a bound token is taken with its proof, once`() async throws {
    let authority = try bench.authority()
    let token = try bound(to: .p384)
    let proof = proof(of: token)
    #expect(await authority.refusal(token, proof: proof) == nil)
    #expect(await authority.refusal(token, proof: proof) == .proof("it was used before"))
    #expect(authority.known(PresentedToken(token, proof: proof)) == nil)
    let next = self.proof(of: token, changes: ["jti": #""two""#])
    #expect(authority.known(PresentedToken(token, proof: next)) != nil)
    #expect(authority.known(PresentedToken(token, proof: next)) == nil)
    #expect(authority.known(PresentedToken(token)) == nil)
    #expect(await authority.refusal(token) == .proofRequired(issuer: "corp"))
  }

  @Test(
    arguments: [
      ("htm", #""GET""#, "another method"),
      ("htu", #""https://gateway.example.com/mcp/dev""#, "another URL"),
      ("htu", #""https://evil.example.com/mcp""#, "another URL"), ("htu", nil, "another URL"),
      ("ath", #""abc""#, "another token"), ("ath", nil, "another token"),
      ("iat", "1799999879", "just now"), ("iat", "1800000031", "just now"),
      ("iat", #""1800000000""#, "just now"), ("jti", nil, "jti"), ("jti", #""""#, "jti"),
    ] as [(String, String?, String)])
  func `a proof that says something else does not hold`(
    name: String, value: String?, reason: String
  ) async throws {
    let token = try bound(to: .p384)
    let refusal = try await bench.authority().refusal(
      token, proof: proof(of: token, changes: [name: value]))
    guard case .proof(let text)? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(text.contains(reason))
  }

  @Test func `a proof by another key, of another type or with a private key does not hold`()
    async throws
  {
    let authority = try bench.authority()
    let token = try bound(to: .p384)
    let own = SigningKey.p384.jwk
    let proofs = [
      proof(of: token, by: .ed25519, .edDSA),
      proof(of: token, header: #","typ":"jwt","jwk":{\#(own)}"#),
      proof(of: token, header: #","typ":"dpop+jwt""#),
      proof(of: token, header: #","typ":"dpop+jwt","jwk":{\#(own),"d":"AA"}"#),
      proof(of: token, by: .p256, .es256, header: #","typ":"dpop+jwt","jwk":{\#(own)}"#),
      HolderProof(text: "", method: "POST", path: "/mcp"),
      HolderProof(text: token, method: "POST", path: "/mcp"),
    ]
    for proof in proofs {
      guard case .proof? = await authority.refusal(token, proof: proof) else {
        Issue.record("taken: \(proof.text.prefix(60))")
        continue
      }
    }
    #expect(await authority.refusal(token, proof: proof(of: token)) == nil)
  }

  @Test func `a token that is bound to nothing is not taken as if it were`() async throws {
    let authority = try bench.authority()
    let token = bench.token()
    #expect(
      await authority.refusal(token, proof: proof(of: token))
        == .proof("the token is bound to no key"))
    let strict = try bench.authority(IssuerBench.yaml + "    proof: required\n")
    #expect(await strict.refusal(token) == .proofRequired(issuer: "corp"))
  }

  @Test
  func `URLs are the same whatever the case of their hosts, ports that say nothing, and queries`() {
    #expect(
      HolderProof.isSame(
        "HTTPS://Gateway.example.com:443/mcp?x#y", "https://gateway.example.com/mcp"))
    #expect(
      !HolderProof.isSame("https://gateway.example.com/MCP", "https://gateway.example.com/mcp"))
    #expect(!HolderProof.isSame("mcp", "mcp/"))
  }

  @Test func `used proofs are remembered for as long as they are in time`() {
    var used = UsedProofs()
    func use(_ number: Int, now: Int64) -> Bool {
      used.use(SHA256.hash(utf8: "\(number)"), now: now)
    }
    #expect(use(1, now: 1000))
    for now in stride(from: Int64(1000), through: 1150, by: 10) {
      #expect(!use(1, now: now))
    }
    for number in 2..<500 { #expect(use(number, now: 1000 + Int64(number))) }
    #expect(use(1, now: 1500))
  }
}
