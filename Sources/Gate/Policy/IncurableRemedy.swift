public import Cedar

/// A remedy that cures nothing, because its own policy never looks at what it brings.
public struct IncurableRemedy: Sendable, Equatable {
  /// The policy.
  public let policy: PolicyID
  /// Where it stands.
  public let place: SourcePlace
  /// What is wrong, and what to write.
  public let message: String

  /// All in a set, in its order.
  public static func all(in set: PolicySet) -> [IncurableRemedy] {
    set.policies.compactMap { policy in
      guard policy.effect == .forbid,
        let remedy = policy.annotation(PolicyNotes.remedyKey).flatMap(Remedy.init(rawValue:)),
        (try? RemedyTerms(policy))?.canBeMet == false
      else { return nil }
      let name = remedy.contextName.text
      return IncurableRemedy(
        policy: policy.id, place: policy.place,
        message: "`@remedy(\"\(remedy.rawValue)\")` cures nothing, because the policy never reads "
          + "`context.\(name)`; add `unless { context has \(name) && … }`")
    }
  }
}
