/// The answer to a request of which not everything is known.
public enum PartialDecision: String, Sendable {
  /// Every completion is allowed.
  case allow
  /// Every completion is denied.
  case deny
  /// Completions may be allowed or denied. It may also be that all are answered alike, which is
  /// not found out.
  case depends
}

/// The answer to a partial request and what it rests on. Policies that are in none of the lists
/// are satisfied by no completion and fail in none.
public struct PartialResponse: Sendable {
  /// The permits that every completion satisfies, in the order of the policies.
  public let satisfiedPermits: [PolicyID]
  /// The forbids that every completion satisfies, in the order of the policies.
  public let satisfiedForbids: [PolicyID]
  /// The policies that depend on the completion, in the order of the policies.
  public let residuals: [ResidualPolicy]
  /// The policies that fail in every completion, in the order of the policies.
  public let errors: [PolicyError]

  /// The three-valued decision.
  public var decision: PartialDecision {
    func mayBeSatisfied(_ effect: Effect) -> Bool {
      residuals.contains { $0.effect == effect && $0.mayBeSatisfied }
    }
    guard satisfiedForbids.isEmpty else { return .deny }
    if satisfiedPermits.isEmpty, !mayBeSatisfied(.permit) { return .deny }
    return satisfiedPermits.isEmpty || mayBeSatisfied(.forbid) ? .depends : .allow
  }

  /// Whether a forbid fails in every completion; a caller that fails closed denies.
  public var hasErringForbid: Bool { errors.contains { $0.effect == .forbid } }
}

/// What remains of a policy when all that is known has been put in.
public struct ResidualPolicy: Sendable {
  /// The policy of which it remains.
  public var policy: PolicyID { original.id }
  /// What the policy does.
  public var effect: Effect { original.effect }
  /// Whether a completion may satisfy it. If not, all that is left open is whether it fails.
  public let mayBeSatisfied: Bool
  /// Whether it may fail in a completion, and would then be skipped.
  public let mayFail: Bool
  let original: Policy
  /// The scope, without the constraints that hold in every completion.
  let scope: Scope
  /// The condition that remains, and the tree in which it stands; nil when there is none.
  let condition: Expression.ID?
  let tree: ExpressionTree

  /// The policy that remains, with the annotations of the original and its name as `@id`.
  var syntax: PolicySyntax {
    PolicySyntax(
      annotations: original.annotations, effect: effect, principal: ScopeSyntax(scope.principal),
      action: scope.action, resource: ScopeSyntax(scope.resource),
      conditions: condition.map { [.init(isUnless: false, body: $0)] } ?? [], tree: tree,
      offset: original.statement.syntax.offset
    ).replacing(id: policy.name)
  }

  /// What remains, as Cedar text in the canonical form, with the name of the policy as `@id`. Read
  /// again and asked about a completion, it is satisfied, not satisfied or fails as the original.
  /// What remains of a policy near the limits of nesting may be somewhat beyond them.
  public var text: String { PolicyPrinter.text(of: syntax) }
}
