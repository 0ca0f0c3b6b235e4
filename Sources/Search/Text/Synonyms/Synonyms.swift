/// Words that mean much the same of a tool, and words that are written in two ways.
///
/// Stems of the tables have numbers, by which an index knows its own terms for them
/// (`Vocabulary.term(synonym:)`): a query of ten words meets a hundred of them.
enum Synonyms {
  /// How many stems have a number.
  static var count: Int { table.others.count }

  /// The number of a stem; nil when no table has it.
  static func number(of stem: String) -> Int? { table.numbers[stem].map(Int.init) }

  /// The stems that a stem may also be written with, nearest first; a word stands for less than
  /// itself, by `RankingWeights.synonym`.
  static func of(_ number: Int) -> [Int32] { table.others[number] }

  /// What a service of this name is about, for catalogs that do not have the name.
  static func of(name number: Int) -> [Int32] { table.subjects[number] }

  /// A phrase of two words, and the words that it may stand for.
  static func of(phrase first: String, _ second: String) -> [String] {
    phrases[first]?[second] ?? []
  }

  private struct Table {
    var numbers: [String: Int32] = [:]
    /// By number.
    var others: [[Int32]] = []
    var subjects: [[Int32]] = []

    mutating func number(_ word: Substring) -> Int32 {
      let stem = EnglishStemmer.stem(String(word))
      if let known = numbers[stem] { return known }
      let number = Int32(others.count)
      numbers[stem] = number
      others.append([])
      subjects.append([])
      return number
    }

    mutating func add(_ group: Substring, to member: WritableKeyPath<Table, [[Int32]]>) {
      let sides = group.split(separator: ">")
      let left = sides[0].split(separator: " ").map { number($0) }
      let right = sides.count > 1 ? sides[1].split(separator: " ").map { number($0) } : left
      for one in left {
        for other in right where other != one {
          if self[keyPath: member][Int(one)].contains(other) { continue }
          self[keyPath: member][Int(one)].append(other)
        }
      }
    }
  }

  private static let table: Table = {
    var table = Table()
    for text in SynonymTable.groups {
      for group in SynonymTable.entries(of: text) { table.add(group, to: \.others) }
    }
    for group in SynonymTable.entries(of: SynonymTable.names) { table.add(group, to: \.subjects) }
    for words in phrases.values.flatMap(\.values) {
      for word in words { _ = table.number(Substring(word)) }
    }
    return table
  }()

  private static let phrases: [String: [String: [String]]] = {
    var phrases: [String: [String: [String]]] = [:]
    for entry in SynonymTable.entries(of: SynonymTable.phrases) {
      let sides = entry.split(separator: ":").map { $0.split(separator: " ").map(String.init) }
      guard sides.count == 2, sides[0].count == 2 else { continue }
      phrases[sides[0][0], default: [:]][sides[0][1]] = sides[1]
    }
    return phrases
  }()
}
