/// Turns syntax trees into one `Program`. Literal sets, literal records and calls such as
/// `ip("10.0.0.0/8")` become constants.
struct Compiler {
  private var nodes: ContiguousArray<Program.Node> = []
  private var operands: ContiguousArray<Int32> = []
  private var constants: ContiguousArray<Value> = []
  private var names = PrehashedTable<AttributeName>()
  private var types = PrehashedTable<EntityType>()
  private var patterns: ContiguousArray<Pattern> = []
  private var offsets: ContiguousArray<Int32> = []

  /// Stands for a policy without conditions.
  static let always: Int32 = -1

  /// Adds the conditions of a policy and returns the node to evaluate, or `always`.
  mutating func compile(_ policy: PolicySyntax) -> Int32 {
    let offset = Int32(policy.offset)
    let clauses = policy.conditions.map { condition in
      let body = compile(condition.body, of: policy.tree)
      guard condition.isUnless else { return body }
      return add(.init(operation: .not, first: body), at: offset)
    }
    guard let first = clauses.first else { return Compiler.always }
    guard clauses.count > 1 else { return first }
    return add(list(.and, clauses), at: offset)
  }

  /// The finished program.
  func finish() -> Program {
    Program(
      nodes: nodes, operands: operands, constants: constants, names: names.keys,
      types: types.keys, patterns: patterns, offsets: offsets)
  }

  /// Adds an expression and returns its node.
  mutating func compile(_ id: Expression.ID, of tree: ExpressionTree) -> Int32 {
    let expression = tree[id]
    return add(node(expression.kind, of: tree), at: expression.offset)
  }

  private mutating func compile(_ ids: [Expression.ID], of tree: ExpressionTree) -> [Int32] {
    var result: [Int32] = []
    for id in ids { result.append(compile(id, of: tree)) }
    return result
  }

  private mutating func node(_ kind: Expression.Kind, of tree: ExpressionTree) -> Program.Node {
    switch kind {
    case .literal(let value): return constant(value)
    case .variable(let variable):
      switch variable {
      case .principal: return .init(operation: .principal)
      case .action: return .init(operation: .action)
      case .resource: return .init(operation: .resource)
      case .context: return .init(operation: .context)
      }
    case .not(let operand): return .init(operation: .not, first: compile(operand, of: tree))
    case .negate(let operand):
      return .init(operation: .negate, first: compile(operand, of: tree))
    case .and(let ids): return list(.and, compile(ids, of: tree))
    case .or(let ids): return list(.or, compile(ids, of: tree))
    case .binary(let binary, let left, let right): return self.binary(binary, left, right, tree)
    case .isEmpty(let operand):
      return .init(operation: .isEmpty, first: compile(operand, of: tree))
    case .attribute(let base, let name):
      return .init(
        operation: .attribute, first: compile(base, of: tree), second: number(of: name))
    case .has(let base, let path):
      let base = compile(base, of: tree)
      let start = Int32(operands.count)
      for name in path { operands.append(number(of: name)) }
      return .init(operation: .has, first: base, second: start, third: Int32(path.count))
    case .like(let text, let pattern):
      let text = compile(text, of: tree)
      patterns.append(pattern)
      return .init(operation: .like, first: text, second: Int32(patterns.count - 1))
    case .is(let entity, let type, let container):
      let first = compile(entity, of: tree)
      let second = Int32(types.insert(type))
      guard let container else { return .init(operation: .is, first: first, second: second) }
      return .init(
        operation: .isIn, first: first, second: second, third: compile(container, of: tree))
    case .conditional(let condition, let then, let otherwise):
      return .init(
        operation: .conditional, first: compile(condition, of: tree),
        second: compile(then, of: tree), third: compile(otherwise, of: tree))
    case .set(let ids):
      let elements = compile(ids, of: tree)
      let values = elements.compactMap { constantValue($0) }
      guard values.count < elements.count else { return constant(.set(ValueSet(values))) }
      return list(.set, elements)
    case .record(let members): return record(members, tree)
    case .call(let function, let ids): return call(function, compile(ids, of: tree))
    }
  }

