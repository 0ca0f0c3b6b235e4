/// Explains policies for one request: takes conditions apart and evaluates each part by itself.
/// Its recursion is as deep as the tree is high, which `PolicyLimits` bounds.
struct PolicyExplainer {
  private let entities: Entities
  private let request: Request
  private let satisfied: Set<PolicyID>
  private let determining: Set<PolicyID>
  private let failures: [PolicyID: String]

  init(_ response: Response, entities: Entities, request: Request) {
    self.entities = entities
    self.request = request
    satisfied = Set(response.satisfiedPermits + response.satisfiedForbids)
    determining = Set(response.determining)
    failures = Dictionary(response.errors.map { ($0.policy, $0.message) }) { first, _ in first }
  }

  func explain(_ policy: Policy, mismatches: [ScopeMismatch]) -> PolicyExplanation {
    PolicyExplanation(
      policy: policy.id, effect: policy.effect, place: policy.place,
      outcome: outcome(of: policy.id, isInScope: mismatches.isEmpty),
      isDetermining: determining.contains(policy.id), scopeMismatches: mismatches,
      conditions: conditions(of: policy))
  }

  private func outcome(of policy: PolicyID, isInScope: Bool) -> PolicyExplanation.Outcome {
    guard isInScope else { return .outOfScope }
    if let message = failures[policy] { return .failed(message) }
    return satisfied.contains(policy) ? .satisfied : .unsatisfied
  }

  /// A part with the nodes of the program that stand for it and for what it reads.
  private struct Compiled {
    let expression: Expression.ID
    let node: Int32
    let readings: [(text: String, node: Int32)]
  }

  private func conditions(of policy: Policy) -> [ConditionExplanation] {
    let syntax = policy.statement.syntax
    let tree = syntax.tree
    var compiler = Compiler()
    let compiled = syntax.conditions.map { condition in
      ConditionParts.parts(of: condition.body, in: tree).map { part in
        Compiled(
          expression: part, node: compiler.compile(part, of: tree),
          readings: ConditionParts.readings(of: part, in: tree).map {
            (PolicyPrinter.text(of: $0, in: tree), compiler.compile($0, of: tree))
          })
      }
    }
    let evaluator = Evaluator(program: compiler.finish(), entities: entities, request: request)
    return zip(syntax.conditions, compiled).map { condition, parts in
      var isGuarded = false
      return ConditionExplanation(
        isUnless: condition.isUnless,
        parts: parts.map { part in
          let outcome = evaluator.outcome(of: part.node, isGuarded: isGuarded)
          isGuarded = isGuarded || outcome != .value(true)
          return PartExplanation(
            text: PolicyPrinter.text(of: part.expression, in: tree),
            place: policy.map.place(Int(tree[part.expression].offset)), outcome: outcome,
            readings: part.readings.map { reading in
              .init(expression: reading.text, value: try? evaluator.value(reading.node))
            })
        })
    }
  }
}

extension Evaluator {
  /// What a part comes to. One that follows a part which is not true may rely on it.
  fileprivate func outcome(of node: Int32, isGuarded: Bool) -> PartExplanation.Outcome {
    do throws(EvaluationFailure) {
      return .value(try bool(node))
    } catch {
      return isGuarded ? .unreached : .failed(error.message)
    }
  }
}
