/// Takes conditions apart.
enum ConditionParts {
  /// The operands of the topmost `&&`, those of an `&&` in parentheses among them.
  static func parts(of id: Expression.ID, in tree: ExpressionTree) -> [Expression.ID] {
    guard case .and(let operands) = tree[id].kind else { return [id] }
    return operands.flatMap { parts(of: $0, in: tree) }
  }

  /// What an expression reads: the longest chains of attributes, tests for them, tags, and the
  /// variables that stand alone; each once, in the order in which they are written.
  static func readings(of id: Expression.ID, in tree: ExpressionTree) -> [Expression.ID] {
    var found = Readings(tree: tree)
    found.visit(id)
    return found.list
  }
}

private struct Readings {
  let tree: ExpressionTree
  private(set) var list: [Expression.ID] = []
  private var texts: Set<String> = []

  init(tree: ExpressionTree) { self.tree = tree }

  mutating func visit(_ id: Expression.ID) {
    guard list.count < Explanation.readingsMax else { return }
    switch tree[id].kind {
    case .literal: break
    case .variable: note(id)
    case .attribute(let base, _):
      if isPath(base) { note(id) } else { visit(base) }
    case .has(let base, _):
      if isPath(base) { note(id) } else { visit(base) }
    case .binary(.hasTag, let entity, _), .binary(.getTag, let entity, _):
      if isPath(entity) { note(id) } else { visit(entity) }
    case .not(let operand), .negate(let operand), .isEmpty(let operand), .like(let operand, _):
      visit(operand)
    case .and(let operands), .or(let operands), .set(let operands), .call(_, let operands):
      for operand in operands { visit(operand) }
    case .binary(_, let left, let right):
      visit(left)
      visit(right)
    case .is(let entity, _, in: let group):
      visit(entity)
      if let group { visit(group) }
    case .conditional(let condition, then: let then, else: let otherwise):
      visit(condition)
      visit(then)
      visit(otherwise)
    case .record(let members):
      for member in members { visit(member.value) }
    }
  }

  /// Whether an expression is a variable or a chain of attributes of one.
  private func isPath(_ id: Expression.ID) -> Bool {
    var current = id
    while case .attribute(let base, _) = tree[current].kind { current = base }
    if case .variable = tree[current].kind { return true }
    return false
  }

  private mutating func note(_ id: Expression.ID) {
    guard list.count < Explanation.readingsMax,
      texts.insert(PolicyPrinter.text(of: id, in: tree)).inserted
    else { return }
    list.append(id)
  }
}