  private mutating func binary(
    _ binary: Expression.BinaryOperator, _ left: Expression.ID, _ right: Expression.ID,
    _ tree: ExpressionTree
  ) -> Program.Node {
    let first = compile(left, of: tree)
    let second = compile(right, of: tree)
    let constant = constantNumber(second)
    switch binary {
    case .equal:
      if let constant { return .init(operation: .equalConstant, first: first, second: constant) }
      return .init(operation: .equal, first: first, second: second)
    case .notEqual:
      if let constant {
        return .init(operation: .notEqualConstant, first: first, second: constant)
      }
      return .init(operation: .notEqual, first: first, second: second)
    case .in:
      if let constant, case .entity = constants[Int(constant)] {
        return .init(operation: .inConstant, first: first, second: constant)
      }
      return .init(operation: .in, first: first, second: second)
    case .less: return .init(operation: .less, first: first, second: second)
    case .lessOrEqual: return .init(operation: .lessOrEqual, first: first, second: second)
    case .greater: return .init(operation: .greater, first: first, second: second)
    case .greaterOrEqual:
      return .init(operation: .greaterOrEqual, first: first, second: second)
    case .add: return .init(operation: .add, first: first, second: second)
    case .subtract: return .init(operation: .subtract, first: first, second: second)
    case .multiply: return .init(operation: .multiply, first: first, second: second)
    case .contains: return .init(operation: .contains, first: first, second: second)
    case .containsAll: return .init(operation: .containsAll, first: first, second: second)
    case .containsAny: return .init(operation: .containsAny, first: first, second: second)
    case .hasTag: return .init(operation: .hasTag, first: first, second: second)
    case .getTag: return .init(operation: .getTag, first: first, second: second)
    }
  }

  private mutating func record(
    _ members: [(name: AttributeName, value: Expression.ID)], _ tree: ExpressionTree
  ) -> Program.Node {
    let values = compile(members.map(\.value), of: tree)
    let known = values.compactMap { constantValue($0) }
    if known.count == values.count {
      return constant(
        .record(Record(zip(members, known).lazy.map { Record.Member($0.name, $1) })))
    }
    let start = Int32(operands.count)
    for (member, value) in zip(members, values) {
      operands.append(number(of: member.name))
      operands.append(value)
    }
    return .init(operation: .record, first: start, second: Int32(members.count))
  }

  private mutating func call(_ function: ExtensionFunction, _ arguments: [Int32])
    -> Program.Node
  {
    if function.isConstructor, arguments.count == 1,
      case .string(let text)? = constantValue(arguments[0]),
      let value = function.make(from: text)
    {
      return constant(.extension(value))
    }
    let start = Int32(operands.count)
    operands.append(contentsOf: arguments)
    return .init(
      operation: .call, first: Int32(function.rawValue), second: start,
      third: Int32(arguments.count))
  }

  private mutating func list(_ operation: Program.Operation, _ elements: [Int32])
    -> Program.Node
  {
    let start = Int32(operands.count)
    operands.append(contentsOf: elements)
    return .init(operation: operation, first: start, second: Int32(elements.count))
  }

  private mutating func constant(_ value: Value) -> Program.Node {
    constants.append(value)
    return .init(operation: .constant, first: Int32(constants.count - 1))
  }

  private func constantNumber(_ node: Int32) -> Int32? {
    let node = nodes[Int(node)]
    return node.operation == .constant ? node.first : nil
  }

  private func constantValue(_ node: Int32) -> Value? {
    constantNumber(node).map { constants[Int($0)] }
  }

  private mutating func number(of name: AttributeName) -> Int32 { Int32(names.insert(name)) }

  private mutating func add(_ node: Program.Node, at offset: Int32) -> Int32 {
    nodes.append(node)
    offsets.append(offset)
    return Int32(nodes.count - 1)
  }
}
