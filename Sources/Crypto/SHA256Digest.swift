/// The 32 bytes of a SHA-256 digest or of an HMAC over it, as a plain value.
///
/// `==` takes a time that depends on the operands: compare authenticators with
/// ``isEqualInConstantTime(to:)``.
public struct SHA256Digest: Sendable, Hashable {
  /// The size of a digest in bytes.
  public static let byteCount = 32

  // Big-endian words, so that comparing words compares bytes.
  let words: (UInt64, UInt64, UInt64, UInt64)

  init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Lets `fill` write the 32 bytes.
  init(filledBy fill: (UnsafeMutableRawPointer) -> Void) {
    var raw: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &raw) { bytes in
      if let base = bytes.baseAddress { fill(base) }
    }
    words = (raw.0.bigEndian, raw.1.bigEndian, raw.2.bigEndian, raw.3.bigEndian)
  }

  /// A digest from exactly 32 bytes; nil for any other count.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    func word(_ index: Int) -> UInt64 {
      bytes[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// A digest from 64 hexadecimal digits of either case; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    withBytes { Array($0) }
  }

  /// 64 lowercase hexadecimal digits.
  public var hex: String {
    withBytes { Hex.encode($0) }
  }

  /// 43 characters of base64url without padding (RFC 4648 §5).
  public var base64URL: String {
    withBytes { Base64URL.encode($0) }
  }

  /// Equality in a time that does not depend on where the operands differ.
  public func isEqualInConstantTime(to other: SHA256Digest) -> Bool {
    let difference =
      (words.0 ^ other.words.0) | (words.1 ^ other.words.1)
      | (words.2 ^ other.words.2) | (words.3 ^ other.words.3)
    return difference == 0
  }

  /// Calls `body` with the 32 bytes; the buffer ends with the call.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let raw = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    return withUnsafeBytes(of: raw, body)
  }

  /// Equality of the bytes; not in constant time.
  public static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
    left.words == right.words
  }

  /// Feeds the bytes to a hasher of the standard library.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}

extension SHA256Digest: Comparable {
  /// Lexicographic order of the bytes.
  public static func < (left: SHA256Digest, right: SHA256Digest) -> Bool {
    left.words < right.words
  }
}

extension SHA256Digest: CustomStringConvertible {
  /// The hexadecimal form.
  public var description: String { hex }
}
