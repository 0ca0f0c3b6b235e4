import Crypto

/// Mints the ids of calls: 32 hex digits, unique over restarts and loops, cheap to make.
struct CallIDSource {
  private let prefix = SecureRandom.uint64()
  private var counter: UInt64 = 0

  mutating func next() -> String {
    counter &+= 1
    return String(unsafeUninitializedCapacity: 32) { buffer in
      Self.write(prefix, to: buffer, at: 0)
      Self.write(counter, to: buffer, at: 16)
      return 32
    }
  }

  private static func write(
    _ value: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) {
    for digit in 0..<16 {
      let nibble = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * digit)) & 15
      buffer[start + digit] = nibble < 10 ? 48 + nibble : 87 + nibble
    }
  }
}
