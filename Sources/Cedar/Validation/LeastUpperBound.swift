/// Finds the type that two types have in common. Each step counts against `effort`, so types that
/// are wide or deep cannot make it run long; without effort left nothing is in common.
struct LeastUpperBound {
  let mode: ValidationMode
  /// How many more steps may be taken.
  var effort: Int

  /// The narrowest type that holds the values of both, or nil when the mode allows none: strict
  /// mode knows none for different entity types and for records that differ in their members.
  mutating func join(_ left: CheckedType, _ right: CheckedType) -> CheckedType? {
    guard effort > 0 else { return nil }
    effort -= 1
    switch (left, right) {
    case (.bool(let a), .bool(let b)): return .bool(a == b ? a : .either)
    case (.long, .long), (.string, .string): return left
    case (.extension(let a), .extension(let b)): return a == b ? left : nil
    case (.entity(let a), .entity(let b)):
      if a == b { return left }
      return mode == .permissive ? .oneOf([a, b]) : nil
    case (.set(let a), .set(let b)):
      guard let a, let b else { return .set(a ?? b) }
      return join(a, b).map { .set($0) }
    case (.record(let a), .record(let b)):
      return (mode == .strict ? strict(a, b) : permissive(a, b)).map { .record($0) }
    default:
      guard mode == .permissive, let a = left.entityTypes, let b = right.entityTypes else {
        return nil
      }
      effort -= a.count + b.count
      return .oneOf(a.union(b))
    }
  }

  /// Records with the same members, required or optional alike in both.
  private mutating func strict(_ left: RecordShape, _ right: RecordShape) -> RecordShape? {
    guard left.members.count == right.members.count else { return nil }
    var members: [AttributeName: RecordShape.Member] = [:]
    for (name, mine) in left.members {
      guard let other = right.members[name], mine.isRequired == other.isRequired,
        let type = join(mine.type, other.type)
      else { return nil }
      members[name] = RecordShape.Member(type: type, isRequired: mine.isRequired)
    }
    return RecordShape(members: members)
  }

  /// The members that both have and whose types have something in common.
  private mutating func permissive(_ left: RecordShape, _ right: RecordShape) -> RecordShape? {
    var members: [AttributeName: RecordShape.Member] = [:]
    for (name, mine) in left.members {
      guard let other = right.members[name], let type = join(mine.type, other.type) else {
        continue
      }
      members[name] = RecordShape.Member(
        type: type, isRequired: mine.isRequired && other.isRequired)
    }
    let isWhole =
      members.count == left.members.count && members.count == right.members.count
    return RecordShape(members: members, isOpen: left.isOpen || right.isOpen || !isWhole)
  }
}
