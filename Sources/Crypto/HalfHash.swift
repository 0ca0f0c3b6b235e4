import CGnuTLS

/// The left half of a digest by the hash of a signature algorithm: `at_hash`
/// (OpenID Connect Core §3.1.3.6).
public enum HalfHash {
  /// The half, base64url.
  public static func of(_ text: String, for algorithm: SignatureAlgorithm) -> String {
    let (kind, count): (gnutls_digest_algorithm_t, Int) =
      switch algorithm {
      case .rs256, .ps256, .es256: (GNUTLS_DIG_SHA256, 32)
      case .rs384, .ps384, .es384: (GNUTLS_DIG_SHA384, 48)
      case .rs512, .ps512, .edDSA: (GNUTLS_DIG_SHA512, 64)
      }
    var digest = [UInt8](repeating: 0, count: count)
    let bytes = Array(text.utf8)
    let status = gnutls_hash_fast(kind, bytes, bytes.count, &digest)
    precondition(status == 0, "GnuTLS hashes not (status \(status))")
    return Base64URL.encode(Array(digest.prefix(count / 2)))
  }
}
