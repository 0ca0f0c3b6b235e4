/// Cuts text into words: folded, identifiers in parts, any script.
///
/// `listPullRequests_v2` is list, pull, requests, v2; `HTTPServer` is http, server; `GitHub` and
/// `git_hub` are github (`CompoundWords`); `URLs` is urls. Letters and digits stay together, and
/// the letters before the digits are a word too when there are three of them (`base64`). Of
/// scripts that are written without spaces, each pair of neighbours is a word.
struct WordSplitter {
  /// The longest word, in UTF-8 bytes; the rest of it is left out.
  static let wordBytesMax = 48

  private var words: [String] = []
  private let limit: Int
  private var part: [UInt8] = []
  /// Where the last letter of `part` begins.
  private var lastStart = 0
  /// Letters of `part`.
  private var letters = 0
  /// Capitals at the end of `part`.
  private var capitals = 0
  private var hasDigit = false
  private var ideograph: Unicode.Scalar?
  private var ideographIsPaired = false

  /// The words of a text in order, at most `limit`.
  static func words(of text: String, limit: Int = .max) -> [String] {
    var splitter = WordSplitter(limit: limit)
    var text = text
    text.withUTF8 { splitter.split($0) }
    return CompoundWords.joined(splitter.words)
  }

  private init(limit: Int) { self.limit = limit }

  private mutating func split(_ text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < text.count, words.count < limit {
      let byte = text[index]
      if byte < 0x80 {
        if ideograph != nil { endIdeographs() }
        index = takeASCII(byte, at: index, in: text)
      } else {
        let (scalar, length) = Self.scalar(at: index, in: text)
        index += length
        take(scalar)
      }
    }
    endPart()
    endIdeographs()
    if words.count > limit { words.removeLast(words.count - limit) }
  }

  /// Takes a byte; where to go on.
  private mutating func takeASCII(
    _ byte: UInt8, at index: Int, in text: UnsafeBufferPointer<UInt8>
  ) -> Int {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"):
      // The plural of an acronym is no new word: `IDs`.
      let endsPlural =
        byte == UInt8(ascii: "s") && capitals > 1 && !Self.isLower(text, index + 1)
      takeLower(isPlural: endsPlural)
      append(byte)
    case UInt8(ascii: "A")...UInt8(ascii: "Z"):
      takeUpper()
      append(byte | 0x20)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      capitals = 0
      hasDigit = true
      append(byte)
    case UInt8(ascii: "'"):
      return afterApostrophe(at: index, in: text)
    default: endPart()
    }
    return index + 1
  }

  /// `user's` is user, `don't` is dont.
  private mutating func afterApostrophe(
    at index: Int, in text: UnsafeBufferPointer<UInt8>
  ) -> Int {
    guard !part.isEmpty, Self.isLower(text, index + 1) else {
      endPart()
      return index + 1
    }
    if text[index + 1] == UInt8(ascii: "s"), !Self.isLower(text, index + 2) {
      endPart()
      return index + 2
    }
    return index + 1
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    if CharacterFolding.isDropped(scalar) { return }
    if scalar == "\u{2019}" { return }
    if Self.isWrittenWithoutSpaces(scalar) {
      endPart()
      takeIdeograph(scalar)
      return
    }
    endIdeographs()
    // Full-width forms of ASCII.
    if (0xFF10...0xFF5A).contains(scalar.value), let ascii = UInt8(exactly: scalar.value - 0xFEE0) {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { byte in
        byte.initialize(repeating: ascii)
        _ = takeASCII(ascii, at: 0, in: UnsafeBufferPointer(byte))
      }
      return
    }
    let properties = scalar.properties
    guard properties.isAlphabetic || properties.numericType != nil || Self.isMark(properties) else {
      endPart()
      return
    }
    if properties.changesWhenLowercased { takeUpper() } else { takeLower(isPlural: false) }
    for lower in properties.lowercaseMapping.unicodeScalars
    where !CharacterFolding.isDropped(lower) {
      if let folded = CharacterFolding.folded(lower) {
        append(folded.utf8)
      } else {
        append(Array(String(lower).utf8))
      }
    }
  }

  private mutating func takeLower(isPlural: Bool) {
    if capitals > 1, !isPlural, !(capitals == 2 && letters == 2) {
      endPart(keepingLastLetter: true)
    }
    capitals = 0
  }

  private mutating func takeUpper() {
    if capitals == 0, !part.isEmpty, !(letters == 1 && !hasDigit) { endPart() }
    capitals += 1
  }

  @inline(__always)
  private mutating func append(_ byte: UInt8) {
    lastStart = part.count
    part.append(byte)
    letters += 1
  }

  private mutating func append(_ letter: some Collection<UInt8>) {
    lastStart = part.count
    part += letter
    letters += 1
  }

  private mutating func endPart(keepingLastLetter: Bool = false) {
    guard !part.isEmpty else { return }
    let end = keepingLastLetter ? lastStart : part.count
    let isMixed = hasDigit && end > 1
    if end > 0 { words.append(Self.word(part[..<end])) }
    if isMixed, let digit = part.firstIndex(where: Self.isDigit), digit >= 3 {
      words.append(Self.word(part[..<digit]))
    }
    part.removeFirst(end)
    lastStart = 0
    letters = keepingLastLetter ? 1 : 0
    capitals = keepingLastLetter ? 1 : 0
    hasDigit = false
  }

  private mutating func takeIdeograph(_ scalar: Unicode.Scalar) {
    if let before = ideograph {
      words.append(String(before) + String(scalar))
      ideographIsPaired = true
    }
    ideograph = scalar
  }

  private mutating func endIdeographs() {
    if let ideograph, !ideographIsPaired { words.append(String(ideograph)) }
    ideograph = nil
    ideographIsPaired = false
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.count > wordBytesMax else { return String(decoding: bytes, as: UTF8.self) }
    var end = bytes.startIndex + wordBytesMax
    while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  private static func isLower(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    index < text.count && text[index] &- UInt8(ascii: "a") < 26
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private static func isMark(_ properties: Unicode.Scalar.Properties) -> Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark: true
    default: false
    }
  }

  /// Han, Hiragana, Katakana, Thai, Lao, Burmese, Khmer.
  private static func isWrittenWithoutSpaces(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E01...0x0E4E, 0x0E81...0x0ECD, 0x1000...0x103F, 0x1780...0x17D3, 0x3005...0x3007,
      0x3041...0x3096, 0x30A1...0x30FA, 0x30FC, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xF900...0xFAFF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }

  /// The scalar that begins at a byte of valid UTF-8, and its length.
  private static func scalar(
    at index: Int, in text: UnsafeBufferPointer<UInt8>
  ) -> (Unicode.Scalar, Int) {
    let first = UInt32(text[index])
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard index + length <= text.count else { return ("\u{FFFD}", text.count - index) }
    var value = first & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    for offset in 1..<length { value = value << 6 | UInt32(text[index + offset]) & 0x3F }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}
