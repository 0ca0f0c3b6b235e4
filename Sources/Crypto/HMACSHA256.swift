import CGnuTLS

/// HMAC with SHA-256 (RFC 2104, RFC 4231).
public enum HMACSHA256 {
  /// The 32-byte authenticator of `message` under `key`. Any key size is allowed; 32 random
  /// bytes are right.
  public static func authenticate(_ message: Span<UInt8>, key: Span<UInt8>) -> SHA256Digest {
    message.withUnsafeBufferPointer { message in
      key.withUnsafeBufferPointer { key in
        SHA256Digest { output in
          let status = gnutls_hmac_fast(
            GNUTLS_MAC_SHA256, key.baseAddress, key.count, message.baseAddress, message.count,
            output)
          precondition(status == 0, "GnuTLS offers no HMAC-SHA-256 (status \(status))")
        }
      }
    }
  }

  /// The 32-byte authenticator of `message` under `key`.
  public static func authenticate(_ message: [UInt8], key: [UInt8]) -> SHA256Digest {
    authenticate(message.span, key: key.span)
  }

  /// Whether `authenticator` is that of `message` under `key`, compared in constant time.
  public static func isValid(
    _ authenticator: SHA256Digest, for message: [UInt8], key: [UInt8]
  ) -> Bool {
    authenticate(message, key: key).isEqualInConstantTime(to: authenticator)
  }
}
