/// Whether something is to be looked at or to be changed.
enum ActionRole: UInt8 {
  case reads, changes

  /// What a tool does, by its name: the first of its words that says so.
  init?(ofName words: [String]) {
    guard let role = words.lazy.compactMap({ Self.verbs[EnglishStemmer.stem($0)] }).first else {
      return nil
    }
    self = role
  }

  /// What a query wants: the first of its words that says so. A question wants to look, and so does
  /// a wish without a verb.
  init(ofQuery words: [String]) {
    for (index, word) in words.enumerated() {
      if Self.questions.contains(word) {
        self = .reads
        return
      }
      // `get rid` is no getting.
      if index + 1 < words.count,
        let role = Self.role(ofOneOf: Synonyms.of(phrase: word, words[index + 1]))
      {
        self = role
        return
      }
      let stem = EnglishStemmer.stem(word)
      if let role = Self.verbs[stem] ?? Self.wishes[stem] {
        self = role
        return
      }
    }
    self = .reads
  }

  private static func role(ofOneOf words: [String]) -> ActionRole? {
    words.lazy.compactMap { verbs[EnglishStemmer.stem($0)] }.first
  }

  private static let verbs = table(
    reads: """
      list get read fetch search find query lookup show view describe retrieve count inspect browse
      """,
    changes: """
      create add insert new make update edit modify change set patch delete remove destroy drop
      clear purge send post publish reply move rename upload write put save close merge assign
      cancel stop start restart enable disable deploy install approve reject archive restore
      register invite grant revoke transfer import schedule trigger kill terminate replace append
      attach
      """)

  // Words of wishes that names of tools seldom have, or have as a thing.
  private static let wishes = table(
    reads: "tell see display enumerate locate discover look recall compare explain analyze check",
    changes: """
      erase wipe swap book remember remind mail store cache attach answer turn push commit
      record build generate notify message pay buy sell order refund adjust mute ban block lock
      unlock reset undo revert mark tag join leave copy duplicate clone fill press click type
      """)

  private static let questions: Set<String> = [
    "what", "which", "who", "whom", "whose", "where", "when", "why", "how", "is", "are", "was",
    "were", "did", "does", "has", "any",
  ]

  private static func table(reads: String, changes: String) -> [String: ActionRole] {
    var table: [String: ActionRole] = [:]
    for (words, role) in [(reads, ActionRole.reads), (changes, .changes)] {
      for word in words.split(whereSeparator: \.isWhitespace) {
        table[EnglishStemmer.stem(String(word))] = role
      }
    }
    return table
  }
}
