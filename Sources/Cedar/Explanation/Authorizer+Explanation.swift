extension Authorizer {
  /// Decides a request and says why. For people: it looks at every policy, and takes a multiple of
  /// the time of a decision.
  public static func explain(
    _ request: Request, policies: PolicySet, entities: Entities
  ) -> Explanation {
    let response = isAuthorized(request, policies: policies, entities: entities)
    let evaluator = Evaluator(program: policies.program, entities: entities, request: request)
    var explainer = PolicyExplainer(response, entities: entities, request: request)
    var candidates: [PolicyExplanation] = []
    var permits: [(mismatches: [ScopeMismatch], policy: Policy)] = []
    for policy in policies.policies {
      let mismatches = policy.scope.mismatches(evaluator)
      if mismatches.isEmpty {
        candidates.append(explainer.explain(policy, mismatches: []))
      } else if policy.effect == .permit, response.satisfiedPermits.isEmpty {
        permits.append((mismatches, policy))
      }
    }
    return Explanation(
      response: response, candidates: candidates,
      nearestPermit: response.satisfiedPermits.isEmpty
        ? nearest(among: candidates, others: permits, &explainer) : nil)
  }

  private static func nearest(
    among candidates: [PolicyExplanation],
    others: [(mismatches: [ScopeMismatch], policy: Policy)],
    _ explainer: inout PolicyExplainer
  ) -> PolicyExplanation? {
    var best = candidates.filter { $0.effect == .permit }.min { $0.distance < $1.distance }
    for count in 1...3 {
      for (mismatches, policy) in others where mismatches.count == count {
        if let best, best.distance <= count { return best }
        let next = explainer.explain(policy, mismatches: mismatches)
        if next.distance < best?.distance ?? .max { best = next }
      }
    }
    return best
  }
}

extension Scope {
  /// The constraints that the request does not satisfy.
  fileprivate func mismatches(_ evaluator: Evaluator) -> [ScopeMismatch] {
    let request = evaluator.request
    let places: [(ScopeConstraint, Expression.Variable, EntityUID, ResolvedEntity?)] = [
      (principal, .principal, request.principal, evaluator.principal),
      (action, .action, request.action, evaluator.action),
      (resource, .resource, request.resource, evaluator.resource),
    ]
    return places.compactMap { constraint, variable, uid, known in
      guard !constraint.matches(uid, known) else { return nil }
      return ScopeMismatch(
        constraint: PolicyPrinter.text(of: constraint, on: variable), found: uid)
    }
  }
}
