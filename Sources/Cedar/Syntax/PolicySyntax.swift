/// What a policy does when it is satisfied.
public enum Effect: String, Sendable {
  /// Allows, unless a forbid is satisfied too.
  case permit
  /// Denies.
  case forbid
}

/// `@key("value")` before a policy. It has no meaning for the decision.
public struct Annotation: Sendable, Hashable {
  /// The key.
  public let key: String
  /// The value; empty when the annotation was written without one.
  public let value: String
}

/// What the scope of a policy says about the principal, the action or the resource.
enum ScopeConstraint: Sendable, Equatable {
  case any
  case equal(EntityUID)
  case inside(EntityUID)
  /// Only for actions.
  case insideAny([EntityUID])
  case type(EntityType)
  case typeInside(EntityType, EntityUID)
}

/// A policy as it was written.
struct PolicySyntax: Sendable {
  struct Condition: Sendable {
    let isUnless: Bool
    let body: Expression.ID
  }

  let annotations: [Annotation]
  let effect: Effect
  let principal: ScopeConstraint
  let action: ScopeConstraint
  let resource: ScopeConstraint
  let conditions: [Condition]
  let tree: ExpressionTree
  /// The byte in the source at which the policy starts.
  let offset: Int
}
