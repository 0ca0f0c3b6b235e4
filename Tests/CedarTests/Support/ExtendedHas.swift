@testable import Cedar

extension PolicySyntax {
  /// The same with `e has a.b` as `e has a && e.a has b`, as JSON has it.
  func writingOutHas() -> PolicySyntax {
    var copy = HasExpansion(source: tree)
    let conditions = conditions.map { condition in
      Condition(isUnless: condition.isUnless, body: copy.copy(condition.body))
    }
    return PolicySyntax(
      annotations: annotations, effect: effect, principal: principal, action: action,
      resource: resource, conditions: conditions, tree: copy.tree, offset: offset)
  }
}

private struct HasExpansion {
  let source: ExpressionTree
  var tree = ExpressionTree()

  private mutating func add(_ kind: Expression.Kind) -> Expression.ID {
    tree.add(Expression(kind: kind, offset: 0, height: 1))
  }

  private mutating func copy(_ ids: [Expression.ID]) -> [Expression.ID] { ids.map { copy($0) } }

  mutating func copy(_ id: Expression.ID) -> Expression.ID {
    switch source[id].kind {
    case .literal, .variable: add(source[id].kind)
    case .not(let operand): add(.not(copy(operand)))
    case .negate(let operand): add(.negate(copy(operand)))
    case .isEmpty(let operand): add(.isEmpty(copy(operand)))
    case .and(let operands): and(copy(operands))
    case .or(let operands): add(.or(copy(operands)))
    case .binary(let operation, let left, let right):
      add(.binary(operation, copy(left), copy(right)))
    case .attribute(let base, let name): add(.attribute(copy(base), name))
    case .has(let base, let path): has(base, path)
    case .like(let operand, let pattern): add(.like(copy(operand), pattern))
    case .is(let entity, let type, in: let group):
      add(.is(copy(entity), type, in: group.map { copy($0) }))
    case .conditional(let condition, then: let then, else: let otherwise):
      add(.conditional(copy(condition), then: copy(then), else: copy(otherwise)))
    case .set(let elements): add(.set(copy(elements)))
    case .record(let members): add(.record(members.map { ($0.name, copy($0.value)) }))
    case .call(let function, let arguments): add(.call(function, copy(arguments)))
    }
  }

  private mutating func has(_ base: Expression.ID, _ path: [AttributeName]) -> Expression.ID {
    let tests = path.indices.map { position in
      var base = copy(base)
      for name in path[..<position] { base = add(.attribute(base, name)) }
      return add(.has(base, [path[position]]))
    }
    return tests.count == 1 ? tests[0] : add(.and(tests))
  }

  /// The first operand may have become an `and`.
  private mutating func and(_ operands: [Expression.ID]) -> Expression.ID {
    guard case .and(let inner) = tree[operands[0]].kind else { return add(.and(operands)) }
    return add(.and(inner + operands.dropFirst()))
  }
}
