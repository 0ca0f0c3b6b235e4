/// The words of an index: forms as they are written, and terms, which are their stems.
struct Vocabulary: Sendable {
  /// A written form.
  struct Form: Sendable {
    /// The first eight bytes, the first the highest, for prefixes.
    let start: UInt64
    let term: Int32
    /// In how many tools it stands.
    var tools: Int32
  }

  /// A form among those of its length: what is looked at of all of them for a word that is spelled
  /// almost so.
  struct Spelled: Sendable {
    /// One bit for each letter that it has.
    let letters: UInt32
    let form: Int32
  }

  private(set) var forms: [Form] = []
  /// By length in bytes, as far as words are compared.
  private(set) var spelled = [[Spelled]](repeating: [], count: Spelling.lengthMax + 3)
  private(set) var texts = ChunkedArray<String>()
  private(set) var termTexts = ChunkedArray<String>()
  /// By term, its place in `WordVectors`.
  private(set) var vectorRows = ChunkedArray<Int32>()
  private var formIDs = ShardedDictionary<Int32>()
  private var termIDs = ShardedDictionary<Int32>()
  /// By the number of `Synonyms`; -1 for stems that no tool ever had.
  private var synonymTerms = [Int32](repeating: -1, count: Synonyms.count)

  var termCount: Int { termTexts.count }

  /// The form of a word, made if it is new.
  mutating func form(_ word: String) -> Int {
    if let known = formIDs[word] { return Int(known) }
    let stem = EnglishStemmer.stem(word)
    let term: Int32
    if let known = termIDs[stem] {
      term = known
    } else {
      term = Int32(termTexts.count)
      termIDs[stem] = term
      termTexts.append(stem)
      vectorRows.append(WordVectors.row(of: stem))
      if let number = Synonyms.number(of: stem) { synonymTerms[number] = term }
    }
    let id = Int32(forms.count)
    formIDs[word] = id
    texts.append(word)
    forms.append(
      Form(start: Self.start(of: word), term: term, tools: 0))
    if word.utf8.count < spelled.count {
      spelled[word.utf8.count].append(Spelled(letters: Self.letters(of: word), form: id))
    }
    return Int(id)
  }

  /// One tool more, or less, has this form.
  mutating func count(_ form: Int, _ change: Int32) { forms[form].tools += change }

  /// The term of a stem, if any tool ever had it.
  func term(stem: String) -> Int? { termIDs[stem].map(Int.init) }

  /// The term of a stem that `Synonyms` has, if any tool ever had it.
  func term(synonym number: Int) -> Int? {
    let term = synonymTerms[number]
    return term < 0 ? nil : Int(term)
  }

  /// The term of a written word whose form some tool has.
  func term(form word: String) -> Int? {
    guard let id = formIDs[word], forms[Int(id)].tools > 0 else { return nil }
    return Int(forms[Int(id)].term)
  }

  static func start(of word: String) -> UInt64 {
    var start: UInt64 = 0
    var shift = 56
    for byte in word.utf8.prefix(8) {
      start |= UInt64(byte) << UInt64(shift)
      shift -= 8
    }
    return start
  }

  static func letters(of word: String) -> UInt32 {
    word.utf8.reduce(0) { $0 | 1 << UInt32($1 & 31) }
  }
}
