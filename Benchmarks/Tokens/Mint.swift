import Crypto
import Glibc

/// Tokens of an issuer that a benchmark plays: `bench-tokens ISSUER AUDIENCE COUNT` prints the
/// issuer's key set in one line, then a token a line, all of one length and each of another person.
struct Mint {
  private let issuer: String
  private let audience: String
  private let count: Int

  struct UsageError: Error, CustomStringConvertible {
    let description = "usage: bench-tokens [ISSUER AUDIENCE COUNT]"
  }

  init(_ arguments: ArraySlice<String>) throws(UsageError) {
    let arguments = Array(arguments)
    guard arguments.count == 3, let count = Int(arguments[2]), (1...1_000_000).contains(count)
    else { throw UsageError() }
    issuer = arguments[0]
    audience = arguments[1]
    self.count = count
  }

  func print() throws {
    let key = try Ed25519PrivateKey()
    let x = Base64URL.encode(key.publicKey)
    Swift.print(#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","alg":"EdDSA","x":"\#(x)"}]}"#)
    let header = Base64URL.encode(Array(#"{"alg":"EdDSA","kid":"k","typ":"at+jwt"}"#.utf8))
    let now = time(nil)
    for number in 1_000_000..<1_000_000 + count {
      let claims =
        #"{"iss":"\#(issuer)","aud":"\#(audience)","iat":\#(now),"exp":\#(now + 86_400),"#
        + #""sub":"u\#(number)","client_id":"bench","jti":"t\#(number)"}"#
      let signed = header + "." + Base64URL.encode(Array(claims.utf8))
      Swift.print(signed + "." + Base64URL.encode(try key.sign(Array(signed.utf8))))
    }
  }
}
