/// ASCII comparisons of header text, without allocation.
extension Collection where Element == UInt8 {
  /// Whether these bytes are `text` but for the case of ASCII letters. `text` is in lower case.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      withContiguousStorageIfAvailable { bytes in
        bytes.indices.allSatisfy { bytes[$0].asciiLowercased == expected[$0] }
      } ?? zip(self, expected).allSatisfy { $0.asciiLowercased == $1 }
    }
  }

  /// These bytes without spaces and tabs at both ends.
  var trimmingBlanks: SubSequence {
    var rest = self[...]
    while let first = rest.first, first.isASCIIBlank { rest = rest.dropFirst() }
    while rest.count > 0 {
      let last = rest[rest.index(rest.startIndex, offsetBy: rest.count - 1)]
      guard last.isASCIIBlank else { break }
      rest = rest.dropLast()
    }
    return rest
  }
}

extension UInt8 {
  /// The lower-case letter for an upper-case ASCII letter, else itself.
  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
  var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
  /// Space or tab.
  var isASCIIBlank: Bool { self == 0x20 || self == 0x09 }
}
