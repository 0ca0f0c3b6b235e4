/// Sequences, one bit each up to the largest.
struct SequenceSet: Sendable {
  private var words: [UInt64] = []

  mutating func insert(_ sequence: UInt64) {
    let word = Int(sequence / 64)
    if word >= words.count {
      words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
    }
    words[word] |= 1 << (sequence % 64)
  }

  func contains(_ sequence: UInt64) -> Bool {
    let word = sequence / 64
    return word < UInt64(words.count) && words[Int(word)] >> (sequence % 64) & 1 == 1
  }

  /// Those in a range, in their order.
  func members(in range: ClosedRange<UInt64>) -> [UInt64] {
    guard !words.isEmpty else { return [] }
    let last = min(range.upperBound, UInt64(words.count) * 64 - 1)
    guard range.lowerBound <= last else { return [] }
    return (range.lowerBound...last).filter(contains)
  }
}
