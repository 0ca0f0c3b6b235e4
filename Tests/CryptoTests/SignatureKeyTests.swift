import Crypto
import Testing

@Suite struct SignatureKeyTests {
  @Test("RSA keys that are too small, too large or impossible are refused")
  func modulus() {
    func key(_ bytes: Int, exponent: [UInt8] = [1, 0, 1], last: UInt8 = 1) throws {
      var modulus = [UInt8](repeating: 0xFF, count: bytes)
      modulus[bytes - 1] = last
      _ = try SignatureKey(rsaModulus: modulus, exponent: exponent)
    }
    #expect(throws: SignatureKeyError.modulusSize(bits: 1024)) { try key(128) }
    #expect(throws: SignatureKeyError.modulusSize(bits: 8200)) { try key(1025) }
    #expect(throws: SignatureKeyError.invalid) { try key(256, exponent: []) }
    #expect(throws: SignatureKeyError.invalid) { try key(256, exponent: [0, 1]) }
    #expect(throws: SignatureKeyError.invalid) { try key(256, exponent: [2]) }
    #expect(throws: SignatureKeyError.invalid) { try key(256, exponent: [1, 0, 0, 0, 1]) }
    #expect(throws: SignatureKeyError.invalid) { try key(256, last: 2) }
    #expect(throws: Never.self) { try key(256) }
  }

  @Test("points and Ed25519 keys of other sizes are refused")
  func points() {
    let bytes = [UInt8](repeating: 1, count: 32)
    #expect(throws: SignatureKeyError.self) { try SignatureKey(p: .p384, x: bytes, y: bytes) }
    #expect(throws: SignatureKeyError.self) { try SignatureKey(p: .p256, x: bytes, y: [1]) }
    #expect(throws: SignatureKeyError.self) { try SignatureKey(p: .rsa, x: bytes, y: bytes) }
    #expect(throws: SignatureKeyError.self) { try SignatureKey(ed25519: [1]) }
  }
}
