/// An entity that a policy names, and where.
public struct EntityMention: Sendable, Hashable {
  /// The entity.
  public let entity: EntityUID
  /// Where it stands; for an entity of the scope, where the policy starts.
  public let place: SourcePlace
}

extension Policy {
  /// The entities that the policy names: those of its scope, then those of its conditions in the
  /// order in which they are written.
  public var mentions: [EntityMention] {
    let syntax = statement.syntax
    var found = scope.entities.map { EntityMention(entity: $0, place: place) }
    for expression in syntax.tree.nodes {
      guard case .literal(.entity(let uid)) = expression.kind else { continue }
      found.append(EntityMention(entity: uid, place: map.place(Int(expression.offset))))
    }
    return found
  }

  /// Which parts of the context the policy reads.
  public var contextUse: AttributeUse {
    var use = AttributeUse()
    use.formUnion(of: statement.syntax)
    return use
  }
}

extension Scope {
  fileprivate var entities: [EntityUID] {
    [principal, action, resource].flatMap { constraint in
      if case .insideAny(let uids) = constraint { return uids }
      return constraint.entity.map { [$0] } ?? []
    }
  }
}
