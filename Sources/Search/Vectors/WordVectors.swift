import CWordVectors

/// What words mean, as directions: words that are used alike point alike. A table that was made
/// once and is part of the program (`Libraries/CWordVectors/README.md`).
package enum WordVectors {
  /// Numbers of a vector.
  static let dimensions = TextVector.Parts.count
  /// Of a word that the table lacks.
  static let none: Int32 = -1

  /// The words of a text as the table has them, written and as stems, for who makes it.
  package static func words(of text: String) -> [(word: String, stem: String)] {
    WordSplitter.words(of: text).filter { !StopWords.contains($0) }
      .map { ($0, EnglishStemmer.stem($0)) }
  }

  /// The row of a stem.
  static func row(of stem: String) -> Int32 {
    let key = StringHash.fnv1a(stem)
    var low = 0
    var high = table.keys.count
    while low < high {
      let middle = (low + high) / 2
      if table.keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < table.keys.count && table.keys[low] == key ? Int32(low) : none
  }

  /// Adds a word's vector to a sum.
  @inline(__always)
  static func add(_ row: Int32, times weight: Float, to sum: UnsafeMutableBufferPointer<Float>) {
    let table = table
    let parts = table.rows + Int(row) * dimensions
    let scale = table.scales[Int(row)] * weight
    for place in 0..<dimensions { sum[place] += scale * Float(parts[place]) }
  }

  private struct Table: @unchecked Sendable {
    let keys: UnsafeBufferPointer<UInt64>
    /// What a part of a row is times.
    let scales: UnsafePointer<Float>
    let rows: UnsafePointer<Int8>

    init() {
      let start = word_vectors()
      let whole = UnsafeRawBufferPointer(start: start, count: word_vectors_count())
      let count = Int(whole.load(as: UInt32.self))
      precondition(
        whole.load(fromByteOffset: 4, as: UInt32.self) == UInt32(dimensions)
          && whole.count == 64 + count * (8 + 4 + dimensions), "words.bin is of another format")
      guard let start else { preconditionFailure("words.bin is empty") }
      keys = UnsafeBufferPointer(
        start: (start + 64).assumingMemoryBound(to: UInt64.self), count: count)
      scales = (start + 64 + 8 * count).assumingMemoryBound(to: Float.self)
      rows = (start + 64 + 12 * count).assumingMemoryBound(to: Int8.self)
    }
  }

  private static let table = Table()
}
