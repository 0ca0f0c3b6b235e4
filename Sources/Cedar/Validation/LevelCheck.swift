/// Level validation: how many entities must be followed, one from the other, starting at the
/// principal, the action, the resource or the context. It looks at what was reached by `check`.
///
/// Reading an attribute or a tag of an entity, testing for one, and `in` follow it. What a policy
/// names itself (`User::"alice"`) is never loaded, so it cannot be followed at any level.
extension Typechecker {
  /// Reports what follows more entities than the level allows. Each node is looked at once.
  mutating func checkLevels(_ level: Int) {
    for condition in policy.conditions { checkLevel(condition.body, level) }
  }

  private func isReached(_ id: Expression.ID) -> Bool { types[Int(id.index)] != nil }

  private func isEntity(_ id: Expression.ID) -> Bool {
    types[Int(id.index)]?.isEntity == true
  }

  private mutating func checkLevel(_ id: Expression.ID, _ level: Int) {
    guard isReached(id), bounds.effort > 0 else { return }
    bounds.effort -= 1
    switch tree[id].kind {
    case .literal, .variable: break
    case .not(let operand), .negate(let operand), .isEmpty(let operand), .like(let operand, _):
      checkLevel(operand, level)
    case .and(let operands), .or(let operands), .set(let operands), .call(_, let operands):
      for operand in operands { checkLevel(operand, level) }
    case .record(let members):
      for member in members { checkLevel(member.value, level) }
    case .conditional(let condition, let then, let otherwise):
      checkLevel(condition, level)
      checkLevel(then, level)
      checkLevel(otherwise, level)
    case .is(let entity, _, in: let container):
      guard let container, isReached(container) else { return checkLevel(entity, level) }
      follow(entity, by: id, level)
      checkLevel(container, level)
    case .binary(.in, let left, let right), .binary(.hasTag, let left, let right),
      .binary(.getTag, let left, let right):
      follow(left, by: id, level)
      checkLevel(right, level)
    case .binary(_, let left, let right):
      checkLevel(left, level)
      checkLevel(right, level)
    case .attribute(let base, _):
      if isEntity(base) { follow(base, by: id, level) } else { checkLevel(base, level) }
    case .has(let base, let path): follow(path, from: base, by: id, level)
    }
  }

  private mutating func follow(_ entity: Expression.ID, by id: Expression.ID, _ level: Int) {
    if let steps = steps(to: entity, [], level) { require(steps + 1, id, level) }
  }

  private mutating func require(_ steps: Int, _ id: Expression.ID, _ level: Int) {
    guard steps > level, isNew(.levelExceeded, id) else { return }
    add(
      .levelExceeded, id, "this needs level \(steps), the level is \(max(0, level))",
      help: "each entity that is followed counts one; copy what is needed into an entity nearer "
        + "to the request, or raise the level")
  }

  /// Follows the names of `has` as far as they can be there.
  private mutating func follow(
    _ path: [AttributeName], from base: Expression.ID, by id: Expression.ID, _ level: Int
  ) {
    guard var type = types[Int(base.index)] else { return }
    var steps: Int?
    var members: [AttributeName] = []
    for name in path {
      if type.isEntity {
        guard let before = steps ?? self.steps(to: base, members[...], level) else { return }
        steps = before + 1
      } else if steps == nil {
        members.append(name)
      }
      guard case .found(let next, _) = lookUp(name, inAnyOf: type) else { break }
      type = next
    }
    guard let steps else { return checkLevel(base, level) }
    require(steps, id, level)
  }

  /// How many entities are followed to reach the value of an expression, or what `path` reads in
  /// it; nil when it is not reached from the request. Checks what is computed on the way.
  private mutating func steps(
    to id: Expression.ID, _ path: ArraySlice<AttributeName>, _ level: Int
  ) -> Int? {
    switch tree[id].kind {
    case .variable: return 0
    case .literal(.entity(let uid)) where uid == environment.action: return 0
    case .attribute(let base, let name):
      guard isEntity(base) else { return steps(to: base, [name] + path, level) }
      return steps(to: base, [], level).map { $0 + 1 }
    case .binary(.getTag, let entity, let tag):
      checkLevel(tag, level)
      return steps(to: entity, [], level).map { $0 + 1 }
    case .conditional(let condition, let then, let otherwise):
      checkLevel(condition, level)
      let branches = [then, otherwise].filter(isReached)
      var most = 0
      for branch in branches {
        guard let steps = steps(to: branch, path, level) else { return nil }
        most = max(most, steps)
      }
      return most
    case .record(let members):
      var found: Int?
      for member in members {
        if member.name == path.first {
          found = steps(to: member.value, path.dropFirst(), level)
        } else {
          checkLevel(member.value, level)
        }
      }
      return found
    default:
      if isNew(.literalAccess, id) {
        add(
          .literalAccess, id, "with a level, nothing can be read of this entity",
          help: "only entities that the principal, the action, the resource or the context lead "
            + "to are loaded")
      }
      return nil
    }
  }
}
