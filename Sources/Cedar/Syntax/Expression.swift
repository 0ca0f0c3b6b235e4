/// The syntax tree of one policy's conditions, its nodes in one array so that neither its height
/// nor its size can exhaust the stack when it is released.
struct ExpressionTree: Sendable {
  private(set) var nodes: ContiguousArray<Expression> = []

  subscript(id: Expression.ID) -> Expression { nodes[Int(id.index)] }

  mutating func add(_ expression: Expression) -> Expression.ID {
    nodes.append(expression)
    return Expression.ID(index: Int32(nodes.count - 1))
  }
}

/// One node of an expression.
struct Expression: Sendable {
  /// The position of a node in its tree.
  struct ID: Sendable, Hashable {
    let index: Int32
  }

  /// The four names that every policy knows.
  enum Variable: UInt8, Sendable, CaseIterable {
    case principal, action, resource, context

    var name: String { Variable.names[Int(rawValue)] }

    private static let names = allCases.map { String(describing: $0) }
  }

  enum BinaryOperator: UInt8, Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case add, subtract, multiply
    case `in`
    case contains, containsAll, containsAny
    case hasTag, getTag
  }

  enum Kind: Sendable {
    case literal(Value)
    case variable(Variable)
    case not(ID)
    case negate(ID)
    /// Two or more; the first is no `and` itself, as `&&` associates to the left.
    case and([ID])
    /// Two or more; the first is no `or` itself.
    case or([ID])
    case binary(BinaryOperator, ID, ID)
    case isEmpty(ID)
    case attribute(ID, AttributeName)
    /// Several names, as in `has a.b.c`, are identifiers.
    case has(ID, [AttributeName])
    case like(ID, Pattern)
    case `is`(ID, EntityType, in: ID?)
    case conditional(ID, then: ID, else: ID)
    case set([ID])
    case record([(name: AttributeName, value: ID)])
    case call(ExtensionFunction, [ID])
  }

  let kind: Kind
  /// The byte in the source to which errors point.
  let offset: Int32
  /// The number of nodes on the longest way down, this one included.
  let height: Int32
}
