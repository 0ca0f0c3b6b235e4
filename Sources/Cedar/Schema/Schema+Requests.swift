/// The kinds of request that a schema allows.
public struct RequestEnvironment: Sendable, Equatable {
  /// The type of the principal.
  public let principal: EntityType
  /// The action.
  public let action: EntityUID
  /// The type of the resource.
  public let resource: EntityType
  /// The type of the context.
  public let context: RecordType
}

extension Schema {
  /// All combinations of action, principal's type and resource's type that some request can have,
  /// in the order of their names. Computed while they are taken.
  public var requestEnvironments: some Sequence<RequestEnvironment> {
    sortedActions.lazy.flatMap { action in
      let resources = action.resources.sorted(by: EntityType.precedes)
      return action.principals.sorted(by: EntityType.precedes).lazy.flatMap { principal in
        resources.lazy.map { resource in
          RequestEnvironment(
            principal: principal, action: action.action, resource: resource,
            context: action.context)
        }
      }
    }
  }

  /// The actions as entities, each in the actions it is in: what policies ask with `action in`.
  /// In the order of their names.
  public var actionEntities: [Entity] {
    sortedActions.map { action in
      Entity(action.action, parents: action.parents.sorted(by: EntityUID.precedes))
    }
  }

  /// The types that the actions have.
  public var actionTypes: Set<EntityType> { Set(actions.keys.lazy.map(\.type)) }

  var sortedActions: [ActionDeclaration] {
    actions.values.sorted { EntityUID.precedes($0.action, $1.action) }
  }
}

extension EntityType {
  static func precedes(_ left: EntityType, _ right: EntityType) -> Bool {
    left.name.precedesByBytes(right.name)
  }
}

extension EntityUID {
  static func precedes(_ left: EntityUID, _ right: EntityUID) -> Bool {
    left.type == right.type
      ? left.id.precedesByBytes(right.id) : EntityType.precedes(left.type, right.type)
  }
}
