import CGnuTLS

/// A public key that signatures are verified with. Immutable; any thread.
public final class SignatureKey: @unchecked Sendable {  // GnuTLS only reads an imported key
  /// What a key is of.
  public enum Kind: Sendable, Hashable {
    case rsa, p256, p384, ed25519
  }

  /// The least and the largest RSA modulus in bits: NIST SP 800-131A, and what verifying may cost.
  public static let modulusBits = 2048...8192
  /// The largest RSA exponent in bytes; verifying costs time in proportion.
  public static let exponentBytesMax = 4

  /// What it is of.
  public let kind: Kind
  private let handle: gnutls_pubkey_t

  private init(
    _ kind: Kind, importing body: (gnutls_pubkey_t) -> Int32
  ) throws(SignatureKeyError) {
    var made: gnutls_pubkey_t?
    let status = gnutls_pubkey_init(&made)
    guard status == 0, let key = made else { throw .library(status: status) }
    let imported = body(key)
    guard imported == 0 else {
      gnutls_pubkey_deinit(key)
      throw .library(status: imported)
    }
    self.kind = kind
    handle = key
  }

  deinit { gnutls_pubkey_deinit(handle) }

  /// An RSA key: modulus and exponent as unsigned big-endian numbers.
  public convenience init(
    rsaModulus modulus: [UInt8], exponent: [UInt8]
  ) throws(SignatureKeyError) {
    let modulus = Array(modulus.drop { $0 == 0 })
    let exponent = Array(exponent.drop { $0 == 0 })
    let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
    guard Self.modulusBits.contains(bits) else { throw .modulusSize(bits: bits) }
    guard (1...Self.exponentBytesMax).contains(exponent.count), exponent != [1],
      let last = exponent.last, last & 1 == 1, let low = modulus.last, low & 1 == 1
    else { throw .invalid }
    try self.init(.rsa) { key in
      modulus.withDatum { n in
        exponent.withDatum { e in gnutls_pubkey_import_rsa_raw(key, n, e) }
      }
    }
  }

  /// A point on P-256 or P-384: coordinates of exactly 32 or 48 bytes.
  public convenience init(
    p kind: Kind, x: [UInt8], y: [UInt8]
  ) throws(SignatureKeyError) {
    let (size, curve) =
      switch kind {
      case .p256: (32, GNUTLS_ECC_CURVE_SECP256R1)
      case .p384: (48, GNUTLS_ECC_CURVE_SECP384R1)
      case .rsa, .ed25519: throw SignatureKeyError.invalid
      }
    guard x.count == size, y.count == size else { throw .invalid }
    try self.init(kind) { key in
      x.withDatum { x in
        y.withDatum { y in gnutls_pubkey_import_ecc_raw(key, curve, x, y) }
      }
    }
  }

