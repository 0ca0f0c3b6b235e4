internal import Crypto
import Synchronization

/// Salts of payloads. The generator is asked for many at once: each time costs more than a salt.
enum Salts {
  private static let batch = 256 * PayloadForm.saltBytes
  private static let pool = Mutex<[UInt8]>([])

  /// Appends 16 bytes that nobody has seen.
  static func append(to bytes: inout [UInt8]) {
    let salt = pool.withLock { pool in
      if pool.isEmpty { pool = SecureRandom.bytes(batch) }
      let salt = pool.withUnsafeBytes { pool in
        pool.loadUnaligned(
          fromByteOffset: pool.count - PayloadForm.saltBytes, as: (UInt64, UInt64).self)
      }
      // Taken out, so that no salt stays in memory here once its payload may be erased.
      pool.removeLast(PayloadForm.saltBytes)
      return salt
    }
    withUnsafeBytes(of: salt) { bytes.append(contentsOf: $0) }
  }
}
