/// Decides requests as Cedar's authorizer does: deny by default, a satisfied forbid wins, and a
/// policy that cannot be evaluated is skipped and reported.
public enum Authorizer {
  /// Decides a request, looking only at the policies in whose scope it is.
  public static func isAuthorized(
    _ request: Request, policies: PolicySet, entities: Entities
  ) -> Response {
    let evaluator = Evaluator(program: policies.program, entities: entities, request: request)
    let compiled = policies.compiled
    var tally = Tally()
    policies.index.forEachCandidate(evaluator) { position in
      let policy = compiled[position]
      if policy.needsScopeCheck {
        guard policies.policies[position].scope.matches(evaluator) else { return }
      }
      tally.add(position, policy, evaluator)
    }
    return tally.response(policies)
  }

  /// Decides a request by looking at every policy: what the index must agree with.
  @_spi(Checking) public static func isAuthorizedByScan(
    _ request: Request, policies: PolicySet, entities: Entities
  ) -> Response {
    let evaluator = Evaluator(program: policies.program, entities: entities, request: request)
    var tally = Tally()
    for (position, policy) in policies.policies.enumerated()
    where policy.scope.matches(evaluator) {
      tally.add(position, policies.compiled[position], evaluator)
    }
    return tally.response(policies)
  }
}

/// The policies that were satisfied and those that erred, by position.
private struct Tally {
  private var permits = ShortList<16>()
  private var forbids = ShortList<16>()
  private var failures: ContiguousArray<(policy: Int32, failure: EvaluationFailure)> = []

  /// Evaluates a policy in scope.
  @inline(__always)
  mutating func add(
    _ position: Int, _ policy: PolicySet.Compiled, _ evaluator: borrowing Evaluator
  ) {
    do throws(EvaluationFailure) {
      if policy.condition != Compiler.always {
        guard try evaluator.bool(policy.condition) else { return }
      }
      switch policy.effect {
      case .permit: permits.append(UInt32(position))
      case .forbid: forbids.append(UInt32(position))
      }
    } catch {
      failures.append((Int32(position), error))
    }
  }

  func response(_ policies: PolicySet) -> Response {
    Response(
      satisfiedPermits: ids(permits, policies), satisfiedForbids: ids(forbids, policies),
      errors: failures.isEmpty ? [] : errors(policies))
  }

  /// The ids in the order of the policies. The index yields a policy with `action in [ … ]` once
  /// for each of its actions that holds, so repetitions are dropped.
  private func ids(_ positions: ShortList<16>, _ policies: PolicySet) -> [PolicyID] {
    guard positions.count > 0 else { return [] }
    var result: [PolicyID] = []
    result.reserveCapacity(positions.count)
    positions.forEachAscending { result.append(policies.policies[Int($0)].id) }
    return result
  }

  private func errors(_ policies: PolicySet) -> [PolicyError] {
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
