public import Orders

/// What «allow this from now on» would give.
public struct GrantOffer: Sendable {
  /// The grant, as it would be now; it has another id when it is given.
  public let grant: Grant
  /// How long it may hold, in seconds, the shortest first; never empty.
  public let lifetimes: [Int64]

  /// An offer.
  public init(_ grant: Grant, for lifetimes: [Int64]) {
    self.grant = grant
    self.lifetimes = lifetimes
  }
}

/// Why a yes cannot hold from now on.
public struct GrantRefusal: Error, Sendable {
  /// What kind of reason it is.
  public enum Kind: Sendable {
    /// The person may not, by policy or by the rules above it.
    case denied
    /// There is no such grant: no condition is as narrow as the call, or it is not right.
    case impossible
  }

  /// Which one it is.
  public let kind: Kind
  /// For a person.
  public let reason: String

  /// A refusal.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }
}
