/// Finds the ancestors of declared entity types and actions.
enum SchemaHierarchy {
  /// Makes a schema of declarations whose references are right.
  /// - Throws: cycles among actions, and hierarchies beyond the limits.
  static func schema(
    entityTypes: [EntityDeclaration], actions: [ActionDeclaration], limits: SchemaLimits,
    origin: (EntityUID) -> Origin
  ) throws(SchemaErrors) -> Schema {
    var errors = SchemaErrorList(limit: limits.reportedErrors)
    var steps = limits.ancestorSteps
    let types = Dictionary(entityTypes.map { ($0.type, $0) }) { first, _ in first }
    let uids = Dictionary(actions.map { ($0.action, $0) }) { first, _ in first }
    var schemaTypes: [EntityType: EntityDeclaration] = [:]
    for declaration in entityTypes {
      let found = ancestors(of: declaration.parents, steps: &steps) { types[$0]?.parents }
      schemaTypes[declaration.type] = declaration.with(ancestors: found)
    }
    var schemaActions: [EntityUID: ActionDeclaration] = [:]
    var reported: Set<EntityUID> = []
    for declaration in actions {
      let found = ancestors(of: declaration.parents, steps: &steps) { uids[$0]?.parents }
      if found.contains(declaration.action), !reported.contains(declaration.action) {
        let way = cycle(declaration.action) { uids[$0]?.parents ?? [] }
        reported.formUnion(way)
        let shown = way.prefix(8).map { "`\($0)`" }.joined(separator: " → ")
        errors.add(
          "the action `\(declaration.action)` is in itself: \(shown)"
            + (way.count > 8 ? " → …" : ""), at: origin(declaration.action))
      }
      schemaActions[declaration.action] = declaration.with(ancestors: found)
    }
    if steps <= 0 {
      errors.add(
        "finding all ancestors takes more than the limit of \(limits.ancestorSteps) steps",
        help: "make the hierarchy of entity types or actions flatter")
    }
    try errors.check()
    return Schema(entityTypes: schemaTypes, actions: schemaActions)
  }

  /// All that is reached from `parents`, at most for so many steps.
  private static func ancestors<Node: Hashable>(
    of parents: Set<Node>, steps: inout Int, next: (Node) -> Set<Node>?
  ) -> Set<Node> {
    var found = parents
    var left = Array(parents)
    while let node = left.popLast(), steps > 0 {
      steps -= 1
      for parent in next(node) ?? [] {
        steps -= 1
        if found.insert(parent).inserted { left.append(parent) }
      }
    }
    return found
  }

  /// A shortest way from a node in a cycle back to itself.
  private static func cycle(_ start: EntityUID, next: (EntityUID) -> Set<EntityUID>)
    -> [EntityUID]
  {
    var cameFrom: [EntityUID: EntityUID] = [:]
    var queue = [start]
    var position = 0
    while position < queue.count {
      let node = queue[position]
      position += 1
      for parent in next(node).sorted(by: EntityUID.precedes) {
        if parent == start {
          var way = [start, node]
          while way[way.count - 1] != start, let before = cameFrom[way[way.count - 1]] {
            way.append(before)
          }
          return way.reversed()
        }
        if cameFrom[parent] == nil {
          cameFrom[parent] = node
          queue.append(parent)
        }
      }
    }
    return [start]
  }
}
