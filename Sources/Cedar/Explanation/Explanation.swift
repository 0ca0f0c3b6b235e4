/// Why a request is answered as it is, and what stands between it and an allow.
public struct Explanation: Sendable {
  /// The answer.
  public let response: Response
  /// The policies in whose scope the request is, in the order of the set.
  public let candidates: [PolicyExplanation]
  /// When no permit is satisfied, the one that is nearest to it: of all permits of the set the one
  /// with the fewest parts of its scope and of its conditions in the way, candidates first. Nil
  /// when a permit is satisfied or there is none.
  public let nearestPermit: PolicyExplanation?

  /// The satisfied forbids: each of them must cease to hold before the request is allowed.
  public var forbidsInTheWay: [PolicyExplanation] {
    candidates.filter { $0.effect == .forbid && $0.outcome == .satisfied }
  }
}

/// What became of one policy.
public struct PolicyExplanation: Sendable {
  /// Which policy.
  public let policy: PolicyID
  /// What it does when it is satisfied.
  public let effect: Effect
  /// Where it stands.
  public let place: SourcePlace
  /// How it came out.
  public let outcome: Outcome
  /// Whether it is one of those that determined the answer.
  public let isDetermining: Bool
  /// The constraints of its scope that the request does not satisfy; none for a candidate.
  public let scopeMismatches: [ScopeMismatch]
  /// Its conditions, in the order in which they are written.
  public let conditions: [ConditionExplanation]

  /// How a policy can come out.
  public enum Outcome: Sendable, Equatable {
    /// The request is in its scope and all conditions hold.
    case satisfied
    /// A condition does not hold.
    case unsatisfied
    /// It could not be evaluated; Cedar ignores it. The message says why.
    case failed(String)
    /// The request is not in its scope.
    case outOfScope
  }

  /// How many changes would satisfy it: constraints of the scope, and parts of conditions.
  public var distance: Int {
    scopeMismatches.count + conditions.reduce(0) { $0 + $1.partsInTheWay.count }
  }
}

/// A constraint of a scope that a request does not satisfy.
public struct ScopeMismatch: Sendable, Equatable {
  /// The constraint as it is written, such as `principal in Role::"admin"`.
  public let constraint: String
  /// What the request has in this place.
  public let found: EntityUID
}

/// One `when` or `unless` of a policy.
public struct ConditionExplanation: Sendable {
  /// Whether it is an `unless`.
  public let isUnless: Bool
  /// The operands of the topmost `&&`; the whole where there is none.
  public let parts: [PartExplanation]

  /// What would have to change for the condition to hold: of a `when` every part that is not true.
  /// Of an `unless` whose parts are all true, the last, one of which would be enough.
  public var partsInTheWay: [PartExplanation] {
    let others = parts.filter { $0.outcome != .value(true) }
    guard isUnless else { return others }
    if others.isEmpty { return Array(parts.suffix(1)) }
    return others.contains { $0.outcome == .value(false) } ? [] : Array(others.prefix(1))
  }
}

/// One operand of a condition's `&&`.
public struct PartExplanation: Sendable {
  /// The expression in the canonical form.
  public let text: String
  /// Where it stands: of an operation, its operator.
  public let place: SourcePlace
  /// What it came to.
  public let outcome: Outcome
  /// What it read of the request and of entities, each expression once, at most
  /// `Explanation.readingsMax`.
  public let readings: [Reading]

  /// What an expression can come to.
  public enum Outcome: Sendable, Equatable {
    /// A value.
    case value(Bool)
    /// It could not be evaluated.
    case failed(String)
    /// A part before it is not true, and without it this part has no value.
    case unreached
  }

  /// The value of an expression that a part reads.
  public struct Reading: Sendable, Equatable {
    /// The expression in the canonical form, such as `context.input.amount`.
    public let expression: String
    /// Its value; nil when it has none.
    public let value: Value?
  }
}

extension Explanation {
  /// The readings told of one part.
  public static let readingsMax = 32
}
