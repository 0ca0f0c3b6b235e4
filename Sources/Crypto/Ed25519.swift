import CGnuTLS

/// Signatures by Ed25519 (RFC 8032).
public enum Ed25519 {
  /// Sizes in bytes.
  public static let publicKeyBytes = 32
  /// Sizes in bytes.
  public static let seedBytes = 32
  /// Sizes in bytes.
  public static let signatureBytes = 64

  /// Whether `signature` is one of `message` by the holder of `publicKey`. False also for keys and
  /// signatures of other sizes.
  public static func isValid(
    _ signature: [UInt8], for message: [UInt8], by publicKey: [UInt8]
  ) -> Bool {
    guard signature.count == signatureBytes, publicKey.count == publicKeyBytes else { return false }
    var made: gnutls_pubkey_t?
    guard gnutls_pubkey_init(&made) == 0, let key = made else { return false }
    defer { gnutls_pubkey_deinit(key) }
    let imported = publicKey.withDatum { x in
      gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_ED25519, x, nil)
    }
    guard imported == 0 else { return false }
    return message.withDatum { message in
      signature.withDatum { signature in
        gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_EDDSA_ED25519, 0, message, signature)
      }
    } >= 0
  }
}

/// A private key of Ed25519.
public struct Ed25519PrivateKey: Sendable {
  /// The 32 bytes that are the key.
  public let seed: [UInt8]
  /// The 32 bytes that others verify with.
  public let publicKey: [UInt8]

  /// A new random key.
  /// - Throws: what GnuTLS says when it cannot make one.
  public init() throws(SigningError) {
    var made: gnutls_privkey_t?
    var status = gnutls_privkey_init(&made)
    guard status == 0, let key = made else { throw .library(status: status) }
    defer { gnutls_privkey_deinit(key) }
    status = gnutls_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519, 256, 0)
    guard status == 0 else { throw .library(status: status) }
    var (x, k) = (gnutls_datum_t(), gnutls_datum_t())
    status = gnutls_privkey_export_ecc_raw(key, nil, &x, nil, &k)
    guard status == 0 else { throw .library(status: status) }
    defer {
      gnutls_memset(k.data, 0, Int(k.size))
      gnutls_release(x.data)
      gnutls_release(k.data)
    }
    publicKey = Array(UnsafeBufferPointer(start: x.data, count: Int(x.size)))
    seed = Array(UnsafeBufferPointer(start: k.data, count: Int(k.size)))
  }

  /// A key that was kept.
  /// - Throws: `.notAPair` when the two do not belong together.
  public init(seed: [UInt8], publicKey: [UInt8]) throws(SigningError) {
    guard seed.count == Ed25519.seedBytes, publicKey.count == Ed25519.publicKeyBytes else {
      throw .notAPair
    }
    self.seed = seed
    self.publicKey = publicKey
    let probe = Array("sallyport".utf8)
    guard Ed25519.isValid(try sign(probe), for: probe, by: publicKey) else { throw .notAPair }
  }

  /// The 64 bytes of the signature of `message`.
  public func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
    var made: gnutls_privkey_t?
    var status = gnutls_privkey_init(&made)
    guard status == 0, let key = made else { throw .library(status: status) }
    defer { gnutls_privkey_deinit(key) }
    status = publicKey.withDatum { x in
      seed.withDatum { k in
        gnutls_privkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_ED25519, x, nil, k)
      }
    }
    guard status == 0 else { throw .library(status: status) }
    var signature = gnutls_datum_t()
    status = message.withDatum { message in
      gnutls_privkey_sign_data2(key, GNUTLS_SIGN_EDDSA_ED25519, 0, message, &signature)
    }
    guard status == 0 else { throw .library(status: status) }
    defer { gnutls_release(signature.data) }
    return Array(UnsafeBufferPointer(start: signature.data, count: Int(signature.size)))
  }
}

/// Why nothing was signed.
public enum SigningError: Error, Sendable, Equatable {
  /// The seed and the public key have other sizes, or are not of one key.
  case notAPair
  /// GnuTLS refused for a reason of its own.
  case library(status: Int32)
}
