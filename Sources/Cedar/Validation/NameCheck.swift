/// Checks that the entity types, the actions and the members of enumerated types that a policy
/// names are declared: all of them, also those in parts that are never reached.
struct NameCheck {
  let schema: TypedSchema
  var findings: FindingCollector

  /// Looks at the scope and at every node, once.
  mutating func check(_ policy: PolicySyntax) {
    // What stands in the scope has no node: numbers below zero tell it apart.
    var number: Int32 = -1
    for uid in policy.scopeEntities {
      check(uid, at: policy.offset, Expression.ID(index: number))
      number -= 1
    }
    for type in [policy.principal.entityType, policy.resource.entityType] {
      if let type { check(type, at: policy.offset, Expression.ID(index: number)) }
      number -= 1
    }
    for (index, node) in policy.tree.nodes.enumerated() {
      let id = Expression.ID(index: Int32(index))
      switch node.kind {
      case .literal(let value): check(value, at: Int(node.offset), id)
      case .is(_, let type, _): check(type, at: Int(node.offset), id)
      default: break
      }
    }
  }

  private mutating func check(_ value: Value, at offset: Int, _ node: Expression.ID) {
    switch value {
    case .entity(let uid): check(uid, at: offset, node)
    case .set(let set): for value in set.values { check(value, at: offset, node) }
    case .record(let record):
      for member in record.members { check(member.value, at: offset, node) }
    case .bool, .long, .string, .extension: break
    }
  }

  private mutating func check(_ type: EntityType, at offset: Int, _ node: Expression.ID) {
    guard !schema.isDeclared(type), findings.isNew(.unknownEntityType, at: offset, node: node)
    else { return }
    findings.add(
      .unknownEntityType, at: offset, "the schema has no entity type `\(type)`",
      help: suggestion(for: type))
  }

  private mutating func check(_ uid: EntityUID, at offset: Int, _ node: Expression.ID) {
    if let shape = schema.entities[uid.type] {
      guard let members = shape.members, !members.contains(uid) else { return }
      guard findings.isNew(.unknownEntity, at: offset, node: node) else { return }
      let ids = members.map(\.id).sorted { $0.precedesByBytes($1) }
      let shown = ids.prefix(8).map(Quoting.quote).joined(separator: ", ")
      findings.add(
        .unknownEntity, at: offset,
        "`\(uid.type)` is enumerated and has no \(Quoting.quote(uid.id))",
        help: Suggestions.nearest(to: uid.id, among: ids)
          ?? "its ids are \(shown)" + (ids.count > 8 ? " and others" : ""))
    } else if schema.actionTypes[uid.type] != nil || uid.type.baseName == "Action" {
      guard schema.actions[uid] == nil,
        findings.isNew(.unknownAction, at: offset, node: node)
      else { return }
      findings.add(
        .unknownAction, at: offset, "the schema has no action `\(uid)`",
        help: suggestion(for: uid))
    } else {
      check(uid.type, at: offset, node)
    }
  }

  // MARK: Suggestions

  private func suggestion(for type: EntityType) -> String? {
    let names = (Array(schema.entities.keys) + Array(schema.actionTypes.keys)).map(\.name)
      .sorted { $0.precedesByBytes($1) }
    let sameBase = names.first { EntityType($0).baseName == type.baseName }
    return sameBase.map { "did you mean `\($0)`?" }
      ?? Suggestions.nearest(to: type.name, among: names)
  }

  private func suggestion(for action: EntityUID) -> String? {
    let all = schema.actions.keys.sorted(by: EntityUID.precedes)
    if let other = all.first(where: { $0.id.hasSameBytes(as: action.id) }) {
      return "did you mean `\(other)`?"
    }
    let near = Suggestions.nearestName(
      to: action.id, among: all.lazy.filter { $0.type == action.type }.map(\.id))
    return near.map { "did you mean `\(EntityUID(type: action.type, id: $0))`?" }
  }
}

extension PolicySyntax {
  /// The entities that the scope names.
  var scopeEntities: [EntityUID] {
    principal.operands.compactMap(\.entity) + action.operands
      + resource.operands.compactMap(\.entity)
  }
}

extension ScopeForm {
  /// What stands after `==` and `in`.
  fileprivate var operands: [Operand] {
    switch self {
    case .any, .type: []
    case .equal(let operand), .inside(let operand), .typeInside(_, let operand): [operand]
    case .insideAny(let operands): operands
    }
  }

  /// The type after `is`.
  fileprivate var entityType: EntityType? {
    switch self {
    case .type(let type), .typeInside(let type, _): type
    default: nil
    }
  }
}
