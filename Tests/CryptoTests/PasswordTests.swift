import Testing

@testable import Crypto

@Suite("Passwords and one-time codes")
struct PasswordTests {
  private static let cheap = Argon2id.Cost(passes: 1, memoryBytes: 8 << 10)

  @Test func `a hash is of its password alone`() throws {
    let hash = try Argon2id.hash(Array("correct horse".utf8), cost: Self.cheap)
    #expect(Argon2id.isValid(hash, for: Array("correct horse".utf8)))
    #expect(!Argon2id.isValid(hash, for: Array("correct horse ".utf8)))
    #expect(!Argon2id.isValid(hash, for: []))
    #expect(try Argon2id.hash(Array("correct horse".utf8), cost: Self.cheap) != hash)
  }

  @Test func `a hash says what it costs`() throws {
    let hash = try Argon2id.hash([1], cost: .standard)
    #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=3,p=1$"))
  }

  @Test func `a hash of no password costs as much, and has none`() throws {
    let hash = Argon2id.unmatchable(cost: Self.cheap)
    let real = try Argon2id.hash([1], cost: Self.cheap)
    #expect(hash.split(separator: "$").map(\.count) == real.split(separator: "$").map(\.count))
    #expect(hash.split(separator: "$")[2] == real.split(separator: "$")[2])
    #expect(!Argon2id.isValid(hash, for: []))
    #expect(hash != Argon2id.unmatchable(cost: Self.cheap))
  }

  @Test("hashes of the reference implementation are understood")
  func reference() {
    let hash =
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
    #expect(Argon2id.isValid(hash, for: Array("password".utf8)))
    #expect(!Argon2id.isValid(hash, for: Array("passwore".utf8)))
  }

  @Test(arguments: ["", "x", "$argon2id$", String(repeating: "a", count: 1000)])
  func `what is no hash is of no password`(text: String) {
    #expect(!Argon2id.isValid(text, for: Array(text.utf8)))
  }

  @Test("HMAC-SHA-1 gives the values of RFC 2202")
  func hmac() {
    #expect(
      Hex.encode(
        HMACSHA1.authenticate(Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20)))
        == "b617318655057264e28bc0b6fb378c8ef146be00")
    #expect(
      Hex.encode(
        HMACSHA1.authenticate(
          Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
  }

  @Test(
    "base32 gives the values of RFC 4648",
    arguments: [
      ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
      ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
    ])
  func base32(text: String, encoded: String) {
    #expect(Base32.encode(Array(text.utf8)) == encoded)
  }
}
