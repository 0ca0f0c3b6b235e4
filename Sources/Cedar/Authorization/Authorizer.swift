/// Decides requests as Cedar's authorizer does: deny by default, a satisfied forbid wins, and a
/// policy that cannot be evaluated is skipped and reported.
public struct Authorizer {
  private let policies: PolicySet
  private let evaluator: Evaluator
  private var permits: ContiguousArray<Int32> = []
  private var forbids: ContiguousArray<Int32> = []
  private var failures: ContiguousArray<(policy: Int32, failure: EvaluationFailure)> = []

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
    let compiled = policies.compiled
    policies.index.forEachCandidate(evaluator) { position in
      let policy = compiled[position]
      if policy.needsScopeCheck {
        guard policies.policies[position].scope.matches(evaluator) else { return }
      }
      authorizer.consider(position, policy)
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
      switch policy.effect {
      case .permit: permits.append(Int32(position))
      case .forbid: forbids.append(Int32(position))
      }
    } catch {
      failures.append((Int32(position), error))
    }
  }

  private var response: Response {
    Response(
      satisfiedPermits: ids(permits), satisfiedForbids: ids(forbids),
      errors: failures.isEmpty ? [] : errors)
  }

  /// The ids in the order of the policies. The index yields a policy with `action in [ … ]` once
  /// for each of its actions that holds, so repetitions are dropped.
  private func ids(_ positions: ContiguousArray<Int32>) -> [PolicyID] {
    guard positions.count > 1 else { return positions.map { policies.policies[Int($0)].id } }
    var result: [PolicyID] = []
    var last: Int32 = -1
    for position in positions.sorted() where position != last {
      result.append(policies.policies[Int(position)].id)
      last = position
    }
    return result
  }

  private var errors: [PolicyError] {
    var result: [PolicyError] = []
    var last: Int32 = -1
    for (position, failure) in failures.sorted(by: { $0.policy < $1.policy })
    where position != last {
      let offset = Int(policies.program.offsets[Int(failure.node)])
      result.append(
        PolicyError(policies.policies[Int(position)], failure: failure, offset: offset))
      last = position
    }
    return result
  }
}
