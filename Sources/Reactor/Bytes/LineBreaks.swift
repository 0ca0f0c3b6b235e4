internal import Glibc

extension [UInt8] {
  /// Turns line breaks into spaces. In JSON text they are white space between tokens (a string
  /// cannot hold one), so the meaning stays; what is framed by lines or events needs it.
  public mutating func flattenLineBreaks() {
    var bytes = mutableSpan
    for index in 0..<bytes.count where bytes[index] == 0x0A || bytes[index] == 0x0D {
      bytes[index] = 0x20
    }
  }
}

extension ArraySlice<UInt8> {
  var hasLineBreak: Bool {
    withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      return memchr(base, 0x0A, bytes.count) != nil || memchr(base, 0x0D, bytes.count) != nil
    }
  }
}
