/// Expressions. The recursion is as deep as the tree is high, which `PolicyLimits` bounds.
extension PolicyPrinter {
  /// Writes an expression where one of this binding or a tighter one may stand.
  mutating func write(
    _ id: Expression.ID, of tree: ExpressionTree, in place: Binding = .conditional
  ) {
    let kind = tree[id].kind
    guard Binding(of: kind) >= place else {
      append("(")
      nest { $0.write(kind, of: tree) }
      return append(")")
    }
    guard place == .conditional else { return write(kind, of: tree) }
    nest { $0.write(kind, of: tree) }
  }

  private mutating func write(_ kind: Expression.Kind, of tree: ExpressionTree) {
    switch kind {
    case .literal(let value): write(value)
    case .variable(let variable): append(variable.name)
    case .not, .negate: writeUnary(kind, of: tree)
    case .and(let operands): write(operands, of: tree, between: " && ", in: .relation)
    case .or(let operands): write(operands, of: tree, between: " || ", in: .and)
    case .binary(let operation, let left, let right):
      write(operation, left, right, of: tree)
    case .isEmpty(let set):
      write(set, of: tree, in: .member)
      append(".isEmpty()")
    case .attribute(let base, let name):
      write(base, of: tree, in: .member)
      append(Quoting.isIdentifier(name.text) ? "." + name.text : "[\(Quoting.quote(name.text))]")
    case .has(let base, let path):
      write(base, of: tree, in: .sum)
      append(" has " + path.map { Quoting.name($0.text) }.joined(separator: "."))
    case .like(let operand, let pattern):
      write(operand, of: tree, in: .sum)
      append(" like " + Quoting.quote(pattern))
    case .is(let entity, let type, in: let group):
      write(entity, of: tree, in: .sum)
      append(" is " + type.name)
      if let group {
        append(" in ")
        write(group, of: tree, in: .sum)
      }
    case .conditional(let condition, then: let then, else: let otherwise):
      append("if ")
      write(condition, of: tree)
      append(" then ")
      write(then, of: tree)
      append(" else ")
      write(otherwise, of: tree)
    case .set(let elements):
      append("[")
      write(elements, of: tree, between: ", ", in: .conditional)
      append("]")
    case .record(let members): write(members, of: tree)
    case .call(let function, let arguments): write(function, arguments, of: tree)
    }
  }

  private mutating func write(
    _ ids: some Collection<Expression.ID>, of tree: ExpressionTree, between separator: String,
    in place: Binding
  ) {
    var isFirst = true
    for id in ids {
      if !isFirst { append(separator) }
      write(id, of: tree, in: place)
      isFirst = false
    }
  }

  private mutating func write(
    _ operation: Expression.BinaryOperator, _ left: Expression.ID, _ right: Expression.ID,
    of tree: ExpressionTree
  ) {
    let places: (left: Binding, right: Binding)
    switch Binding(of: .binary(operation, left, right)) {
    case .sum: places = (.sum, .product)
    case .product: places = (.product, .unary)
    case .member:
      write(left, of: tree, in: .member)
      append("." + operation.name + "(")
      write(right, of: tree)
      append(")")
      return
    default: places = (.sum, .sum)
    }
    write(left, of: tree, in: places.left)
    append(" " + operation.name + " ")
    write(right, of: tree, in: places.right)
  }

  private mutating func write(
    _ members: [(name: AttributeName, value: Expression.ID)], of tree: ExpressionTree
  ) {
    append("{")
    for (position, member) in members.enumerated() {
      append((position > 0 ? ", " : "") + Quoting.name(member.name.text) + ": ")
      write(member.value, of: tree)
    }
    append("}")
  }

  private mutating func write(
    _ function: ExtensionFunction, _ arguments: [Expression.ID], of tree: ExpressionTree
  ) {
    var arguments = arguments[...]
    if !function.isConstructor, let receiver = arguments.popFirst() {
      write(receiver, of: tree, in: .member)
      append(".")
    }
    append(function.name + "(")
    write(arguments, of: tree, between: ", ", in: .conditional)
    append(")")
  }

  /// Writes a run of `!` or of `-`, no longer than the language allows, and its operand.
  private mutating func writeUnary(_ kind: Expression.Kind, of tree: ExpressionTree) {
    var kind = kind
    for count in 1...Parser.unaryLimit {
      let operand: Expression.ID
      switch kind {
      case .not(let id):
        append("!")
        operand = id
      case .negate(let id):
        append("-")
        operand = id
      default: return
      }
      let next = tree[operand].kind
      switch (kind, next) {
      case (.not, .not) where count < Parser.unaryLimit,
        (.negate, .negate) where count < Parser.unaryLimit:
        kind = next
      case (.negate, .literal(.long(let value))) where value >= 0 || count == Parser.unaryLimit:
        // Without parentheses the sign would belong to the number, or be one too many.
        return nest { $0.append("(\(value))") }
      case (.negate, .literal(.long(let value))): return append(String(value))
      default: return write(operand, of: tree, in: .member)
      }
    }
  }

  private mutating func write(_ value: Value) {
    switch value {
    case .bool, .long, .string, .entity, .extension: append(value.description)
    case .set(let set):
      append("[")
      for (position, element) in set.values.enumerated() {
        if position > 0 { append(", ") }
        write(element)
      }
      append("]")
    case .record(let record):
      append("{")
      for (position, member) in record.members.enumerated() {
        append((position > 0 ? ", " : "") + Quoting.name(member.name.text) + ": ")
        write(member.value)
      }
      append("}")
    }
  }
}
