extension Authorizer {
  /// Decides a request of which not everything is known.
  ///
  /// The answer is sound: `.allow` only if every completion is allowed, `.deny` only if every
  /// completion is denied. As everywhere in Cedar, a policy that fails is skipped. When principal,
  /// action and resource are known, only the policies in whose scope the request is are looked at;
  /// otherwise all are. Each is gone through once.
  public static func isAuthorizedPartially(
    _ request: PartialRequest, policies: PolicySet, entities: Entities,
    absentEntities: AbsentEntities = .nonexistent
  ) -> PartialResponse {
    let knowledge = PartialKnowledge(
      request: request, entities: entities, absentEntities: absentEntities)
    var tally = PartialTally(policies: policies, knowledge: knowledge)
    guard let principal = knowledge.settled(request.principal),
      let action = knowledge.settled(request.action),
      let resource = knowledge.settled(request.resource)
    else {
      for position in policies.policies.indices { tally.add(position) }
      return tally.response()
    }
    let scoped = Evaluator(
      program: policies.program, entities: entities,
      request: Request(principal: principal, action: action, resource: resource))
    var candidates: ContiguousArray<Int> = []
    policies.index.forEachCandidate(scoped) { candidates.append($0) }
    var last = -1
    for position in candidates.sorted() where position != last {
      tally.add(position)
      last = position
    }
    return tally.response()
  }
}

/// What has become of the policies so far, in their order.
private struct PartialTally {
  let policies: PolicySet
  let knowledge: PartialKnowledge
  private var permits: [PolicyID] = []
  private var forbids: [PolicyID] = []
  private var residuals: [ResidualPolicy] = []
  private var errors: [PolicyError] = []

  init(policies: PolicySet, knowledge: PartialKnowledge) {
    self.policies = policies
    self.knowledge = knowledge
  }

  mutating func add(_ position: Int) {
    let policy = policies.policies[position]
    guard let scope = knowledge.reduce(policy.scope) else { return }
    guard policy.condition != Compiler.always else {
      add(policy, scope, .value(.bool(true)), ResidualTree(policies.program))
      return
    }
    var evaluator = PartialEvaluator(policies.program, knowledge)
    let outcome = evaluator.reduceBool(policy.condition)
    add(policy, scope, outcome, evaluator.residual)
  }

  private mutating func add(
    _ policy: Policy, _ scope: Scope, _ outcome: PartialOutcome, _ residual: ResidualTree
  ) {
    var residual = residual
    var condition: Expression.ID?
    switch outcome {
    case .value(.bool(false)): return
    case .value, .record:
      if scope.isUnconstrained {
        switch policy.effect {
        case .permit: permits.append(policy.id)
        case .forbid: forbids.append(policy.id)
        }
        return
      }
    case .failure(let failure):
      if scope.isUnconstrained {
        let offset = Int(policies.program.offsets[Int(failure.node)])
        errors.append(PolicyError(policy, failure: failure, offset: offset))
        return
      }
      condition = residual.copy(policy.condition)
    case .residual(let remaining): condition = remaining.id
    }
    residuals.append(
      ResidualPolicy(
        mayBeSatisfied: outcome.possible.contains(.isTrue), mayFail: outcome.possible.mayFail,
        original: policy, scope: scope, condition: condition, tree: residual.tree))
  }

  func response() -> PartialResponse {
    PartialResponse(
      satisfiedPermits: permits, satisfiedForbids: forbids, residuals: residuals, errors: errors)
  }
}

extension Scope {
  fileprivate var isUnconstrained: Bool {
    principal == .any && action == .any && resource == .any
  }
}
