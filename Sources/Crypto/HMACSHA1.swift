import CGnuTLS

/// HMAC with SHA-1 (RFC 2104), for one-time codes (RFC 4226) alone, which know nothing else.
public enum HMACSHA1 {
  /// The size in bytes.
  public static let byteCount = 20

  /// The 20-byte authenticator of `message` under `key`.
  public static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
      let status = key.withUnsafeBytes { key in
        message.withUnsafeBytes { message in
          gnutls_hmac_fast(
            GNUTLS_MAC_SHA1, key.baseAddress, key.count, message.baseAddress, message.count,
            output.baseAddress)
        }
      }
      precondition(status == 0, "GnuTLS offers no HMAC-SHA-1 (status \(status))")
      count = byteCount
    }
  }
}
