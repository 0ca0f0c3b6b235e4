/// Decides requests as Cedar's authorizer does: deny by default, a satisfied forbid wins, and a
/// policy that cannot be evaluated is skipped and reported.
public struct Authorizer {
  private let policies: PolicySet
  private let evaluator: Evaluator
  private var permits: [PolicyID] = []
  private var forbids: [PolicyID] = []
  private var errors: [PolicyError] = []
  /// The policies with `action in [ … ]` that were reached.
  private var seen: ContiguousArray<Int> = []

  private init(_ request: Request, _ policies: PolicySet, _ entities: Entities) {
    self.policies = policies
    evaluator = Evaluator(program: policies.program, entities: entities, request: request)
  }

  /// Decides a request, looking only at the policies in whose scope it is.
  public static func isAuthorized(
    _ request: Request, policies: PolicySet, entities: Entities
  ) -> Response {
    var authorizer = Authorizer(request, policies, entities)
    let evaluator = authorizer.evaluator
    policies.index.forEachCandidate(evaluator) { position in
      let policy = policies.compiled[position]
      switch policy.check {
      case .none: authorizer.consider(position, policy)
      case .scope:
        if policies.policies[position].scope.matches(evaluator) {
          authorizer.consider(position, policy)
        }
      case .scopeOnce:
        // Reached once for each action of its list that holds.
        if !authorizer.seen.contains(position) {
          authorizer.seen.append(position)
          if policies.policies[position].scope.matches(evaluator) {
            authorizer.consider(position, policy)
          }
        }
      }
    }
    return authorizer.response
  }

  /// Decides a request by looking at every policy: what the index must agree with.
  static func isAuthorizedByScan(
    _ request: Request, policies: PolicySet, entities: Entities
  ) -> Response {
    var authorizer = Authorizer(request, policies, entities)
    for (position, policy) in policies.policies.enumerated()
    where policy.scope.matches(authorizer.evaluator) {
      authorizer.consider(position, policies.compiled[position])
    }
    return authorizer.response
  }

  @inline(__always)
  private mutating func consider(_ position: Int, _ policy: PolicySet.Compiled) {
    do throws(EvaluationFailure) {
      if policy.condition != Compiler.always {
        guard try evaluator.bool(policy.condition) else { return }
      }
      let id = policies.policies[position].id
      switch policy.effect {
      case .permit: permits.append(id)
      case .forbid: forbids.append(id)
      }
    } catch {
      let offset = Int(policies.program.offsets[Int(error.node)])
      errors.append(PolicyError(policies.policies[position], failure: error, offset: offset))
    }
  }

  private var response: Response {
    Response(
      satisfiedPermits: sorted(permits, by: \.index),
      satisfiedForbids: sorted(forbids, by: \.index),
      errors: sorted(errors, by: \.policy.index))
  }

  private func sorted<Element>(_ elements: [Element], by index: KeyPath<Element, Int32>)
    -> [Element]
  {
    elements.count < 2
      ? elements : elements.sorted { $0[keyPath: index] < $1[keyPath: index] }
  }
}
