import Testing

@testable import Crypto

@Suite struct AES256GCMTests {
  // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16.
  @Test func `a published message has its published seal`() throws {
    let key = try #require(
      Hex.decode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
    let nonce = try #require(Hex.decode("cafebabefacedbaddecaf888"))
    let associated = try #require(Hex.decode("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    let plaintext = try #require(
      Hex.decode(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"))
    let sealed = try AES256GCM.seal(
      plaintext, key: key, nonce: nonce, authenticating: associated)
    #expect(
      Hex.encode(sealed) == "cafebabefacedbaddecaf888"
        + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        + "76fc6ece0f4e1768cddf8853bb2d551b")
    #expect(try AES256GCM.open(sealed, key: key, authenticating: associated) == plaintext)
  }

  @Test func `sealing twice gives two seals of one message`() throws {
    let key = SecureRandom.bytes(AES256GCM.keyBytes)
    for count in [0, 1, 15, 16, 17, 1_000] {
      let message = SecureRandom.bytes(count)
      let first = try AES256GCM.seal(message, key: key)
      let second = try AES256GCM.seal(message, key: key)
      #expect(first != second)
      #expect(try AES256GCM.open(first, key: key) == message)
      #expect(try AES256GCM.open(second, key: key) == message)
    }
  }

  @Test func `any changed byte, another key or other associated data is not authentic`() throws {
    let key = SecureRandom.bytes(32)
    let sealed = try AES256GCM.seal([1, 2, 3], key: key, authenticating: [9])
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: AEADError.notAuthentic) {
        try AES256GCM.open(changed, key: key, authenticating: [9])
      }
    }
    #expect(throws: AEADError.notAuthentic) { try AES256GCM.open(sealed, key: key) }
    #expect(throws: AEADError.notAuthentic) {
      try AES256GCM.open(sealed, key: SecureRandom.bytes(32), authenticating: [9])
    }
  }

  @Test func `wrong sizes are refused`() {
    let key = SecureRandom.bytes(32)
    #expect(throws: AEADError.truncated(27)) {
      try AES256GCM.open([UInt8](repeating: 0, count: 27), key: key)
    }
    #expect(throws: AEADError.keySize(16)) { try AES256GCM.seal([], key: SecureRandom.bytes(16)) }
    #expect(throws: AEADError.nonceSize(11)) {
      try AES256GCM.seal([], key: key, nonce: SecureRandom.bytes(11), authenticating: [])
    }
  }
}
