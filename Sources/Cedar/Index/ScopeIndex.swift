/// Finds the policies whose scope a request is in, without looking at the others.
///
/// The index is a tree of three levels (action, resource, principal). A constraint of a scope is a
/// key: no constraint, `== entity`, `in entity`, `is type`. A policy stands in the list at the end
/// of the way of its three keys. A request follows every way whose keys hold for it: `== uid` and
/// `in uid` for the entity itself, `in uid` for its ancestors, `is` for its type. So exactly the
/// policies in scope are reached, with two particularities: `is … in` stands under its `in`, and
/// its type is left to be checked; `in [ … ]` stands under each of its entities and is reached
/// once for each that holds.
struct ScopeIndex: Sendable {
  /// A level of the tree.
  enum Level: UInt8, Sendable { case action, resource, principal }

  private enum Relation: UInt32 { case equal = 1, inside = 2, type = 3 }

  private static let anyKey: UInt32 = 0

  /// The keys under which an entity of a request can stand.
  private typealias Keys = ShortList<24>

  private var uids = PrehashedTable<EntityUID>()
  private var types = PrehashedTable<EntityType>()
  /// For each of `uids`, the levels and relations in which it is a key; see `bit`.
  private var uses: ContiguousArray<UInt8> = []
  private var edges = EdgeTable()
  private var nodeCount: Int32 = 1
  /// The lists at the ends, one after another in one array.
  private var listed: ContiguousArray<Int32> = []
  private var listStarts: ContiguousArray<Int32> = [0]

  /// Builds the index over policies; their positions are what the look-up yields.
  init(_ policies: ContiguousArray<Policy>) {
    var lists: ContiguousArray<ContiguousArray<Int32>> = []
    for (position, policy) in policies.enumerated() {
      for action in keys(of: policy.scope.action, .action) {
        let resource = key(of: policy.scope.resource, .resource)
        let principal = key(of: policy.scope.principal, .principal)
        let node = step(step(0, action), resource)
        let list = Int(edges.insert(from: node, key: principal) { Int32(lists.count) })
        if list == lists.count { lists.append([]) }
        lists[list].append(Int32(position))
      }
    }
    for list in lists {
      listed.append(contentsOf: list)
      listStarts.append(Int32(listed.count))
    }
  }

  private mutating func step(_ node: Int32, _ key: UInt32) -> Int32 {
    let next = edges.insert(from: node, key: key) { nodeCount }
    if next == nodeCount { nodeCount += 1 }
    return next
  }

  /// The keys under which a constraint stands: one, except for lists.
  private mutating func keys(of constraint: ScopeConstraint, _ level: Level) -> Set<UInt32> {
    guard case .insideAny(let uids) = constraint else { return [key(of: constraint, level)] }
    var keys: Set<UInt32> = []
    for uid in uids { keys.insert(key(uid, .inside, level)) }
    return keys
  }

  private mutating func key(of constraint: ScopeConstraint, _ level: Level) -> UInt32 {
    switch constraint {
    case .any: return ScopeIndex.anyKey
    case .equal(let uid): return key(uid, .equal, level)
    case .inside(let uid), .typeInside(_, let uid): return key(uid, .inside, level)
    case .type(let type): return UInt32(types.insert(type)) << 2 | Relation.type.rawValue
    case .insideAny: preconditionFailure("only the action's constraint is a list")
    }
  }

  private mutating func key(_ uid: EntityUID, _ relation: Relation, _ level: Level) -> UInt32 {
    let number = uids.insert(uid)
    if number == uses.count { uses.append(0) }
    uses[number] |= ScopeIndex.bit(relation, level)
    return UInt32(number) << 2 | relation.rawValue
  }

  @inline(__always)
  private static func bit(_ relation: Relation, _ level: Level) -> UInt8 {
    1 << (level.rawValue * 2 + UInt8(relation.rawValue - 1))
  }

  /// Calls `body` with the position of every policy that a request can be in the scope of. A
  /// policy with `action in [ … ]` comes once for each of the list's actions that holds.
  @inline(__always)
  func forEachCandidate(_ evaluator: Evaluator, _ body: (Int) -> Void) {
    let request = evaluator.request
    let actions = keys(of: request.action, evaluator.action, .action)
    let resources = keys(of: request.resource, evaluator.resource, .resource)
    let principals = keys(of: request.principal, evaluator.principal, .principal)
    for action in 0..<actions.count {
      guard let first = edges.find(from: 0, key: actions[action]) else { continue }
      for resource in 0..<resources.count {
        guard let second = edges.find(from: first, key: resources[resource]) else { continue }
        for principal in 0..<principals.count {
          guard let list = edges.find(from: second, key: principals[principal]) else { continue }
          for place in listStarts[Int(list)]..<listStarts[Int(list) + 1] {
            body(Int(listed[Int(place)]))
          }
        }
      }
    }
  }

  private func keys(of uid: EntityUID, _ known: ResolvedEntity?, _ level: Level) -> Keys {
    var keys = Keys()
    keys.append(ScopeIndex.anyKey)
    if let type = types.find(uid.type) {
      keys.append(UInt32(type) << 2 | Relation.type.rawValue)
    }
    if let number = uids.find(uid) {
      append(number, .equal, level, &keys)
      append(number, .inside, level, &keys)
    }
    guard let known else { return keys }
    for ancestor in known.ancestors.list where ancestor != uid {
      guard let number = uids.find(ancestor) else { continue }
      append(number, .inside, level, &keys)
    }
    return keys
  }

  @inline(__always)
  private func append(
    _ number: Int, _ relation: Relation, _ level: Level, _ keys: inout Keys
  ) {
    guard uses[number] & ScopeIndex.bit(relation, level) != 0 else { return }
    keys.append(UInt32(number) << 2 | relation.rawValue)
  }
}
