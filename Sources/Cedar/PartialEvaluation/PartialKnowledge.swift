/// What a partial request and its entities say of the world.
struct PartialKnowledge {
  let request: PartialRequest
  let entities: Entities
  let absentEntities: AbsentEntities

  /// What is known of an entity.
  enum Lookup {
    case described(ResolvedEntity)
    case nonexistent
    case unknown
  }

  func find(_ uid: EntityUID) -> Lookup {
    if let entity = entities.find(uid) { return .described(entity) }
    return absentEntities == .unknown ? .unknown : .nonexistent
  }

  /// Whether `uid` is in `group`; nil when a completion decides it.
  func isMember(_ uid: EntityUID, of group: EntityUID) -> Bool? {
    if uid == group { return true }
    switch find(uid) {
    case .nonexistent: return false
    case .unknown: return nil
    case .described(let entity):
      if entity.ancestors.contains(group) { return true }
      return hasKnownAncestors(entity) ? false : nil
    }
  }

  /// Whether all that the entity is in is known.
  private func hasKnownAncestors(_ entity: ResolvedEntity) -> Bool {
    absentEntities == .nonexistent
      || entity.ancestors.list.allSatisfy { entities.find($0) != nil }
  }

  /// The entity of a request, when it and all that it is in are known.
  func settled(_ entity: PartialEntity) -> EntityUID? {
    guard case .known(let uid) = entity else { return nil }
    switch find(uid) {
    case .nonexistent: return uid
    case .unknown: return nil
    case .described(let entity): return hasKnownAncestors(entity) ? uid : nil
    }
  }

  /// What remains of a scope: `.any` for what holds in every completion; nil when a constraint
  /// holds in none.
  func reduce(_ scope: Scope) -> Scope? {
    guard let action = reduce(scope.action, request.action),
      let resource = reduce(scope.resource, request.resource),
      let principal = reduce(scope.principal, request.principal)
    else { return nil }
    return Scope(principal: principal, action: action, resource: resource)
  }

  private func reduce(_ constraint: ScopeConstraint, _ entity: PartialEntity) -> ScopeConstraint? {
    switch entity {
    case .known(let uid): reduce(constraint, known: uid)
    case .unknown(let type?): reduce(constraint, unknownOf: type)
    case .unknown(nil):
      if case .insideAny(let groups) = constraint, groups.isEmpty { nil } else { constraint }
    }
  }

  private func reduce(_ constraint: ScopeConstraint, known uid: EntityUID) -> ScopeConstraint? {
    func inside(_ group: EntityUID) -> ScopeConstraint? {
      switch isMember(uid, of: group) {
      case true?: .any
      case false?: nil
      case nil: .inside(group)
      }
    }
    switch constraint {
    case .any: return .any
    case .equal(let other): return uid == other ? .any : nil
    case .inside(let group): return inside(group)
    case .type(let type): return uid.type == type ? .any : nil
    case .typeInside(let type, let group): return uid.type == type ? inside(group) : nil
    case .insideAny(let groups):
      var open: [EntityUID] = []
      for group in groups {
        switch isMember(uid, of: group) {
        case true?: return .any
        case false?: break
        case nil: open.append(group)
        }
      }
      return open.isEmpty ? nil : .insideAny(open)
    }
  }

  private func reduce(
    _ constraint: ScopeConstraint, unknownOf known: EntityType
  ) -> ScopeConstraint? {
    switch constraint {
    case .any, .inside: constraint
    case .equal(let uid): uid.type == known ? constraint : nil
    case .insideAny(let groups): groups.isEmpty ? nil : constraint
    case .type(let type): type == known ? .any : nil
    case .typeInside(let type, let group): type == known ? .inside(group) : nil
    }
  }
}
