/// Which parts of a record policies read: a tree of attribute names.
public struct AttributeUse: Sendable, Hashable {
  /// Whether the value is used as a whole, so that nothing of it may be left out.
  public private(set) var isWhole = false
  /// The members that are read. One that is neither whole nor has members is only asked for with
  /// `has`: that it is there matters, and not what it is.
  public private(set) var members: [AttributeName: AttributeUse] = [:]

  /// Nothing is read.
  public init() {}

  init(members: [AttributeName: AttributeUse]) { self.members = members }

  /// The names of the members to provide, or nil when the value is used as a whole.
  public var names: Set<AttributeName>? { isWhole ? nil : Set(members.keys) }

  /// The use of one member: whole when this is, nil when it is not read.
  public subscript(name: AttributeName) -> AttributeUse? {
    guard !isWhole else { return self }
    return members[name]
  }

  private mutating func insert(_ path: some Collection<AttributeName>, whole: Bool) {
    guard let first = path.first else {
      isWhole = isWhole || whole
      return
    }
    members[first, default: AttributeUse()].insert(path.dropFirst(), whole: whole)
  }

  /// Adds what the conditions of a policy read of the context.
  mutating func formUnion(of policy: PolicySyntax) {
    for condition in policy.conditions { visit(condition.body, of: policy.tree) }
  }

  private mutating func visit(_ id: Expression.ID, of tree: ExpressionTree) {
    switch tree[id].kind {
    case .literal: break
    case .variable(let variable):
      if variable == .context { isWhole = true }
    case .attribute(let base, _):
      if let path = path(id, of: tree) {
        insert(path, whole: true)
      } else {
        visit(base, of: tree)
      }
    case .has(let base, let names):
      if let path = path(base, of: tree) {
        insert(path + names, whole: false)
      } else {
        visit(base, of: tree)
      }
    case .not(let operand), .negate(let operand), .isEmpty(let operand), .like(let operand, _):
      visit(operand, of: tree)
    case .and(let operands), .or(let operands), .set(let operands), .call(_, let operands):
      for operand in operands { visit(operand, of: tree) }
    case .binary(_, let left, let right):
      visit(left, of: tree)
      visit(right, of: tree)
    case .is(let entity, _, in: let container):
      visit(entity, of: tree)
      if let container { visit(container, of: tree) }
    case .conditional(let condition, let then, let otherwise):
      visit(condition, of: tree)
      visit(then, of: tree)
      visit(otherwise, of: tree)
    case .record(let members):
      for member in members { visit(member.value, of: tree) }
    }
  }

  /// The names that lead from the context to this expression, if it is such a chain.
  private func path(_ id: Expression.ID, of tree: ExpressionTree) -> [AttributeName]? {
    var names: [AttributeName] = []
    var current = id
    while case .attribute(let base, let name) = tree[current].kind {
      names.append(name)
      current = base
    }
    guard case .variable(.context) = tree[current].kind else { return nil }
    return names.reversed()
  }
}
