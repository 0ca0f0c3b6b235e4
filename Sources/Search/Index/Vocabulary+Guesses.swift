extension Vocabulary {
  /// A word that may be meant by one that no tool has.
  struct Guess: Equatable {
    var term: Int
    var text: String
    /// Letters that differ; 0 for a word that only goes on.
    var edits: Int
  }

  /// The most words that one unknown word is taken for.
  static let guessesMax = 4

  /// Words that begin with this, the most common first.
  func words(beginningWith prefix: String) -> [Guess] {
    let length = prefix.utf8.count
    guard length >= 3 else { return [] }
    let mask = length >= 8 ? UInt64.max : ~(UInt64.max >> UInt64(8 * length))
    let start = Self.start(of: prefix)
    var found: [Int] = []
    for (index, form) in forms.enumerated()
    where form.start & mask == start && form.tools > 0 && texts[index].hasPrefix(prefix) {
      found.append(index)
    }
    found.sort { (-forms[$0].tools, texts[$0]) < (-forms[$1].tools, texts[$1]) }
    return guesses(found.map { ($0, 0) })
  }

  /// Words that differ by one letter from one of five letters or more, or by two from one of nine
  /// or more; a letter too many, too few, another, or two exchanged. Those that differ least
  /// first, then the most common.
  func words(spelledLike word: String) -> [Guess] {
    let bytes = Array(word.utf8)
    guard bytes.count >= 5, bytes.count <= Spelling.lengthMax else { return [] }
    let most = bytes.count >= 9 ? 2 : 1
    let letters = Self.letters(of: word)
    var found: [(index: Int, edits: Int)] = []
    for length in (bytes.count - most)...(bytes.count + most) {
      for other in spelled[length] {
        let index = Int(other.form)
        guard (other.letters ^ letters).nonzeroBitCount <= 2 * most, forms[index].tools > 0,
          let edits = Spelling.edits(from: bytes, to: texts[index], most: most)
        else { continue }
        found.append((index, edits))
      }
    }
    found.sort {
      ($0.edits, -forms[$0.index].tools, texts[$0.index])
        < ($1.edits, -forms[$1.index].tools, texts[$1.index])
    }
    let least = found.first?.edits
    return guesses(found.filter { $0.edits == least })
  }

  /// Two words that this is made of.
  func halves(of word: String) -> [Guess] {
    let text = word.utf8
    guard text.count >= 6, text.allSatisfy({ $0 < 0x80 }) else { return [] }
    for length in 3...(text.count - 3) {
      let middle = text.index(text.startIndex, offsetBy: length)
      let first = String(word[..<middle])
      let second = String(word[middle...])
      if let one = term(form: first), let other = term(form: second) {
        return [
          Guess(term: one, text: first, edits: 0), Guess(term: other, text: second, edits: 0),
        ]
      }
    }
    return []
  }

  private func guesses(_ found: [(index: Int, edits: Int)]) -> [Guess] {
    var guesses: [Guess] = []
    for (index, edits) in found {
      let term = Int(forms[index].term)
      if guesses.contains(where: { $0.term == term }) { continue }
      guesses.append(Guess(term: term, text: texts[index], edits: edits))
      if guesses.count == Self.guessesMax { break }
    }
    return guesses
  }
}

/// How many letters of two words differ.
enum Spelling {
  /// The longest word that is compared, in bytes.
  static let lengthMax = 24

  /// The optimal string alignment distance in bytes, if it is no more than `most`.
  static func edits(from word: [UInt8], to text: String, most: Int) -> Int? {
    guard word.count <= lengthMax, text.utf8.count <= lengthMax + 2 else { return nil }
    var text = text
    return text.withUTF8 { other in
      let width = other.count + 1
      return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * width) { rows in
        rows.initialize(repeating: 0)
        return edits(from: word, to: other, most: most, rows, width: width)
      }
    }
  }

  /// - Parameter rows: three rows of the table, each by turns the one that is filled.
  private static func edits(
    from word: [UInt8], to other: UnsafeBufferPointer<UInt8>, most: Int,
    _ rows: UnsafeMutableBufferPointer<Int>, width: Int
  ) -> Int? {
    var (beforeLast, last, current) = (2 * width, 0, width)
    for column in 0..<width { rows[last + column] = column }
    for row in 1...word.count {
      rows[current] = row
      var least = row
      for column in 0..<other.count {
        var edits = min(
          rows[last + column + 1] + 1, rows[current + column] + 1,
          rows[last + column] + (word[row - 1] == other[column] ? 0 : 1))
        if row > 1, column > 0, word[row - 1] == other[column - 1],
          word[row - 2] == other[column]
        {
          edits = min(edits, rows[beforeLast + column - 1] + 1)
        }
        rows[current + column + 1] = edits
        least = min(least, edits)
      }
      if least > most { return nil }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    let edits = rows[last + other.count]
    return edits <= most ? edits : nil
  }
}
