/// Something in a definition that a person should look at before agents see it.
public struct Signal: Sendable, Equatable {
  /// The rule that found it, for example `hidden-characters`.
  public let rule: String
  /// Whether an approval must name the rule, or it is advice.
  public let severity: Severity
  /// Where: a JSON pointer (RFC 6901) into the definition; empty for the whole.
  public let place: String
  /// The text it is about, shortened, with invisible characters drawn.
  public let excerpt: String
  /// What is suspicious about it, for a person.
  public let reason: String

  /// What a signal does.
  public enum Severity: String, Sendable, CaseIterable {
    /// A person looks at it.
    case review
    /// An approval must name the rule.
    case block
  }
}
