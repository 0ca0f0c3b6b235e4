import CGnuTLS

/// SHA-256 (FIPS 180-4): in one call, or piece by piece.
///
/// ```swift
/// let digest = SHA256.hash(bytes)
/// var hasher = SHA256()
/// hasher.update(head)
/// hasher.update(tail)
/// let same = hasher.finalize()
/// ```
/// Neither form throws: the only failures GnuTLS has are no memory and a library that refuses
/// to work at all, and both end the process.
public struct SHA256: ~Copyable {
  private let handle: gnutls_hash_hd_t

  /// An empty message.
  public init() {
    var handle: gnutls_hash_hd_t?
    let status = gnutls_hash_init(&handle, GNUTLS_DIG_SHA256)
    guard status == 0, let handle else {
      preconditionFailure("GnuTLS offers no SHA-256 (status \(status))")
    }
    self.handle = handle
  }

  deinit {
    gnutls_hash_deinit(handle, nil)
  }

  /// Appends bytes to the message.
  public mutating func update(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { buffer in
      let status = gnutls_hash(handle, buffer.baseAddress, buffer.count)
      precondition(status == 0, "GnuTLS SHA-256 failed (status \(status))")
    }
  }

  /// Appends bytes to the message.
  public mutating func update(_ bytes: [UInt8]) {
    update(bytes.span)
  }

  /// Ends the message.
  public consuming func finalize() -> SHA256Digest {
    let digest = SHA256Digest { gnutls_hash_deinit(handle, $0) }
    discard self
    return digest
  }

  /// The digest of `bytes`.
  public static func hash(_ bytes: Span<UInt8>) -> SHA256Digest {
    bytes.withUnsafeBufferPointer { buffer in
      SHA256Digest { output in
        let status = gnutls_hash_fast(
          GNUTLS_DIG_SHA256, buffer.baseAddress, buffer.count, output)
        precondition(status == 0, "GnuTLS offers no SHA-256 (status \(status))")
      }
    }
  }

  /// The digest of `bytes`.
  public static func hash(_ bytes: [UInt8]) -> SHA256Digest {
    hash(bytes.span)
  }

  /// The digest of the UTF-8 bytes of `text`.
  public static func hash(utf8 text: String) -> SHA256Digest {
    hash(Array(text.utf8).span)
  }
}
