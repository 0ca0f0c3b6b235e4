import Crypto
import Testing

@Suite struct Ed25519Tests {
  /// RFC 8032 §7.1, tests 1 to 3.
  static let vectors = [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        + "d25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        + "387b2eaeb4302aeeb00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        + "4a7c15e9716ed28dc027beceea1ec40a"
    ),
  ]

  @Test("signatures are those of RFC 8032", arguments: vectors)
  func publishedSignatures(seed: String, publicKey: String, message: String, signature: String) throws {
    let key = try Ed25519PrivateKey(
      seed: try #require(Hex.decode(seed)), publicKey: try #require(Hex.decode(publicKey)))
    let message = try #require(Hex.decode(message))
    let made = try key.sign(message)
    #expect(Hex.encode(made) == signature)
    #expect(Ed25519.isValid(made, for: message, by: key.publicKey))
    #expect(!Ed25519.isValid(made, for: message + [0], by: key.publicKey))
    var turned = made
    turned[10] ^= 1
    #expect(!Ed25519.isValid(turned, for: message, by: key.publicKey))
    #expect(!Ed25519.isValid([], for: message, by: key.publicKey))
    #expect(!Ed25519.isValid(made, for: message, by: [1, 2, 3]))
  }

  @Test func `a new key signs what its public key verifies, and each is another`() throws {
    let (first, second) = (try Ed25519PrivateKey(), try Ed25519PrivateKey())
    #expect(first.seed.count == 32 && first.publicKey.count == 32 && first.seed != second.seed)
    let again = try Ed25519PrivateKey(seed: first.seed, publicKey: first.publicKey)
    #expect(try again.sign([1, 2]) == first.sign([1, 2]))
    #expect(!Ed25519.isValid(try first.sign([1]), for: [1], by: second.publicKey))
  }

  @Test func `halves of two keys are no key`() throws {
    let (first, second) = (try Ed25519PrivateKey(), try Ed25519PrivateKey())
    #expect(throws: SigningError.notAPair) {
      try Ed25519PrivateKey(seed: first.seed, publicKey: second.publicKey)
    }
    #expect(throws: SigningError.notAPair) {
      try Ed25519PrivateKey(seed: [1], publicKey: second.publicKey)
    }
  }
}

@Suite struct Base64Tests {
  @Test(
    "the texts are those of RFC 4648 §10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func vectors(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
  }

  @Test func `the two characters beyond letters and digits are plus and slash`() {
    #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
    #expect(Base64.decode("+/8=") == [0xFB, 0xFF])
  }

  @Test(
    "what has another spelling is refused",
    arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "-_8=", "Zg==\n", "=", "====", "Z===", "Zm9v Zg=="])
  func refused(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
