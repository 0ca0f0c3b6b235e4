/// Builds the expressions that remain of a policy.
///
/// A node of the program becomes at most one node here, or is replaced by its value when that is
/// small, or is copied as it was written: what remains of a policy has at most
/// `inlineSize` + 2 times as many nodes as the policy, and is at most `inlineHeight` levels higher.
struct ResidualTree {
  private let program: Program
  private(set) var tree = ExpressionTree()

  /// The size in nodes and the height up to which a value takes the place of an expression.
  static let inlineSize = 64
  static let inlineHeight = 4

  init(_ program: Program) { self.program = program }

  mutating func add(
    _ kind: Expression.Kind, at index: Int32, over children: [Expression.ID] = []
  ) -> Expression.ID {
    add(kind, offset: program.offsets[Int(index)], over: children)
  }

  private mutating func add(
    _ kind: Expression.Kind, offset: Int32, over children: [Expression.ID]
  ) -> Expression.ID {
    var height: Int32 = 0
    for child in children { height = max(height, tree[child].height) }
    return tree.add(Expression(kind: kind, offset: offset, height: height + 1))
  }

  /// The expression for what a node came to.
  mutating func expression(_ outcome: PartialOutcome, for index: Int32) -> Expression.ID {
    switch outcome {
    case .residual(let residual): return residual.id
    case .value(let value):
      var budget = ResidualTree.inlineSize
      guard ResidualTree.fits(value, ResidualTree.inlineHeight, &budget) else {
        return copy(index)
      }
      return literal(value, at: index)
    case .record, .failure: return copy(index)
    }
  }

  private static func fits(_ value: Value, _ height: Int, _ budget: inout Int) -> Bool {
    budget -= 1
    guard budget >= 0, height > 0 else { return false }
    switch value {
    case .set(let set):
      guard set.count <= budget else { return false }
      for element in set.values where !fits(element, height - 1, &budget) { return false }
    case .record(let record):
      guard record.count <= budget else { return false }
      for member in record.members where !fits(member.value, height - 1, &budget) {
        return false
      }
    case .extension:
      // A function or two and their arguments.
      budget -= 4
      return budget >= 0 && height > 2
    default: break
    }
    return true
  }

  /// A value as a policy writes it.
  mutating func literal(_ value: Value, at index: Int32) -> Expression.ID {
    switch value {
    case .bool, .long, .string, .entity: return add(.literal(value), at: index)
    case .set(let set):
      let elements = set.values.map { literal($0, at: index) }
      return add(.set(elements), at: index, over: elements)
    case .record(let record):
      let members = record.members.map { (name: $0.name, value: literal($0.value, at: index)) }
      return add(.record(members), at: index, over: members.map(\.value))
    case .extension(.decimal(let decimal)): return call(.decimal, decimal.description, index)
    case .extension(.ipaddr(let address)): return call(.ip, address.description, index)
    case .extension(.duration(let duration)): return call(.duration, duration.description, index)
    case .extension(.datetime(let moment)):
      if DatetimeValue(moment.description) == moment {
        return call(.datetime, moment.description, index)
      }
      // A moment that only `offset` can reach.
      let start = call(.datetime, "1970-01-01", index)
      let span = call(.duration, "\(moment.milliseconds)ms", index)
      return add(.call(.offset, [start, span]), at: index, over: [start, span])
    }
  }

  private mutating func call(
    _ function: ExtensionFunction, _ text: String, _ index: Int32
  ) -> Expression.ID {
    let argument = add(.literal(.string(text)), at: index)
    return add(.call(function, [argument]), at: index, over: [argument])
  }

  /// The expression of a node as it was written.
  mutating func copy(_ index: Int32) -> Expression.ID {
    let node = program.nodes[Int(index)]
    switch node.operation {
    case .constant: return literal(program.constants[Int(node.first)], at: index)
    case .principal: return add(.variable(.principal), at: index)
    case .action: return add(.variable(.action), at: index)
    case .resource: return add(.variable(.resource), at: index)
    case .context: return add(.variable(.context), at: index)
    case .equalConstant, .notEqualConstant, .inConstant:
      let left = copy(node.first)
      return rebuild(index, [left, literal(program.constants[Int(node.second)], at: index)])
    default: return rebuild(index, program.children(of: node).map { copy($0) })
    }
  }

  /// The expression of a node over other operands.
  mutating func rebuild(_ index: Int32, _ operands: [Expression.ID]) -> Expression.ID {
    add(kind(program.nodes[Int(index)], operands), at: index, over: operands)
  }

  private func kind(_ node: Program.Node, _ operands: [Expression.ID]) -> Expression.Kind {
    switch node.operation {
    case .constant, .principal, .action, .resource, .context:
      preconditionFailure("a leaf has no operands")
    case .not: return .not(operands[0])
    case .negate: return .negate(operands[0])
    case .and: return .and(operands)
    case .or: return .or(operands)
    case .set: return .set(operands)
    case .record:
      return .record(
        operands.enumerated().map { position, operand in
          let name = program.operands[Int(node.first) + position * 2]
          return (program.names[Int(name)], operand)
        })
    case .has: return .has(operands[0], program.path(of: node))
    case .attribute: return .attribute(operands[0], program.names[Int(node.second)])
    case .like: return .like(operands[0], program.patterns[Int(node.second)])
    case .is: return .is(operands[0], program.types[Int(node.second)], in: nil)
    case .isIn: return .is(operands[0], program.types[Int(node.second)], in: operands[1])
    case .isEmpty: return .isEmpty(operands[0])
    case .conditional: return .conditional(operands[0], then: operands[1], else: operands[2])
    case .call:
      guard let function = ExtensionFunction(rawValue: UInt8(truncatingIfNeeded: node.first)) else {
        preconditionFailure("the compiler numbers functions by their raw value")
      }
      return .call(function, operands)
    default: return .binary(Program.binary(node.operation), operands[0], operands[1])
    }
  }
}

extension Program {
  /// The names of a `has`.
  func path(of node: Node) -> [AttributeName] {
    (node.second..<node.second + node.third).map { names[Int(operands[Int($0)])] }
  }

  /// The nodes under a node, in the order in which they are evaluated.
  func children(of node: Node) -> [Int32] {
    switch node.operation {
    case .constant, .principal, .action, .resource, .context: []
    case .not, .negate, .isEmpty, .attribute, .has, .like, .is, .equalConstant,
      .notEqualConstant, .inConstant:
      [node.first]
    case .and, .or, .set: Array(operands[Int(node.first)..<Int(node.first + node.second)])
    case .record: (0..<node.second).map { operands[Int(node.first + $0 * 2 + 1)] }
    case .call: Array(operands[Int(node.second)..<Int(node.second + node.third)])
    case .isIn: [node.first, node.third]
    case .conditional: [node.first, node.second, node.third]
    default: [node.first, node.second]
    }
  }

  fileprivate static func binary(_ operation: Operation) -> Expression.BinaryOperator {
    switch operation {
    case .equal, .equalConstant: .equal
    case .notEqual, .notEqualConstant: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .in, .inConstant: .in
    case .contains: .contains
    case .containsAll: .containsAll
    case .containsAny: .containsAny
    case .hasTag: .hasTag
    case .getTag: .getTag
    default: preconditionFailure("not a binary operator")
    }
  }
}
