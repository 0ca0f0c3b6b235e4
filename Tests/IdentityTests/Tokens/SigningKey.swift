import CGnuTLS
import Crypto

/// A private key as issuers and clients have one.
final class SigningKey: @unchecked Sendable {
  static let rsa = SigningKey(.rs256)
  static let otherRSA = SigningKey(.rs256)
  static let p256 = SigningKey(.es256)
  static let p384 = SigningKey(.es384)
  static let ed25519 = SigningKey(.edDSA)

  static func of(_ algorithm: SignatureAlgorithm) -> SigningKey {
    switch algorithm.keyKind {
    case .rsa: rsa
    case .p256: p256
    case .p384: p384
    case .ed25519: ed25519
    }
  }

  private let handle: gnutls_privkey_t?
  /// The members of the public key, without braces.
  private(set) var jwk = ""

  init(_ algorithm: SignatureAlgorithm, bits: UInt32 = 2048) {
    var made: gnutls_privkey_t?
    gnutls_privkey_init(&made)
    handle = made
    let curve = UInt32(1) << 31
    switch algorithm.keyKind {
    case .rsa: gnutls_privkey_generate(made, GNUTLS_PK_RSA, bits, 0)
    case .p256:
      gnutls_privkey_generate(
        made, GNUTLS_PK_ECDSA, curve | UInt32(GNUTLS_ECC_CURVE_SECP256R1.rawValue), 0)
    case .p384:
      gnutls_privkey_generate(
        made, GNUTLS_PK_ECDSA, curve | UInt32(GNUTLS_ECC_CURVE_SECP384R1.rawValue), 0)
    case .ed25519: gnutls_privkey_generate(made, GNUTLS_PK_EDDSA_ED25519, 256, 0)
    }
    var key: gnutls_pubkey_t?
    gnutls_pubkey_init(&key)
    gnutls_pubkey_import_privkey(key, made, 0, 0)
    var (first, second) = (gnutls_datum_t(), gnutls_datum_t())
    switch algorithm.keyKind {
    case .rsa:
      gnutls_pubkey_export_rsa_raw(key, &first, &second)
      let modulus = Array(Self.bytes(first).drop { $0 == 0 })
      jwk =
        #""kty":"RSA","n":"\#(Base64URL.encode(modulus))","#
        + #""e":"\#(Base64URL.encode(Self.bytes(second)))""#
    case .p256, .p384:
      let (name, size) = algorithm.keyKind == .p256 ? ("P-256", 32) : ("P-384", 48)
      gnutls_pubkey_export_ecc_raw(key, nil, &first, &second)
      jwk =
        #""kty":"EC","crv":"\#(name)","x":"\#(Base64URL.encode(Self.sized(first, size)))","#
        + #""y":"\#(Base64URL.encode(Self.sized(second, size)))""#
    case .ed25519:
      gnutls_pubkey_export_ecc_raw(key, nil, &first, nil)
      jwk = #""kty":"OKP","crv":"Ed25519","x":"\#(Base64URL.encode(Self.bytes(first)))""#
    }
    gnutls_pubkey_deinit(key)
  }

  private static func bytes(_ datum: gnutls_datum_t) -> [UInt8] {
    Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
  }

  private static func sized(_ datum: gnutls_datum_t, _ size: Int) -> [UInt8] {
    let bytes = Array(bytes(datum).drop { $0 == 0 })
    return [UInt8](repeating: 0, count: size - bytes.count) + bytes
  }

  func sign(_ message: [UInt8], _ algorithm: SignatureAlgorithm) -> [UInt8] {
    let names: [SignatureAlgorithm: gnutls_sign_algorithm_t] = [
      .rs256: GNUTLS_SIGN_RSA_SHA256, .rs384: GNUTLS_SIGN_RSA_SHA384,
      .rs512: GNUTLS_SIGN_RSA_SHA512, .ps256: GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
      .ps384: GNUTLS_SIGN_RSA_PSS_RSAE_SHA384, .ps512: GNUTLS_SIGN_RSA_PSS_RSAE_SHA512,
      .es256: GNUTLS_SIGN_ECDSA_SHA256, .es384: GNUTLS_SIGN_ECDSA_SHA384,
      .edDSA: GNUTLS_SIGN_EDDSA_ED25519,
    ]
    var signature = gnutls_datum_t()
    message.withUnsafeBufferPointer { buffer in
      var datum = gnutls_datum_t(
        data: UnsafeMutablePointer(mutating: buffer.baseAddress), size: UInt32(buffer.count))
      gnutls_privkey_sign_data2(
        handle, names[algorithm] ?? GNUTLS_SIGN_UNKNOWN, 0, &datum, &signature)
    }
    guard algorithm.keyKind == .p256 || algorithm.keyKind == .p384 else {
      return Self.bytes(signature)
    }
    var (r, s) = (gnutls_datum_t(), gnutls_datum_t())
    gnutls_decode_rs_value(&signature, &r, &s)
    let size = algorithm.keyKind == .p256 ? 32 : 48
    return Self.sized(r, size) + Self.sized(s, size)
  }

  /// A signed token.
  func token(
    _ algorithm: SignatureAlgorithm, header: String = "", claims: String, named: String? = nil
  ) -> String {
    let header = #"{"alg":"\#(named ?? algorithm.rawValue)"\#(header)}"#
    let signed =
      Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(claims.utf8))
    return signed + "." + Base64URL.encode(sign(Array(signed.utf8), algorithm))
  }
}
