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
  /// Whether it was written with a value, `@key("")` and not `@key`.
  public let hasValue: Bool

  init(key: String, value: String, hasValue: Bool = true) {
    self.key = key
    self.value = value
    self.hasValue = hasValue
  }
}

/// A policy or a template as it was written.
struct PolicySyntax: Sendable {
  struct Condition: Sendable {
    let isUnless: Bool
    let body: Expression.ID
  }

  let annotations: [Annotation]
  let effect: Effect
  let principal: ScopeSyntax
  let action: ScopeConstraint
  let resource: ScopeSyntax
  let conditions: [Condition]
  let tree: ExpressionTree
  /// The byte in the source at which the policy starts.
  let offset: Int
}

extension PolicySyntax {
  /// The slots that a link must fill, none for a static policy.
  var slots: [TemplateSlot] {
    (principal.hasSlot ? [.principal] : []) + (resource.hasSlot ? [.resource] : [])
  }

  /// Whether there is a slot.
  var isTemplate: Bool { principal.hasSlot || resource.hasSlot }

  /// The scope with entities in place of the slots, or nil when one is missing.
  func scope(principal: EntityUID? = nil, resource: EntityUID? = nil) -> Scope? {
    guard let principal = self.principal.filled(by: principal),
      let resource = self.resource.filled(by: resource)
    else { return nil }
    return Scope(principal: principal, action: action, resource: resource)
  }

  /// The same with another scope.
  func replacing(_ scope: Scope) -> PolicySyntax {
    PolicySyntax(
      annotations: annotations, effect: effect, principal: ScopeSyntax(scope.principal),
      action: scope.action, resource: ScopeSyntax(scope.resource), conditions: conditions,
      tree: tree, offset: offset)
  }

  /// The same with this value of `@id`, which comes first when there was none.
  func replacing(id: String) -> PolicySyntax {
    var annotations = annotations
    let named = Annotation(key: "id", value: id)
    if let position = annotations.firstIndex(where: { $0.key == "id" }) {
      annotations[position] = named
    } else {
      annotations.insert(named, at: 0)
    }
    return PolicySyntax(
      annotations: annotations, effect: effect, principal: principal, action: action,
      resource: resource, conditions: conditions, tree: tree, offset: offset)
  }
}
