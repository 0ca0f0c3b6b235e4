import CGnuTLS

/// Why a sealed message could not be made or opened.
public enum AEADError: Error, Sendable, Equatable {
  /// The key is not 32 bytes.
  case keySize(Int)
  /// The nonce is not 12 bytes.
  case nonceSize(Int)
  /// The sealed message is shorter than a nonce and a tag.
  case truncated(Int)
  /// Wrong key, or the message or its associated data were changed. Deliberately one case.
  case notAuthentic
  /// GnuTLS refused for a reason of its own.
  case library(status: Int32)
}

/// Authenticated encryption with AES-256 in Galois/counter mode (NIST SP 800-38D).
///
/// A sealed message is nonce (12 bytes), ciphertext, tag (16 bytes). Nonces are random: seal at
/// most 2³² messages under one key.
public enum AES256GCM {
  /// Sizes in bytes.
  public static let keyBytes = 32
  /// Sizes in bytes.
  public static let nonceBytes = 12
  /// Sizes in bytes.
  public static let tagBytes = 16

  /// Seals `plaintext` under a fresh random nonce.
  public static func seal(
    _ plaintext: [UInt8], key: [UInt8], authenticating associated: [UInt8] = []
  ) throws(AEADError) -> [UInt8] {
    try seal(
      plaintext, key: key, nonce: SecureRandom.bytes(nonceBytes), authenticating: associated)
  }

  /// Opens what ``seal(_:key:authenticating:)`` made.
  public static func open(
    _ sealed: [UInt8], key: [UInt8], authenticating associated: [UInt8] = []
  ) throws(AEADError) -> [UInt8] {
    guard sealed.count >= nonceBytes + tagBytes else { throw .truncated(sealed.count) }
    let cipher = try Cipher(key: key)
    var status: Int32 = 0
    let plaintext = [UInt8](unsafeUninitializedCapacity: sealed.count) { output, count in
      var size = sealed.count
      status = sealed.withUnsafeBytes { sealed in
        associated.withUnsafeBytes { associated in
          gnutls_aead_cipher_decrypt(
            cipher.handle, sealed.baseAddress, nonceBytes,
            associated.baseAddress, associated.count, tagBytes,
            sealed.baseAddress?.advanced(by: nonceBytes), sealed.count - nonceBytes,
            output.baseAddress, &size)
        }
      }
      count = status == 0 ? size : 0
    }
    if status == GNUTLS_E_DECRYPTION_FAILED { throw .notAuthentic }
    guard status == 0 else { throw .library(status: status) }
    return plaintext
  }

  /// Seals under a given nonce; a nonce used twice under one key breaks the cipher.
  static func seal(
    _ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], authenticating associated: [UInt8]
  ) throws(AEADError) -> [UInt8] {
    guard nonce.count == nonceBytes else { throw .nonceSize(nonce.count) }
    let cipher = try Cipher(key: key)
    let capacity = nonceBytes + plaintext.count + tagBytes
    var status: Int32 = 0
    let sealed = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      guard let start = output.baseAddress else { return }
      for index in 0..<nonceBytes { output[index] = nonce[index] }
      var size = capacity - nonceBytes
      status = plaintext.withUnsafeBytes { plaintext in
        associated.withUnsafeBytes { associated in
          gnutls_aead_cipher_encrypt(
            cipher.handle, start, nonceBytes, associated.baseAddress, associated.count,
            tagBytes, plaintext.baseAddress, plaintext.count, start + nonceBytes, &size)
        }
      }
      count = status == 0 ? nonceBytes + size : 0
    }
    guard status == 0 else { throw .library(status: status) }
    return sealed
  }

  /// Owns a GnuTLS cipher handle, which keeps its own copy of the key.
  private struct Cipher: ~Copyable {
    let handle: gnutls_aead_cipher_hd_t

    init(key: [UInt8]) throws(AEADError) {
      guard key.count == keyBytes else { throw .keySize(key.count) }
      var key = key
      var made: gnutls_aead_cipher_hd_t?
      let status = key.withUnsafeMutableBufferPointer { buffer in
        var datum = gnutls_datum_t(data: buffer.baseAddress, size: UInt32(buffer.count))
        return gnutls_aead_cipher_init(&made, GNUTLS_CIPHER_AES_256_GCM, &datum)
      }
      guard status == 0, let made else { throw .library(status: status) }
      handle = made
    }

    deinit {
      gnutls_aead_cipher_deinit(handle)
    }
  }
}
