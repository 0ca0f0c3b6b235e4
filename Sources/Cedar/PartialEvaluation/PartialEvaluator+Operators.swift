/// Operators that evaluate all of their operands and need only their values.
extension PartialEvaluator {
  mutating func binary(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    switch node.operation {
    case .equal, .notEqual:
      return equal(index, node, reduce(node.first), reduce(node.second))
    case .equalConstant, .notEqualConstant:
      return equal(
        index, node, reduce(node.first), .value(program.constants[Int(node.second)]))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: return comparison(index, node)
    case .add, .subtract, .multiply:
      return strict(
        index, node, [operand(node.first, .long, "a long"), operand(node.second, .long, "a long")])
    case .negate: return strict(index, node, [operand(node.first, .long, "a long")])
    case .contains:
      return strict(index, node, [operand(node.first, .set, "a set"), reduce(node.second)])
    case .containsAll, .containsAny:
      return strict(
        index, node, [operand(node.first, .set, "a set"), operand(node.second, .set, "a set")])
    case .isEmpty: return strict(index, node, [operand(node.first, .set, "a set")])
    case .like: return strict(index, node, [operand(node.first, .string, "a string")])
    default: preconditionFailure("the other operators have methods of their own")
    }
  }

  /// What an operand comes to that must be of some kinds.
  mutating func operand(
    _ index: Int32, _ kinds: Possibilities, _ expected: StaticString
  ) -> PartialOutcome {
    reduce(index).narrowed(to: kinds, expected, at: index)
  }

  /// A node over operands that have been narrowed: its value when all of theirs are known.
  mutating func strict(
    _ index: Int32, _ node: Program.Node, _ operands: [PartialOutcome]
  ) -> PartialOutcome {
    var values: [Value] = []
    for operand in operands {
      if case .failure = operand { return operand }
      if case .value(let value) = operand { values.append(value) }
    }
    if values.count == operands.count {
      do throws(EvaluationFailure) {
        return .value(try program.apply(index, node, values))
      } catch {
        return .failure(error)
      }
    }
    return remains(index, node, operands, result(of: node))
  }

  /// A node that is kept over what its operands came to. It fails when one of them does.
  mutating func remains(
    _ index: Int32, _ node: Program.Node, _ operands: [PartialOutcome], _ result: Possibilities
  ) -> PartialOutcome {
    var possible = result
    var ids: [Expression.ID] = []
    for (operand, child) in zip(operands, program.children(of: node)) {
      possible.formUnion(operand.possible.intersection(.failure))
      ids.append(residual.expression(operand, for: child))
    }
    if ids.count < operands.count, case .value(let constant) = operands[ids.count] {
      ids.append(residual.literal(constant, at: index))
    }
    return .settled(residual.rebuild(index, ids), possible)
  }

  private func result(of node: Program.Node) -> Possibilities {
    switch node.operation {
    case .add, .subtract, .multiply, .negate: [.long, .failure]
    case .set: .set
    case .record: .record
    default: .bool
    }
  }

  private mutating func equal(
    _ index: Int32, _ node: Program.Node, _ left: PartialOutcome, _ right: PartialOutcome
  ) -> PartialOutcome {
    if case .failure = left { return left }
    if case .failure = right { return right }
    if case .value(let one) = left, case .value(let other) = right {
      return .value(.bool((one == other) == node.operation.isEquality))
    }
    let common = left.possible.intersection(right.possible).values
    var differ = common.isEmpty
    if common == .entity, let one = left.entityType, let other = right.entityType {
      differ = one != other
    }
    return remains(
      index, node, [left, right], differ ? .truth(!node.operation.isEquality) : .bool)
  }

