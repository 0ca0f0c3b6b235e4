/// A key that carries its own hash, computed once when the key was made.
///
/// Hash values come from `Hasher`, so they are seeded per process and cannot be chosen by a
/// stranger, and they never decide an outcome or an order that anyone can see.
protocol Prehashed: Equatable {
  /// The hash of the key's bytes.
  var prehash: Int { get }
}

extension String {
  /// Whether both strings are the same sequence of bytes. Swift's `==` also accepts canonically
  /// equivalent spellings of a character; Cedar does not.
  @inline(__always)
  func hasSameBytes(as other: String) -> Bool {
    let mine = utf8Span.span
    let others = other.utf8Span.span
    guard mine.count == others.count else { return false }
    for index in 0..<mine.count where mine[index] != others[index] { return false }
    return true
  }

  /// Whether the bytes of this string sort before those of `other`.
  func precedesByBytes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// Feeds the bytes, and nothing else, to `hasher`.
  @inline(__always)
  func hashBytes(into hasher: inout Hasher) {
    utf8Span.span.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// The hash of the bytes.
  var byteHash: Int {
    var hasher = Hasher()
    hashBytes(into: &hasher)
    return hasher.finalize()
  }
}
