public import Identity

/// What one person says of a call.
public struct Answer: Sendable, Equatable {
  /// Who, and how they had signed in.
  public var person: Person
  /// What they say.
  public var verdict: Verdict
  /// When, in seconds since 1970 UTC.
  public var at: Int64
  /// Why, in their words.
  public var reason: String?
  /// By which way.
  public var via: Channel

  /// Yes or no.
  public enum Verdict: String, Sendable, CaseIterable {
    case approve, deny
  }

  /// The ways an answer can come.
  public enum Channel: String, Sendable, CaseIterable {
    case console, cli, api
  }

  /// An answer.
  public init(person: Person, verdict: Verdict, at: Int64, reason: String?, via: Channel) {
    self.person = person
    self.verdict = verdict
    self.at = at
    self.reason = reason
    self.via = via
  }
}
