/// Takes the escapes out of the content of a validated string.
enum Unescaping {
  /// The UTF-8 of the string; a lone surrogate becomes U+FFFD.
  static func bytes(of content: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: content.count) { output, count in
      var scanner = Scanner(content: content)
      while let scalar = scanner.next() {
        // A six-byte escape never needs more than three bytes, a pair of them four.
        if scalar < 0x80 {
          output[count] = UInt8(truncatingIfNeeded: scalar)
          count += 1
        } else {
          for unit in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}")
            ?? .encodedReplacementCharacter
          {
            output[count] = unit
            count += 1
          }
        }
      }
    }
  }

  /// Whether the string, without its escapes, is `other`. Allocates nothing.
  static func equal(
    _ content: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var scanner = Scanner(content: content)
    var at = 0
    while let scalar = scanner.next() {
      guard let encoded = UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") else { return false }
      for unit in encoded {
        guard at < other.count, other[at] == unit else { return false }
        at += 1
      }
    }
    return at == other.count
  }

  /// Whether an escape is half of a surrogate pair.
  static func hasLoneSurrogate(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    var scanner = Scanner(content: content)
    while scanner.next() != nil {
      if scanner.metLoneSurrogate { return true }
    }
    return false
  }

  /// Yields the Unicode scalars of a validated string's content.
  struct Scanner {
    private let content: UnsafeBufferPointer<UInt8>
    private var at = 0
    private(set) var metLoneSurrogate = false

    init(content: UnsafeBufferPointer<UInt8>) { self.content = content }

    mutating func next() -> UInt32? {
      guard at < content.count else { return nil }
      let byte = content[at]
      if byte == UInt8(ascii: "\\") { return escape() }
      if byte < 0x80 {
        at += 1
        return UInt32(byte)
      }
      let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      var scalar = UInt32(byte) & (0xFF >> UInt32(length + 1))
      for index in at + 1..<min(at + length, content.count) {
        scalar = scalar << 6 | UInt32(content[index] & 0x3F)
      }
      at += length
      return scalar
    }

    private mutating func escape() -> UInt32 {
      let kind = content[at + 1]
      guard kind == UInt8(ascii: "u") else {
        at += 2
        switch kind {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        default: return UInt32(kind)
        }
      }
      let unit = codeUnit(at: at + 2)
      at += 6
      guard unit & 0xF800 == 0xD800 else { return unit }
      guard unit < 0xDC00, at + 5 < content.count, content[at] == UInt8(ascii: "\\"),
        content[at + 1] == UInt8(ascii: "u")
      else { return replacement() }
      let low = codeUnit(at: at + 2)
      guard low & 0xFC00 == 0xDC00 else { return replacement() }
      at += 6
      return 0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF
    }

    private mutating func replacement() -> UInt32 {
      metLoneSurrogate = true
      return 0xFFFD
    }

    private func codeUnit(at first: Int) -> UInt32 {
      var unit: UInt32 = 0
      for index in first..<first + 4 { unit = unit << 4 | (content[index].hexadecimalValue ?? 0) }
      return unit
    }
  }
}
