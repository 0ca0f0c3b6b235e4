import Crypto
import JSON
import Testing

@testable import Identity

@Suite("Keys of issuers")
struct KeyTests {
  private func jwk(_ text: String) throws -> PublicJWK? {
    PublicJWK(try JSONDocument(parsing: Array(text.utf8)).root)
  }

  private func keys(
    _ text: String, _ algorithms: [SignatureAlgorithm] = SignatureAlgorithm.allCases
  )
    throws -> KeySet
  {
    try KeySet(json: Array(text.utf8), algorithms: algorithms)
  }

  private static let joe =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

  /// RFC 7515, appendices A.2 and A.3; RFC 8037, appendix A.4.
  private static let published = [
    (
      #""kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoT"#
        + #"bji9k0l8W26mPddxHmfHQp"#
        + "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32"
        + "690r2jZ47soMZo9wGzjb"
        + "_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6"
        + "65xsmtdVMTBQY4uDZlxv"
        + "b3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs"
        + "91kzk2PAcDTW9gb54h4F"
        + #"RWyuXpoQ""#,
      "eyJhbGciOiJSUzI1NiJ9." + joe + "."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm"
        + "4Bh-0Qc_lF5YKt_O8W2F"
        + "p5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK"
        + "5h6xBArLIARNPvkSjtQB"
        + "MHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7"
        + "noOPqvhJ1phCnvWh6IeY"
        + "I2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    ),
    (
      #""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
        + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#,
      "eyJhbGciOiJFUzI1NiJ9." + joe + "."
        + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    ),
    (
      #""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#,
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    ),
  ]

  @Test(arguments: published)
  func `signatures are those of the RFCs`(key: String, token: String) throws {
    let jwk = try #require(try jwk("{\(key)}"))
    // The claims of RFC 8037 are no JSON, which a JWS need not have.
    let jws = try CompactJWS(token)
    #expect(jwk.key.isValid(jws.signature, for: jws.signed, by: jws.algorithm))
    #expect(!jwk.key.isValid(jws.signature, for: jws.signed + [0], by: jws.algorithm))
    for other in SignatureAlgorithm.allCases where other != jws.algorithm {
      #expect(!jwk.key.isValid(jws.signature, for: jws.signed, by: other))
    }
  }

  @Test func `thumbprints are those of the RFCs`() throws {
    #expect(
      try jwk("{\(Self.published[2].0)}")?.thumbprint
        == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    let rsa =
      #"{"kty":"RSA","alg":"RS256","kid":"2011-04-29","e":"AQAB","n":"0vx7agoe"#
      + #"bGcQSuuPiLJXZptN9nndrQ"#
      + "mbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjB"
      + "ZCiFV4n3oknjhMstn64tZ_"
      + "2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
      + "AtaSqzs8KJZgnYb9c7d0zg"
      + "dAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2Nc"
      + "Rwr3XPksINHaQ-G_xBniIq"
      + #"bw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}"#
    #expect(try jwk(rsa)?.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
  }

  @Test func `keys that are weak, private, shared or for something else are not used`() throws {
    let weak = SigningKey(.rs256, bits: 1024).jwk
    let (good, point) = (SigningKey.rsa.jwk, SigningKey.p256.jwk)
    let texts = [
      "{\(weak)}", #"{\#(good),"d":"AA"}"#, #"{"kty":"oct","k":"AAAA"}"#,
      #"{\#(good),"use":"enc"}"#, #"{\#(good),"key_ops":["sign"]}"#, #"{\#(good),"alg":7}"#,
      #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
      "{\(point.replacing("P-256", with: "P-384"))}",
      "{\(point.replacing("P-256", with: "secp256k1"))}",
      "{\(good.replacing(#""e":"AQAB""#, with: #""e":"AQ""#))}",
      "{\(good.replacing(#""e":"AQAB""#, with: #""e":"AQABAQABAQ""#))}", "{}", "[]", "7",
    ]
    for text in texts { #expect(try jwk(text) == nil, "\(text.prefix(60))") }
    #expect(try jwk("{\(good)}") != nil)
    #expect(try jwk(#"{\#(good),"use":"sig","key_ops":["verify"],"unknown":{}}"#) != nil)
  }

  @Test func `a set holds what can be used of it`() throws {
    let set = try keys(
      #"{"keys":[{"kty":"oct","k":"AAAA","kid":"a"},{"kid":"r",\#(SigningKey.rsa.jwk)},7,"#
        + #"{"kid":"e","alg":"ES256",\#(SigningKey.p256.jwk)}]}"#, [.rs256, .es256])
    #expect(set.count == 2)
    #expect(set.skipped == 2)
    #expect(set.candidates(id: "r", algorithm: .rs256).count == 1)
    #expect(set.candidates(id: "r", algorithm: .ps256).isEmpty)
    #expect(set.candidates(id: "r", algorithm: .es256).isEmpty)
    #expect(set.candidates(id: nil, algorithm: .es256).count == 1)
    #expect(set.candidates(id: "a", algorithm: .rs256).isEmpty)
  }

  @Test func `without a name a key is found only where one alone fits`() throws {
    let set = try keys(#"{"keys":[{\#(SigningKey.rsa.jwk)},{\#(SigningKey.otherRSA.jwk)}]}"#)
    #expect(set.candidates(id: nil, algorithm: .rs256).isEmpty)
  }

  @Test(arguments: ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[],"keys":[]}"#])
  func `a set without keys is none`(text: String) {
    #expect(throws: KeySetError.self) { try keys(text) }
  }

  @Test func `metadata are looked for where the specifications put them`() {
    #expect(
      IssuerMetadata.locations(of: "https://a.example/x/y/") == [
        "https://a.example/.well-known/oauth-authorization-server/x/y",
        "https://a.example/.well-known/openid-configuration/x/y",
        "https://a.example/x/y/.well-known/openid-configuration",
      ])
    #expect(
      IssuerMetadata.locations(of: "https://a.example") == [
        "https://a.example/.well-known/oauth-authorization-server",
        "https://a.example/.well-known/openid-configuration",
      ])
  }

  @Test(
    arguments: [
      ("max-age=600", 600), ("public, Max-Age = 60", 60), ("no-store, max-age=9", 0),
      ("private", nil), ("max-age=x", nil),
    ] as [(String, Int64?)])
  func `an issuer may say how long its keys count`(field: String, seconds: Int64?) {
    #expect(HTTPIssuerDocuments.lifetime(field) == seconds)
  }

  @Test func `ten thousand tokens that are shown in turn are all known`() {
    var tokens = VerifiedTokens()
    let token = VerifiedToken(
      principal: Principal(agent: "a"), expiresAt: 10, countsUntil: 10,
      binding: TokenClaims.Binding())
    let digests = (0..<10_000).map { SHA256.hash(utf8: "\($0)") }
    for digest in digests { tokens.insert(token, digest) }
    for _ in 0..<3 {
      #expect(digests.allSatisfy { tokens.find($0, now: 9) === token })
    }
  }

  @Test func `never more tokens are kept than the bound`() {
    var tokens = VerifiedTokens()
    let token = VerifiedToken(
      principal: Principal(agent: "a"), expiresAt: 10, countsUntil: 10,
      binding: TokenClaims.Binding())
    for number in 0..<45_000 { tokens.insert(token, SHA256.hash(utf8: "\(number)")) }
    #expect(tokens.count <= VerifiedTokens.countMax)
    #expect(tokens.find(SHA256.hash(utf8: "44999"), now: 9) === token)
    #expect(tokens.find(SHA256.hash(utf8: "44999"), now: 10) == nil)
    #expect(tokens.find(SHA256.hash(utf8: "0"), now: 9) == nil)
  }
}
