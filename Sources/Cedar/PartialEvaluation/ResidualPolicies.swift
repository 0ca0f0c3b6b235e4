/// The residual policies of a partial response in a form that decides completions: what is known
/// need not be evaluated again for each of them.
public struct ResidualPolicies: Sendable {
  private struct Compiled: Sendable {
    let policy: Policy
    let scope: Scope
    let condition: Int32
  }

  private let response: PartialResponse
  private let program: Program
  private let policies: ContiguousArray<Compiled>

  /// Compiles the residual policies.
  public init(_ response: PartialResponse) {
    self.response = response
    var compiler = Compiler()
    var policies: ContiguousArray<Compiled> = []
    for residual in response.residuals {
      let condition = compiler.compile(residual.syntax)
      policies.append(
        Compiled(policy: residual.original, scope: residual.scope, condition: condition))
    }
    self.policies = policies
    program = compiler.finish()
  }

  /// Decides a request that completes the partial one, with entities that complete its entities:
  /// the answer is that of the original policies. For other requests it means nothing. O(residual
  /// policies).
  public func isAuthorized(_ request: Request, entities: Entities) -> Response {
    let evaluator = Evaluator(program: program, entities: entities, request: request)
    var permits = response.satisfiedPermits
    var forbids = response.satisfiedForbids
    var errors = response.errors
    for candidate in policies where candidate.scope.matches(evaluator) {
      do throws(EvaluationFailure) {
        if candidate.condition != Compiler.always {
          guard try evaluator.bool(candidate.condition) else { continue }
        }
        switch candidate.policy.effect {
        case .permit: permits.append(candidate.policy.id)
        case .forbid: forbids.append(candidate.policy.id)
        }
      } catch {
        let offset = Int(program.offsets[Int(error.node)])
        errors.append(PolicyError(candidate.policy, failure: error, offset: offset))
      }
    }
    return Response(
      satisfiedPermits: permits.sorted { $0.index < $1.index },
      satisfiedForbids: forbids.sorted { $0.index < $1.index },
      errors: errors.sorted { $0.policy.index < $1.policy.index })
  }
}
