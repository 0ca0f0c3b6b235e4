/// The words and suffixes of the published algorithm.
enum EnglishStemmerTables {
  struct Replacement {
    let suffix: WordEnding
    let replacement: String
    var needsR2 = false
    /// What must stand before the suffix; empty for anything.
    var after = ""

    init(_ suffix: WordEnding, _ replacement: String, needsR2: Bool = false, after: String = "") {
      self.suffix = suffix
      self.replacement = replacement
      self.needsR2 = needsR2
      self.after = after
    }
  }

  /// Whole words with stems of their own.
  static let exceptions: [String: String] = [
    "andes": "andes", "atlas": "atlas", "bias": "bias", "cosmos": "cosmos", "early": "earli",
    "gently": "gentl", "howe": "howe", "idly": "idl", "news": "news", "only": "onli",
    "singly": "singl", "skies": "sky", "skis": "ski", "sky": "sky", "ugly": "ugli",
  ]

  /// Beginnings that end where R1 begins.
  static let prefixes = [
    "arsen", "commun", "emerg", "gener", "inter", "later", "organ", "past", "univers",
  ]

  // The longest suffix first.
  static let step2 = [
    Replacement("ization", "ize"), Replacement("ational", "ate"), Replacement("fulness", "ful"),
    Replacement("ousness", "ous"), Replacement("iveness", "ive"), Replacement("tional", "tion"),
    Replacement("biliti", "ble"), Replacement("lessli", "less"), Replacement("entli", "ent"),
    Replacement("ation", "ate"), Replacement("alism", "al"), Replacement("aliti", "al"),
    Replacement("ousli", "ous"), Replacement("iviti", "ive"), Replacement("fulli", "ful"),
    Replacement("ogist", "og"), Replacement("enci", "ence"), Replacement("anci", "ance"),
    Replacement("abli", "able"), Replacement("izer", "ize"), Replacement("ator", "ate"),
    Replacement("alli", "al"), Replacement("bli", "ble"), Replacement("ogi", "og", after: "l"),
    Replacement("li", "", after: "cdeghkmnrt"),
  ]

  static let step3 = [
    Replacement("ational", "ate"), Replacement("tional", "tion"), Replacement("alize", "al"),
    Replacement("icate", "ic"), Replacement("iciti", "ic"), Replacement("ative", "", needsR2: true),
    Replacement("ical", "ic"), Replacement("ness", ""), Replacement("ful", ""),
  ]

  static let step4: [WordEnding] = [
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous",
    "ive", "ize", "ion", "al", "er", "ic",
  ]
}
