import CGnuTLS

extension [UInt8] {
  /// The bytes as GnuTLS reads them, for the time of `body`.
  func withDatum<Result>(_ body: (UnsafePointer<gnutls_datum_t>) -> Result) -> Result {
    withUnsafeBufferPointer { buffer in
      // GnuTLS only reads what these calls are given.
      var datum = gnutls_datum_t(
        data: UnsafeMutablePointer(mutating: buffer.baseAddress), size: UInt32(buffer.count))
      return withUnsafePointer(to: &datum, body)
    }
  }
}
