import Crypto

/// What an authenticator says beside its signature (WebAuthn Level 3 §6.1). Only its fixed part and
/// the credential's name are read; the key comes as SubjectPublicKeyInfo beside it.
struct AuthenticatorData: Equatable {
  /// The digest of the host that it is for.
  let hostDigest: SHA256Digest
  let isPresent: Bool
  let isVerified: Bool
  /// Whether it may be on several devices (backup eligibility).
  let isSynced: Bool
  let counter: UInt32
  /// The credential that was made; nil when it only signs.
  let credential: [UInt8]?

  static let credentialBytesMax = 1023
  private static let fixedBytes = 37

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.fixedBytes,
      let digest = SHA256Digest(bytes: Array(bytes[..<32]))
    else { return nil }
    hostDigest = digest
    let flags = bytes[32]
    isPresent = flags & 0x01 != 0
    isVerified = flags & 0x04 != 0
    isSynced = flags & 0x08 != 0
    counter = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
    guard flags & 0x40 != 0 else {
      // Without a credential only extensions may follow.
      guard flags & 0x80 != 0 || bytes.count == Self.fixedBytes else { return nil }
      credential = nil
      return
    }
    // 16 bytes of the model, two of the length.
    let start = Self.fixedBytes + 18
    guard bytes.count > start else { return nil }
    let count = Int(bytes[start - 2]) << 8 | Int(bytes[start - 1])
    guard (1...Self.credentialBytesMax).contains(count), bytes.count > start + count else {
      return nil
    }
    credential = Array(bytes[start..<start + count])
  }
}
