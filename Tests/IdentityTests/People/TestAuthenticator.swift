import CGnuTLS
import Crypto

@testable import Identity

/// An authenticator that says what a test wants.
final class TestAuthenticator {
  let id: [UInt8]
  let origin: String
  let host: String
  var counter: UInt32 = 0
  var flags: UInt8 = 0x05
  /// Further members of what the browser says.
  var extra = ""
  private let key: gnutls_privkey_t?

  init(id: [UInt8] = Array(1...32), origin: String, host: String) {
    self.id = id
    self.origin = origin
    self.host = host
    var made: gnutls_privkey_t?
    gnutls_privkey_init(&made)
    let curve = UInt32(1) << 31 | UInt32(GNUTLS_ECC_CURVE_SECP256R1.rawValue)
    gnutls_privkey_generate(made, GNUTLS_PK_ECDSA, curve, 0)
    key = made
  }

  deinit { gnutls_privkey_deinit(key) }

  /// SubjectPublicKeyInfo in DER.
  var publicKey: [UInt8] {
    var made: gnutls_pubkey_t?
    gnutls_pubkey_init(&made)
    defer { gnutls_pubkey_deinit(made) }
    gnutls_pubkey_import_privkey(made, key, 0, 0)
    var datum = gnutls_datum_t()
    gnutls_pubkey_export2(made, GNUTLS_X509_FMT_DER, &datum)
    return Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
  }

  func register(_ challenge: [UInt8], algorithm: Int = -7) -> PasskeyRegistration? {
    let data =
      head(flags | 0x40) + [UInt8](repeating: 0, count: 16) + [0, UInt8(id.count)] + id + [0xA0]
    return PasskeyRegistration(
      credential: Base64URL.encode(id),
      clientData: Base64URL.encode(client("webauthn.create", challenge)),
      authenticatorData: Base64URL.encode(data), publicKey: Base64URL.encode(publicKey),
      algorithm: "\(algorithm)")
  }

  func sign(_ challenge: [UInt8]) -> PasskeyAssertion? {
    let (data, client) = (head(flags), client("webauthn.get", challenge))
    return PasskeyAssertion(
      credential: Base64URL.encode(id), clientData: Base64URL.encode(client),
      authenticatorData: Base64URL.encode(data),
      signature: Base64URL.encode(sign(data + SHA256.hash(client).bytes)))
  }

  private func head(_ flags: UInt8) -> [UInt8] {
    SHA256.hash(utf8: host).bytes + [flags]
      + (0..<4).map { UInt8(truncatingIfNeeded: counter >> (24 - 8 * UInt32($0))) }
  }

  private func client(_ type: String, _ challenge: [UInt8]) -> [UInt8] {
    Array(
      (#"{"type":"\#(type)","challenge":"\#(Base64URL.encode(challenge))","#
        + #""origin":"\#(origin)"\#(extra)}"#).utf8)
  }

  private func sign(_ message: [UInt8]) -> [UInt8] {
    var signature = gnutls_datum_t()
    message.withUnsafeBufferPointer { buffer in
      var datum = gnutls_datum_t(
        data: UnsafeMutablePointer(mutating: buffer.baseAddress), size: UInt32(buffer.count))
      gnutls_privkey_sign_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &datum, &signature)
    }
    return Array(UnsafeBufferPointer(start: signature.data, count: Int(signature.size)))
  }
}
