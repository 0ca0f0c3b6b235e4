/// What header text is asked, without allocation.
extension Span<UInt8> {
  /// Whether these bytes are `text` but for the case of ASCII letters. `text` is in lower case.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let expected = text.utf8Start
    for index in 0..<count {
      let byte = self[index]
      // Most are spelled as they should be.
      if byte != expected[index], byte.asciiLowercased != expected[index] { return false }
    }
    return true
  }

  /// The part of `range` without spaces and tabs at both ends.
  func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start].isASCIIBlank { start += 1 }
    while start < end, self[end - 1].isASCIIBlank { end -= 1 }
    return start..<end
  }

  /// The media type (or range) in `range`, without its parameters.
  func mediaType(in range: Range<Int>) -> Range<Int> {
    let end = range.first { self[$0] == UInt8(ascii: ";") } ?? range.upperBound
    return trimmingBlanks(range.lowerBound..<end)
  }

  /// As text; bytes that are no UTF-8 become U+FFFD.
  var text: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
}

extension UInt8 {
  /// The lower-case letter for an upper-case ASCII letter, else itself.
  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
  var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
  /// Space or tab.
  var isASCIIBlank: Bool { self == 0x20 || self == 0x09 }
}
