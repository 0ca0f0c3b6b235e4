public import JSON

/// What differs between two definitions of the same thing: what gives power first, then text.
public struct DefinitionDifference: Sendable, Equatable {
  /// One place that differs.
  public struct Change: Sendable, Equatable {
    /// What the change is about.
    public let kind: Kind
    /// Where: a JSON pointer (RFC 6901).
    public let place: String
    /// The JSON text before, shortened, with invisible characters drawn; nil where nothing was.
    public let before: String?
    /// The JSON text now, likewise.
    public let after: String?
    /// What it means, for a person.
    public let meaning: String
  }

  /// Kinds of changes, the gravest first.
  public enum Kind: String, Sendable, CaseIterable {
    case annotation, parameter, schema, text, other
  }

  /// In the order in which a person should read them.
  public let changes: [Change]

  /// Compares two definitions.
  public init(from before: JSONNode, to after: JSONNode) { changes = [] }
}
