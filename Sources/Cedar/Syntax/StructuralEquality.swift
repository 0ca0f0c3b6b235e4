extension PolicySyntax {
  /// Whether both say the same in the same way: everything is equal but the places.
  func hasSameStructure(as other: PolicySyntax) -> Bool {
    annotations.elementsEqual(other.annotations) { left, right in
      left.key == right.key && left.value.hasSameBytes(as: right.value)
        && left.hasValue == right.hasValue
    } && effect == other.effect && principal == other.principal && action == other.action
      && resource == other.resource
      && conditions.elementsEqual(other.conditions) { left, right in
        left.isUnless == right.isUnless && tree.isSame(left.body, as: right.body, of: other.tree)
      }
  }
}

extension ExpressionTree {
  /// Whether two expressions are equal but for their places. Recurses as deep as they are high.
  func isSame(_ id: Expression.ID, as otherID: Expression.ID, of other: ExpressionTree) -> Bool {
    func same(_ left: Expression.ID, _ right: Expression.ID) -> Bool {
      isSame(left, as: right, of: other)
    }
    func all(_ left: [Expression.ID], _ right: [Expression.ID]) -> Bool {
      left.elementsEqual(right, by: same)
    }
    switch (self[id].kind, other[otherID].kind) {
    case (.literal(let a), .literal(let b)): return a == b
    case (.variable(let a), .variable(let b)): return a == b
    case (.not(let a), .not(let b)), (.negate(let a), .negate(let b)),
      (.isEmpty(let a), .isEmpty(let b)):
      return same(a, b)
    case (.and(let a), .and(let b)), (.or(let a), .or(let b)), (.set(let a), .set(let b)):
      return all(a, b)
    case (.binary(let operation, let a, let b), .binary(let otherOperation, let c, let d)):
      return operation == otherOperation && same(a, c) && same(b, d)
    case (.attribute(let a, let name), .attribute(let b, let otherName)):
      return name == otherName && same(a, b)
    case (.has(let a, let path), .has(let b, let otherPath)):
      return path == otherPath && same(a, b)
    case (.like(let a, let pattern), .like(let b, let otherPattern)):
      return pattern == otherPattern && same(a, b)
    case (.is(let a, let type, in: let group), .is(let b, let otherType, in: let otherGroup)):
      guard type == otherType, same(a, b) else { return false }
      guard let group, let otherGroup else { return group == nil && otherGroup == nil }
      return same(group, otherGroup)
    case (.conditional(let a, let b, let c), .conditional(let d, let e, let f)):
      return all([a, b, c], [d, e, f])
    case (.record(let a), .record(let b)):
      return a.elementsEqual(b) { $0.name == $1.name && same($0.value, $1.value) }
    case (.call(let function, let a), .call(let otherFunction, let b)):
      return function == otherFunction && all(a, b)
    default: return false
    }
  }
}
