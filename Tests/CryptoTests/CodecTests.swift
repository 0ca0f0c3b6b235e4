import Testing

@testable import Crypto

@Suite struct CodecTests {
  // RFC 4648 §10, without padding.
  @Test(
    "base64url follows the RFC's examples",
    arguments: [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
      ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
  func base64URL(text: String, encoded: String) {
    #expect(Base64URL.encode(Array(text.utf8)) == encoded)
    #expect(Base64URL.decode(encoded) == Array(text.utf8))
  }

  @Test(
    "base64url refuses every text that is not the one of its bytes",
    arguments: ["A", "Zg==", "Zh", "Zm9=", "Zm9v\n", "Zm 9v", "+/+/", "Zm9vY", "é"])
  func base64URLRefuses(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test func `base64url uses the URL-safe alphabet`() {
    #expect(Base64URL.encode([0xfb, 0xff, 0xfe]) == "-__-")
    #expect(Base64URL.decode("-__-") == [0xfb, 0xff, 0xfe])
  }

  @Test func `every count of random bytes comes back from both codecs`() {
    for count in 0..<200 {
      let bytes = SecureRandom.bytes(count)
      #expect(bytes.count == count)
      #expect(Hex.decode(Hex.encode(bytes)) == bytes)
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
  }

  @Test func `hexadecimal is written small and read in both cases`() {
    #expect(Hex.encode([0x00, 0x9f, 0xAB]) == "009fab")
    #expect(Hex.decode("009FaB") == [0x00, 0x9f, 0xab])
    #expect(Hex.decode("0") == nil)
    #expect(Hex.decode("0g") == nil)
    #expect(Hex.decode("0x00") == nil)
  }

  @Test func `random bytes do not repeat`() {
    let draws = Set((0..<1_000).map { _ in SecureRandom.bytes(16) })
    #expect(draws.count == 1_000)
    #expect(Set((0..<1_000).map { _ in SecureRandom.uint64() }).count == 1_000)
  }

  @Test func `constant-time equality is equality`() {
    let bytes = SecureRandom.bytes(33)
    #expect(ConstantTime.areEqual(bytes, bytes))
    #expect(ConstantTime.areEqual([], []))
    #expect(!ConstantTime.areEqual(bytes, Array(bytes.dropLast())))
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 0x80
      #expect(!ConstantTime.areEqual(bytes, other))
    }
  }
}
