import Testing

@testable import Identity

/// Tokens that are bound to a client's certificate (RFC 8705 §3).
@Suite("Tokens bound to certificates")
struct CertificateTests {
  let bench = IssuerBench()

  private func bound(_ thumbprint: String = "print") -> String {
    bench.token(["cnf": #"{"x5t#S256":"\#(thumbprint)"}"#])
  }

  private func refusal(
    _ authority: TokenAuthority, _ token: String, certificate: String?, proof: HolderProof? = nil
  ) async -> TokenRefusal? {
    do throws(TokenRefusal) {
      _ = try await authority.verify(
        PresentedToken(token, proof: proof, certificate: certificate))
      return nil
    } catch {
      return error
    }
  }

  @Test func `a token is taken with the certificate it is bound to, and with no other`()
    async throws
  {
    let authority = try bench.authority()
    let token = bound()
    for _ in 0..<2 {
      #expect(await refusal(authority, token, certificate: "print") == nil)
      #expect(await refusal(authority, token, certificate: nil) == .certificate(issuer: "corp"))
      #expect(await refusal(authority, token, certificate: "") == .certificate(issuer: "corp"))
      #expect(await refusal(authority, token, certificate: "other") == .certificate(issuer: "corp"))
    }
    #expect(authority.known(PresentedToken(token)) == nil)
    let known = authority.known(PresentedToken(token, certificate: "print"))
    #expect(known?.isBearer == false)
    #expect(known?.principal.binding == .mtls)
  }

  @Test func `a bearer token is taken with any certificate`() async throws {
    let authority = try bench.authority()
    #expect(await refusal(authority, bench.token(), certificate: "print") == nil)
  }

  @Test func `a token that is bound to a certificate is none of the scheme DPoP`() async throws {
    let authority = try bench.authority()
    let proof = HolderProof(text: "a.b.c", method: "POST", path: "/mcp")
    #expect(
      await refusal(authority, bound(), certificate: "print", proof: proof)
        == .proof("the token is bound to no key"))
  }

  @Test(
    "an issuer's tokens may have to be bound, to anything or to one thing",
    arguments: [
      ("required", true), ("mtls", true), ("dpop", false), ("accepted", true),
    ])
  func required(proof: String, isTaken: Bool) async throws {
    let tls = "tls: {certificate: c, key: k, client_certificates: a}\n"
    let authority = try bench.authority(tls + IssuerBench.yaml + "    proof: \(proof)\n")
    #expect((await refusal(authority, bound(), certificate: "print") == nil) == isTaken)
    let bearer = await refusal(authority, bench.token(), certificate: "print")
    #expect(bearer == (proof == "accepted" ? nil : .proofRequired(issuer: "corp")))
  }

  @Test(
    "what is bound to something else beside it is not taken",
    arguments: [
      #"{"x5t#S256":"print","jwk":{}}"#, #"{"x5t#S256":7}"#, "{}",
      #"{"x5t#S256":"print","kid":"a"}"#,
    ])
  func others(confirmation: String) async throws {
    let authority = try bench.authority()
    let token = bench.token(["cnf": confirmation])
    #expect(
      await refusal(authority, token, certificate: "print") == .uncheckable(issuer: "corp"))
  }

  @Test func `a token that is bound to a key too needs both`() async throws {
    let authority = try bench.authority()
    let token = bench.token(["cnf": #"{"x5t#S256":"print","jkt":"key"}"#])
    #expect(
      await refusal(authority, token, certificate: "print") == .proofRequired(issuer: "corp"))
    #expect(await refusal(authority, token, certificate: nil) == .certificate(issuer: "corp"))
  }

  @Test func `what was begun with a bound token can be looked at without its proof`()
    async throws
  {
    let authority = try bench.authority()
    let token = bound()
    #expect(try await authority.standing(PresentedToken(token)).principal.human == "corp/alice")
    bench.pass(400)
    await #expect(throws: TokenRefusal.expired(issuer: "corp")) {
      try await authority.standing(PresentedToken(token))
    }
  }
}
