/// Evaluates the condition of one policy as far as what is known allows. Each node is visited once;
/// the depth of the recursion is bounded as the evaluator's is.
struct PartialEvaluator {
  let program: Program
  let knowledge: PartialKnowledge
  var residual: ResidualTree

  init(_ program: Program, _ knowledge: PartialKnowledge) {
    self.program = program
    self.knowledge = knowledge
    residual = ResidualTree(program)
  }

  /// What a node comes to. Where the surroundings fail on all but booleans (`demandsBool`), the
  /// expression that remains may fail on them too or may not.
  mutating func reduce(_ index: Int32, demandsBool: Bool = false) -> PartialOutcome {
    let node = program.nodes[Int(index)]
    switch node.operation {
    case .constant: return .value(program.constants[Int(node.first)])
    case .principal: return variable(knowledge.request.principal, index)
    case .action: return variable(knowledge.request.action, index)
    case .resource: return variable(knowledge.request.resource, index)
    case .context:
      let context = knowledge.request.context
      return context.whole.map { .value(.record($0)) } ?? .record(context)
    case .and: return junction(index, node, deciding: false, demandsBool)
    case .or: return junction(index, node, deciding: true, demandsBool)
    case .not: return negation(index, node)
    case .conditional: return conditional(index, node, demandsBool)
    case .attribute: return attribute(index, node)
    case .has: return has(index, node)
    case .in, .inConstant: return inside(index, node)
    case .is: return hasType(index, node)
    case .isIn: return hasTypeInside(index, node)
    case .hasTag, .getTag: return tag(index, node)
    case .call: return call(index, node)
    case .set, .record:
      return strict(index, node, program.children(of: node).map { reduce($0) })
    default: return binary(index, node)
    }
  }

  /// What a node comes to that must be a boolean.
  mutating func reduceBool(_ index: Int32) -> PartialOutcome {
    reduce(index, demandsBool: true).narrowed(to: .bool, "a bool", at: index)
  }

  private mutating func variable(_ entity: PartialEntity, _ index: Int32) -> PartialOutcome {
    switch entity {
    case .known(let uid): .value(.entity(uid))
    case .unknown(let type):
      .residual(Residual(id: residual.copy(index), possible: .entity, entityType: type))
    }
  }

  // MARK: Lazy operators

  /// `&&` or `||`: the operands in order until one is `deciding`.
  private mutating func junction(
    _ index: Int32, _ node: Program.Node, deciding: Bool, _ demandsBool: Bool
  ) -> PartialOutcome {
    var kept: [Expression.ID] = []
    var possible: Possibilities = []
    var failure: EvaluationFailure?
    var isSurelyBool = true
    var mayContinue = true
    for position in node.first..<node.first + node.second where mayContinue {
      let operand = program.operands[Int(position)]
      let raw = reduce(operand, demandsBool: true)
      let outcome = raw.narrowed(to: .bool, "a bool", at: operand)
      if case .value(.bool(let bool)) = outcome, bool != deciding { continue }
      let reached = outcome.possible
      if case .failure(let found) = outcome { failure = found }
      kept.append(residual.expression(outcome, for: operand))
      isSurelyBool = raw.possible.values.isSubset(of: .bool)
      possible.formUnion(reached.subtracting(.truth(!deciding)))
      mayContinue = reached.contains(.truth(!deciding))
    }
    if mayContinue { possible.insert(.truth(!deciding)) }
    guard let first = kept.first else { return .value(.bool(!deciding)) }
    if possible == .failure, let failure { return .failure(failure) }
    if kept.count == 1 {
      if demandsBool || isSurelyBool { return .settled(first, possible) }
      kept.insert(residual.add(.literal(.bool(!deciding)), at: index), at: 0)
    }
    return .settled(
      residual.add(deciding ? .or(kept) : .and(kept), at: index, over: kept), possible)
  }

  private mutating func negation(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let operand = reduceBool(node.first)
    switch operand {
    case .value(.bool(let bool)): return .value(.bool(!bool))
    case .residual(let inner):
      var possible = inner.possible.subtracting(.bool)
      if inner.possible.contains(.isTrue) { possible.insert(.isFalse) }
      if inner.possible.contains(.isFalse) { possible.insert(.isTrue) }
      return .settled(residual.rebuild(index, [inner.id]), possible)
    default: return operand
    }
  }

  private mutating func conditional(
    _ index: Int32, _ node: Program.Node, _ demandsBool: Bool
  ) -> PartialOutcome {
    let condition = reduceBool(node.first)
    switch condition {
    case .value(.bool(let bool)):
      let branch = bool ? node.second : node.third
      return demandsBool ? reduceBool(branch) : reduce(branch)
    case .residual(let test):
      let then = reduce(node.second, demandsBool: demandsBool)
      let otherwise = reduce(node.third, demandsBool: demandsBool)
      var possible = test.possible.intersection(.failure)
      if test.possible.contains(.isTrue) { possible.formUnion(then.possible) }
      if test.possible.contains(.isFalse) { possible.formUnion(otherwise.possible) }
      if possible == .failure {
        if case .failure = then { return then }
        if case .failure = otherwise { return otherwise }
      }
      if case .value(let one) = then, case .value(let other) = otherwise, one == other,
        !test.possible.mayFail
      {
        return then
      }
      let branches = [
        residual.expression(then, for: node.second),
        residual.expression(otherwise, for: node.third),
      ]
      let type = then.entityType == otherwise.entityType ? then.entityType : nil
      return .settled(residual.rebuild(index, [test.id] + branches), possible, type)
    default: return condition
    }
  }
}
