/// What counts how much. The standard weights were found by `bench-search --tune`.
public struct RankingWeights: Sendable, Equatable {
  /// What a word is worth in each field.
  public var fields: [Field: Float]
  /// How much a field's length counts against its words, from 0 to 1.
  public var norms: [Field: Float]
  /// BM25's saturation: how fast further mentions stop to matter.
  public var saturation: Float
  /// What a synonym is worth of the word itself.
  public var synonym: Float
  /// What a corrected word, or one that goes on where the last one ends, is worth.
  public var guess: Float
  /// What a name or an acronym is worth: a word with a capital within a sentence.
  public var properName: Float
  /// What a word is worth that says what the query is for (`QueryHead`).
  public var head: Float
  /// What a word in quotes, in an address or a path is worth.
  public var literal: Float
  /// What a number is worth.
  public var number: Float
  /// What the kind of a literal is worth.
  public var hint: Float
  /// What each further mention in the query adds.
  public var repetition: Float
  /// For the part of the query that stands in the tool.
  public var queryCoverage: Float
  /// For the part of the name that stands in the query.
  public var nameCoverage: Float
  /// For the part of the purpose that stands in the query.
  public var purposeCoverage: Float
  /// For the part of the server's name that stands in the query.
  public var serverCoverage: Float
  /// For what both are about, by the vectors of their words.
  public var meaning: Float
  /// What a word of the server's name is worth in what a tool is about.
  public var serverMeaning: Float
  /// For a tool that takes many at once, where the query has several values of one kind.
  public var severalValues: Float
  /// For two words that are neighbours in both.
  public var phrase: Float
  /// For a query that is the tool's name.
  public var exactName: Float
  /// Of the first word of the query in the name: what is to be done.
  public var leadingWord: Float
  /// Against a tool that changes where something is to be looked at, and the other way round.
  public var otherRole: Float

  /// The weights that were found.
  public static let standard = RankingWeights()

  /// The standard weights, to be changed.
  public init() {
    fields = [
      .name: 1.1, .title: 1.2, .purpose: 1.1, .details: 0.45, .parameterNames: 1.4,
      .parameterTexts: 0.35, .server: 2, .serverText: 0.1, .tags: 1, .examples: 0.5,
    ]
    norms = [
      .name: 0.4, .title: 0.4, .purpose: 0.5, .details: 0.4, .parameterNames: 0.3,
      .parameterTexts: 0.4, .server: 0.8, .serverText: 0.9, .tags: 0.3, .examples: 0.6,
    ]
    saturation = 0.9
    synonym = 0.55
    guess = 0.7
    properName = 1.3
    head = 1.3
    literal = 0.5
    number = 0.6
    hint = 0.3
    repetition = 0.2
    queryCoverage = 3.5
    nameCoverage = 0.4
    purposeCoverage = 4.2
    serverCoverage = 0.8
    meaning = 9
    serverMeaning = 0.7
    severalValues = 2.5
    phrase = 0.2
    exactName = 5
    leadingWord = 0.6
    otherRole = 0.9
  }
}

/// A part of a tool that is searched.
public enum Field: Int, Sendable, CaseIterable {
  case name, title
  /// The first sentence of the description.
  case purpose
  /// The rest of the description.
  case details
  case parameterNames
  /// The descriptions of parameters, and the values that an `enum` allows.
  case parameterTexts
  case server
  /// The server's description or instructions.
  case serverText
  case tags, examples

  /// Words of a field of usual length. A constant and not the average of an index, so that adding
  /// a tool changes the ranking of no other.
  var usualLength: Float {
    switch self {
    case .name: 2.5
    case .title: 3
    case .purpose: 8
    case .details: 20
    case .parameterNames: 3
    case .parameterTexts: 12
    case .server: 2
    case .serverText: 16
    case .tags: 3
    case .examples: 12
    }
  }

  /// Whether its words are part of the tool's vector.
  var saysWhatItIsAbout: Bool {
    switch self {
    case .name, .title, .purpose, .details, .server: true
    case .parameterNames, .parameterTexts, .serverText, .tags, .examples: false
    }
  }

  /// The most words of the field that are looked at.
  var wordsMax: Int {
    switch self {
    case .name, .title, .server: 32
    case .purpose, .tags: 64
    case .details, .parameterNames, .parameterTexts, .serverText, .examples: 256
    }
  }

  /// As an explanation names it.
  public var title: String {
    switch self {
    case .name: "name"
    case .title: "title"
    case .purpose: "purpose"
    case .details: "description"
    case .parameterNames: "parameters"
    case .parameterTexts: "parameter descriptions"
    case .server: "server"
    case .serverText: "server description"
    case .tags: "tags"
    case .examples: "examples"
    }
  }
}
