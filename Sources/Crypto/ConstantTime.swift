/// Comparison of secrets.
public enum ConstantTime {
  /// Whether two byte strings are equal, in a time that depends on their counts only. Different
  /// counts are unequal at once: do not use it where the length itself is secret.
  public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    areEqual(left.span, right.span)
  }

  /// As for arrays.
  public static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices {
      difference |= left[index] ^ right[index]
    }
    return difference == 0
  }
}