  private mutating func comparison(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let expected: StaticString = "a long, a datetime or a duration"
    var (left, right) = (reduce(node.first), reduce(node.second))
    if case .value = left, case .value = right { return strict(index, node, [left, right]) }
    if case .failure = left { return left }
    if case .failure = right { return right }
    left = left.narrowed(to: .ordered, expected, at: node.first)
    right = right.narrowed(to: .ordered, expected, at: node.second)
    if case .failure = left { return left }
    if case .failure = right { return right }
    let (one, other) = (left.possible.values, right.possible.values)
    if one.isDisjoint(with: other), let found = other.onlyKind {
      return .failure(
        program.failure(node.second, .wrongType(expected: expected, found: found)))
    }
    let isOneKind = one == other && one.onlyKind != nil
    return remains(index, node, [left, right], isOneKind ? .bool : [.bool, .failure])
  }

  mutating func call(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let function: ExtensionFunction
    do throws(EvaluationFailure) {
      function = try program.function(index, node)
    } catch {
      return .failure(error)
    }
    let children = program.children(of: node)
    var operands: [PartialOutcome] = []
    for (position, child) in children.enumerated() {
      let kind = position == 0 ? function.receiver : function.argument
      let expected = position == 0 ? function.expectedReceiver : function.expectedArgument
      operands.append(
        kind.map { operand(child, Possibilities($0), expected) }
          ?? operand(child, .string, "a string"))
    }
    guard operands.contains(where: { if case .value = $0 { false } else { true } }) else {
      return strict(index, node, operands)
    }
    for case .failure(let failure) in operands { return .failure(failure) }
    return remains(index, node, operands, function.result)
  }
}

extension ExtensionFunction {
  /// The kind of the argument of a method.
  fileprivate var argument: ValueKind? { self == .offset ? .duration : receiver }

  /// What a call on operands of the right kinds can come to.
  fileprivate var result: Possibilities {
    switch self {
    case .decimal: [.decimal, .failure]
    case .ip: [.ipaddr, .failure]
    case .datetime, .offset, .toDate: [.datetime, .failure]
    case .duration, .durationSince: [.duration, .failure]
    case .toTime: .duration
    case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: .long
    default: .bool
    }
  }
}

extension Program.Operation {
  fileprivate var isEquality: Bool { self == .equal || self == .equalConstant }
}

extension Program {
  /// An operator on known operands.
  fileprivate func apply(
    _ index: Int32, _ node: Node, _ operands: [Value]
  ) throws(EvaluationFailure) -> Value {
    switch node.operation {
    case .set: return .set(ValueSet(operands))
    case .record:
      let names = (0..<node.second).map { self.names[Int(self.operands[Int(node.first + $0 * 2)])] }
      return .record(Record(zip(names, operands).map { Record.Member($0, $1) }))
    case .call:
      return try call(
        index, node, function(index, node), operands[0], operands.count > 1 ? operands[1] : nil)
    case .negate: return .long(try negated(index, long(operands[0], at: node.first)))
    case .isEmpty: return .bool(try set(operands[0], at: node.first).isEmpty)
    case .like:
      return .bool(
        patterns[Int(node.second)].matches(try string(operands[0], at: node.first)))
    default: return try apply(node, operands[0], operands[1], at: index)
    }
  }

  private func apply(
    _ node: Node, _ left: Value, _ right: Value, at index: Int32
  ) throws(EvaluationFailure) -> Value {
    switch node.operation {
    case .less: return .bool(try compare(node, left, right, <, <, <))
    case .lessOrEqual: return .bool(try compare(node, left, right, <=, <=, <=))
    case .greater: return .bool(try compare(node, left, right, >, >, >))
    case .greaterOrEqual: return .bool(try compare(node, left, right, >=, >=, >=))
    case .contains: return .bool(try set(left, at: node.first).contains(right))
    case .containsAll:
      return .bool(try set(left, at: node.first).containsAll(set(right, at: node.second)))
    case .containsAny:
      return .bool(try set(left, at: node.first).containsAny(set(right, at: node.second)))
    default:
      return .long(
        try arithmetic(
          index, node.operation, long(left, at: node.first), long(right, at: node.second)))
    }
  }
}
