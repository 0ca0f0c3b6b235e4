public import JSON

/// What differs between two definitions of the same thing: what gives power first, then text. The
/// order of members and white space are no difference.
public struct DefinitionDifference: Sendable, Equatable {
  /// The most changes that are told; one of the kind `other` says how many more there are.
  public static let changesMax = 256
  /// How many scalars of a value are told; `…` stands for the rest.
  public static let textMax = 4_096

  /// One place that differs.
  public struct Change: Sendable, Equatable {
    /// What the change is about.
    public let kind: Kind
    /// Whether the tool can do, or the model is told, more than before; false where it is less.
    public let widens: Bool
    /// Where: a JSON pointer (RFC 6901).
    public let place: String
    /// The JSON text before, of at most `textMax` scalars, with invisible characters drawn; nil
    /// where nothing was.
    public let before: String?
    /// The JSON text now, likewise.
    public let after: String?
    /// The words of a text that came and went, all of them; of long parts that stayed both ends.
    /// Empty for everything else, and for texts that are too long to compare.
    public let words: [WordDifference]
    /// What it means, for a person.
    public let meaning: String
  }

  /// Kinds of changes, the gravest first.
  public enum Kind: String, Sendable, CaseIterable {
    /// What a server is: what is run, or where it is reached.
    case server
    case page, annotation, parameter, schema, output, text, other
  }

  /// In the order in which a person should read them.
  public let changes: [Change]

  /// Compares two definitions.
  public init(from before: JSONNode, to after: JSONNode) {
    var budget = WordBudget()
    self.init(from: before, to: after, &budget)
  }

  /// Compares two definitions.
  /// - Parameter budget: what of it is left, for all that are compared together.
  public init(from before: JSONNode, to after: JSONNode, _ budget: inout WordBudget) {
    var comparison = DefinitionComparison(budget)
    comparison.compare(before, after)
    changes = comparison.result()
    budget = comparison.budget
  }

  /// Compares what a server was approved by with what it is now: every change is of the kind
  /// `server`.
  public init(ofServer before: JSONNode, to after: JSONNode) {
    var comparison = DefinitionComparison(WordBudget())
    comparison.compareServers(before, after)
    changes = comparison.result()
  }
}

/// A part of a text that stayed, went or came.
public struct WordDifference: Sendable, Equatable {
  /// What became of it.
  public let kind: Kind
  /// The text, with invisible characters drawn.
  public let text: String

  /// What becomes of a part.
  public enum Kind: String, Sendable, CaseIterable {
    case same, removed, added
  }

  /// A part of a text.
  public init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}
