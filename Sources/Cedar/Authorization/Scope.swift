/// The head of a policy: which principals, actions and resources it is about.
struct Scope: Sendable {
  let principal: ScopeConstraint
  let action: ScopeConstraint
  let resource: ScopeConstraint

  /// Whether the request is in the scope.
  func matches(_ evaluator: Evaluator) -> Bool {
    let request = evaluator.request
    return action.matches(request.action, evaluator.action)
      && resource.matches(request.resource, evaluator.resource)
      && principal.matches(request.principal, evaluator.principal)
  }
}

extension ScopeConstraint {
  func matches(_ uid: EntityUID, _ known: ResolvedEntity?) -> Bool {
    func isInside(_ group: EntityUID) -> Bool {
      uid == group || known?.ancestors.contains(group) == true
    }
    return switch self {
    case .any: true
    case .equal(let other): uid == other
    case .inside(let group): isInside(group)
    case .insideAny(let groups): groups.contains(where: isInside)
    case .type(let type): uid.type == type
    case .typeInside(let type, let group): uid.type == type && isInside(group)
    }
  }
}
