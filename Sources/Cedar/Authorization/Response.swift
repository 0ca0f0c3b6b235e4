/// The answer to a request.
public enum Decision: String, Sendable {
  /// A permit is satisfied and no forbid is.
  case allow
  /// Everything else.
  case deny
}

/// The answer to a request and what it rests on.
public struct Response: Sendable {
  /// The permits that are satisfied, in the order of the policies.
  public let satisfiedPermits: [PolicyID]
  /// The forbids that are satisfied, in the order of the policies.
  public let satisfiedForbids: [PolicyID]
  /// The policies in scope that could not be evaluated, in the order of the policies. Cedar skips
  /// them: for a caller who must be safe, see `hasErringForbid`.
  public let errors: [PolicyError]

  /// Cedar's decision: deny by default, and a forbid wins.
  public var decision: Decision {
    satisfiedForbids.isEmpty && !satisfiedPermits.isEmpty ? .allow : .deny
  }

  /// The policies that determined the decision: all satisfied forbids if there is one, else all
  /// satisfied permits; none when nothing is satisfied.
  public var determining: [PolicyID] {
    satisfiedForbids.isEmpty ? satisfiedPermits : satisfiedForbids
  }

  /// Whether a forbid could not be evaluated. Cedar's decision ignores it; a caller that fails
  /// closed denies.
  public var hasErringForbid: Bool { errors.contains { $0.effect == .forbid } }
}

/// A policy in scope that could not be evaluated.
public struct PolicyError: Error, Sendable, CustomStringConvertible {
  /// Which policy.
  public let policy: PolicyID
  /// What the policy would have done.
  public let effect: Effect
  private let failure: EvaluationFailure
  private let offset: Int
  private let map: SourceMap

  init(_ policy: Policy, failure: EvaluationFailure, offset: Int) {
    self.policy = policy.id
    self.effect = policy.effect
    self.failure = failure
    self.offset = offset
    self.map = policy.map
  }

  /// What went wrong, one sentence without a full stop. Made when it is asked for.
  public var message: String { failure.message }

  /// Where in the policy. Found when it is asked for.
  public var place: SourcePlace { map.place(offset) }

  /// Place, policy and message.
  public var description: String {
    "\(place): the \(effect.rawValue) `\(policy)` was skipped: \(message)"
  }
}
