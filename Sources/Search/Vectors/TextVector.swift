/// What a text is about, as a direction: that of the sum of its words' vectors.
struct TextVector: Sendable {
  typealias Parts = InlineArray<64, Int8>

  private var parts: Parts
  /// One by its length; zero when no word of it is known.
  private var inverseLength: Float

  /// The sum of the vectors of words, of which a text's is made.
  struct Sum {
    private var parts = [Float](repeating: 0, count: WordVectors.dimensions)

    /// Adds a word of the table, or nothing.
    mutating func add(_ row: Int32, times weight: Float = 1) {
      guard row != WordVectors.none else { return }
      parts.withUnsafeMutableBufferPointer { WordVectors.add(row, times: weight, to: $0) }
    }

    var vector: TextVector {
      let most = parts.reduce(0) { max($0, abs($1)) }
      var vector = TextVector()
      guard most > 0 else { return vector }
      var square: Float = 0
      for place in parts.indices {
        let part = (parts[place] * 127 / most).rounded()
        vector.parts[place] = Int8(part)
        square += part * part
      }
      vector.inverseLength = 1 / square.squareRoot()
      return vector
    }
  }

  init() {
    parts = Parts(repeating: 0)
    inverseLength = 0
  }

  /// The cosine of the angle between two: 1 for texts about the same, about 0 for texts that have
  /// nothing to do with each other. 0 where no word is known.
  func cosine(with other: TextVector) -> Float {
    var sum: Int32 = 0
    for place in parts.indices {
      sum &+= Int32(parts[unchecked: place]) &* Int32(other.parts[unchecked: place])
    }
    return Float(sum) * inverseLength * other.inverseLength
  }
}
