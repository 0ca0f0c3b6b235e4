import Testing

@testable import Crypto

@Suite struct DigestTests {
  // FIPS 180-4 examples, and the empty message.
  @Test(
    "SHA-256 gives the published digests",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func publishedDigests(text: String, hex: String) {
    #expect(SHA256.hash(utf8: text).hex == hex)
  }

  @Test func `a message in pieces has the digest of the whole`() {
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    var hasher = SHA256()
    var rest = million[...]
    var size = 0
    while !rest.isEmpty {
      hasher.update(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      size = (size * 7 + 1) % 4_099
    }
    let digest = hasher.finalize()
    #expect(digest == SHA256.hash(million))
    #expect(digest.hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `an abandoned message is released`() {
    for _ in 0..<1_000 {
      var hasher = SHA256()
      hasher.update([1, 2, 3])
    }
    #expect(SHA256().finalize() == SHA256.hash([]))
  }

  @Test func `a digest comes back from its bytes and its text`() {
    let digest = SHA256.hash([0, 255, 7])
    #expect(SHA256Digest(bytes: digest.bytes) == digest)
    #expect(SHA256Digest(hex: digest.hex) == digest)
    #expect(Base64URL.decode(digest.base64URL) == digest.bytes)
    #expect(digest.base64URL.utf8.count == 43)
    #expect(SHA256Digest(bytes: [1]) == nil)
    #expect(SHA256Digest(hex: String(digest.hex.dropLast())) == nil)
    #expect(digest.description == digest.hex)
  }

  @Test func `digests are ordered by their bytes`() {
    let digests = (0..<200).map { SHA256.hash([UInt8($0)]) }.sorted()
    for (left, right) in zip(digests, digests.dropFirst()) {
      #expect(left.bytes.lexicographicallyPrecedes(right.bytes))
    }
  }

  // RFC 4231 test cases 1, 2, 6 and 7.
  @Test(
    "HMAC-SHA-256 gives the published authenticators",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        "This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
      ),
    ])
  func publishedAuthenticators(key: [UInt8], message: String, hex: String) throws {
    let message = Array(message.utf8)
    let expected = try #require(SHA256Digest(hex: hex))
    #expect(HMACSHA256.authenticate(message, key: key) == expected)
    #expect(HMACSHA256.isValid(expected, for: message, key: key))
    #expect(!HMACSHA256.isValid(expected, for: message + [0], key: key))
    #expect(!HMACSHA256.isValid(expected, for: message, key: key + [1]))
  }
}
