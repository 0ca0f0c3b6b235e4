import CGnuTLS

/// Random bytes for keys, salts, nonces and identifiers, from GnuTLS' generator (seeded by the
/// kernel, reseeded after a fork). A process that can get no randomness ends.
public enum SecureRandom {
  /// `count` random bytes.
  public static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { fill(base, count) }
      initialized = count
    }
  }

  /// 64 random bits.
  public static func uint64() -> UInt64 {
    var value: UInt64 = 0
    withUnsafeMutableBytes(of: &value) { buffer in
      if let base = buffer.baseAddress { fill(base, buffer.count) }
    }
    return value
  }

  private static func fill(_ base: UnsafeMutableRawPointer, _ count: Int) {
    let status = gnutls_rnd(GNUTLS_RND_RANDOM, base, count)
    precondition(status == 0, "no secure random bytes (GnuTLS status \(status))")
  }
}