  /// An Ed25519 key of 32 bytes.
  public convenience init(ed25519 bytes: [UInt8]) throws(SignatureKeyError) {
    guard bytes.count == Ed25519.publicKeyBytes else { throw .invalid }
    try self.init(.ed25519) { key in
      bytes.withDatum { gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_ED25519, $0, nil) }
    }
  }

  /// A key as certificates hold it (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7), in DER.
  public convenience init(subjectPublicKeyInfo bytes: [UInt8]) throws(SignatureKeyError) {
    var made: gnutls_pubkey_t?
    var status = gnutls_pubkey_init(&made)
    guard status == 0, let key = made else { throw .library(status: status) }
    defer { gnutls_pubkey_deinit(key) }
    status = bytes.withDatum { gnutls_pubkey_import(key, $0, GNUTLS_X509_FMT_DER) }
    guard status == 0 else { throw .library(status: status) }
    var bits: UInt32 = 0
    let algorithm = gnutls_pk_algorithm_t(
      UInt32(bitPattern: gnutls_pubkey_get_pk_algorithm(key, &bits)))
    let kind: Kind
    switch (algorithm, bits) {
    case (GNUTLS_PK_RSA, _):
      guard Self.modulusBits.contains(Int(bits)) else { throw .modulusSize(bits: Int(bits)) }
      kind = .rsa
    case (GNUTLS_PK_ECDSA, 256): kind = .p256
    case (GNUTLS_PK_ECDSA, 384): kind = .p384
    case (GNUTLS_PK_EDDSA_ED25519, _): kind = .ed25519
    default: throw .invalid
    }
    try self.init(kind) { key in
      bytes.withDatum { gnutls_pubkey_import(key, $0, GNUTLS_X509_FMT_DER) }
    }
  }

  /// As `isValid(_:for:by:)`, but ECDSA signatures are in ASN.1 (RFC 3279 §2.2.3), as WebAuthn and
  /// certificates have them.
  public func isValid(
    asn1 signature: [UInt8], for message: [UInt8], by algorithm: SignatureAlgorithm
  ) -> Bool {
    algorithm.keyKind == kind && verifies(signature, message, algorithm)
  }

  /// Whether `signature` is one of `message` by the holder of this key. False also when the key is
  /// of another kind than the algorithm, and for signatures of other sizes. ECDSA signatures are
  /// r and s, each of the curve's size (RFC 7518 §3.4).
  public func isValid(
    _ signature: [UInt8], for message: [UInt8], by algorithm: SignatureAlgorithm
  ) -> Bool {
    guard algorithm.keyKind == kind else { return false }
    switch kind {
    case .rsa: return verifies(signature, message, algorithm)
    case .ed25519:
      return signature.count == Ed25519.signatureBytes && verifies(signature, message, algorithm)
    case .p256, .p384:
      let size = kind == .p256 ? 32 : 48
      guard signature.count == 2 * size else { return false }
      let r = Array(signature[..<size].drop { $0 == 0 })
      let s = Array(signature[size...].drop { $0 == 0 })
      guard !r.isEmpty, !s.isEmpty, let encoded = Self.encode(r, s) else { return false }
      return verifies(encoded, message, algorithm)
    }
  }

  private func verifies(
    _ signature: [UInt8], _ message: [UInt8], _ algorithm: SignatureAlgorithm
  ) -> Bool {
    message.withDatum { message in
      signature.withDatum { signature in
        gnutls_pubkey_verify_data2(handle, algorithm.library, 0, message, signature)
      }
    } >= 0
  }

  /// r and s as GnuTLS wants them: an ASN.1 sequence.
  private static func encode(_ r: [UInt8], _ s: [UInt8]) -> [UInt8]? {
    var encoded = gnutls_datum_t()
    let status = r.withDatum { r in s.withDatum { s in gnutls_encode_rs_value(&encoded, r, s) } }
    guard status == 0 else { return nil }
    defer { gnutls_release(encoded.data) }
    return Array(UnsafeBufferPointer(start: encoded.data, count: Int(encoded.size)))
  }
}

/// Why a public key is not one that signatures are verified with.
public enum SignatureKeyError: Error, Sendable, Equatable {
  /// The modulus of an RSA key is too small to be safe, or too large to be verified with.
  case modulusSize(bits: Int)
  /// A part has an impossible value or size.
  case invalid
  /// GnuTLS refused for a reason of its own.
  case library(status: Int32)
}

extension SignatureAlgorithm {
  fileprivate var library: gnutls_sign_algorithm_t {
    switch self {
    case .rs256: GNUTLS_SIGN_RSA_SHA256
    case .rs384: GNUTLS_SIGN_RSA_SHA384
    case .rs512: GNUTLS_SIGN_RSA_SHA512
    case .ps256: GNUTLS_SIGN_RSA_PSS_RSAE_SHA256
    case .ps384: GNUTLS_SIGN_RSA_PSS_RSAE_SHA384
    case .ps512: GNUTLS_SIGN_RSA_PSS_RSAE_SHA512
    case .es256: GNUTLS_SIGN_ECDSA_SHA256
    case .es384: GNUTLS_SIGN_ECDSA_SHA384
    case .edDSA: GNUTLS_SIGN_EDDSA_ED25519
    }
  }
}
