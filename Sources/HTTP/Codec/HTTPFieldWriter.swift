/// Writes field lines.
enum HTTPFieldWriter {
  /// Appends a field line. False, and nothing is appended, when its name is no token or its value
  /// has control bytes: it would be read as something else.
  static func append(_ field: HTTPField, to bytes: inout [UInt8]) -> Bool {
    let name = field.name.utf8Span.span
    let value = field.value.utf8Span.span
    guard isName(name), ASCII.isText(value, 0..<value.count) else { return false }
    name.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    bytes.append(ASCII.colon)
    bytes.append(ASCII.space)
    value.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    bytes.append(ASCII.carriageReturn)
    bytes.append(ASCII.lineFeed)
    return true
  }

  @inline(__always)
  private static func isName(_ name: Span<UInt8>) -> Bool {
    guard !name.isEmpty else { return false }
    for index in 0..<name.count where !ASCII.isToken(name[index]) { return false }
    return true
  }

  /// Appends a number that is not negative.
  static func append(decimal number: Int, to bytes: inout [UInt8]) {
    precondition(number >= 0)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = digits.count
      var rest = UInt(number)
      repeat {
        start -= 1
        digits[start] = UInt8(truncatingIfNeeded: 48 + rest % 10)
        rest /= 10
      } while rest > 0
      bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: digits[start...]))
    }
  }
}
