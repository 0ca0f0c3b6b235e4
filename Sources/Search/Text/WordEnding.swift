/// Up to eight letters at the end of a word, as one number: a word is compared with all that the
/// stemmer knows.
struct WordEnding: ExpressibleByStringLiteral {
  let count: Int
  private let letters: UInt64
  private let mask: UInt64

  init(stringLiteral text: String) {
    self.init(of: text.utf8)
  }

  /// The last letters of a word.
  @inline(__always)
  init(of word: some BidirectionalCollection<UInt8>) {
    count = min(word.count, 8)
    letters = word.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    mask = count == 0 ? 0 : UInt64.max >> UInt64(64 - 8 * count)
  }

  /// Whether a longer ending, or the same, ends so.
  @inline(__always)
  func ends(_ other: WordEnding) -> Bool {
    other.letters & mask == letters && count <= other.count
  }
}
