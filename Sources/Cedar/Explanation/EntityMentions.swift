/// An entity that a policy names, and where.
public struct EntityMention: Sendable, Hashable {
  /// The entity.
  public let entity: EntityUID
  /// In which part of the policy.
  public let part: Part
  /// Where it stands; for an entity of the scope, where the policy starts.
  public let place: SourcePlace

  /// A part of a policy.
  public enum Part: Sendable, Hashable {
    /// The constraint of the scope on the principal, the action or the resource.
    case principal, action, resource
    /// A `when` or `unless`.
    case condition
  }
}

extension Policy {
  /// The entities that the policy names: those of its scope, then those of its conditions in the
  /// order in which they are written.
  public var mentions: [EntityMention] {
    let syntax = statement.syntax
    let constraints: [(EntityMention.Part, ScopeConstraint)] = [
      (.principal, scope.principal), (.action, scope.action), (.resource, scope.resource),
    ]
    var found = constraints.flatMap { part, constraint in
      constraint.entities.map { EntityMention(entity: $0, part: part, place: place) }
    }
    for expression in syntax.tree.nodes {
      guard case .literal(.entity(let uid)) = expression.kind else { continue }
      found.append(
        EntityMention(
          entity: uid, part: .condition, place: map.place(Int(expression.offset))))
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

extension ScopeConstraint {
  fileprivate var entities: [EntityUID] {
    if case .insideAny(let uids) = self { return uids }
    return entity.map { [$0] } ?? []
  }
}
