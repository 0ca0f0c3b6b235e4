public import Approvals
public import Identity
public import Orders

/// What whoever offers «allow this from now on» needs of the rest of the gateway. Any thread.
public struct FromNowOnDesk: Sendable {
  /// What a yes would give besides, for each of these times in seconds that policy lets the person
  /// choose. Nothing is given.
  public var offer:
    @Sendable (
      _ lifetimes: [Int64], Approval, Person, _ reason: String?
    ) async -> Result<GrantOffer, GrantRefusal>
  /// Gives it, once the yes counts.
  public var give:
    @Sendable (
      _ lifetime: Int64, Approval, Person, _ reason: String?
    ) async -> Result<Grant, GrantRefusal>
  /// The grant of this name; nil when none is in force.
  public var grant: @Sendable (_ id: String) -> Grant?

  /// A desk of its parts.
  public init(
    offer:
      @escaping @Sendable (
        _ lifetimes: [Int64], Approval, Person, _ reason: String?
      ) async -> Result<GrantOffer, GrantRefusal>,
    give:
      @escaping @Sendable (
        _ lifetime: Int64, Approval, Person, _ reason: String?
      ) async -> Result<Grant, GrantRefusal>,
    grant: @escaping @Sendable (_ id: String) -> Grant?
  ) {
    self.offer = offer
    self.give = give
    self.grant = grant
  }
}
