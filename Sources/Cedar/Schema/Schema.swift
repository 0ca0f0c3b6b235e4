/// What entities, actions and contexts there are and of what types: the ground on which policies,
/// entities and requests are validated. All names are resolved, all ancestors found. Immutable.
public struct Schema: Sendable {
  /// The entity types, actions' types not among them.
  public let entityTypes: [EntityType: EntityDeclaration]
  /// The actions.
  public let actions: [EntityUID: ActionDeclaration]

  init(entityTypes: [EntityType: EntityDeclaration], actions: [EntityUID: ActionDeclaration]) {
    self.entityTypes = entityTypes
    self.actions = actions
  }
}

/// The declaration of an entity type.
public struct EntityDeclaration: Sendable {
  /// Its name.
  public let type: EntityType
  /// The types of the entities that it can be in directly.
  public let parents: Set<EntityType>
  /// The types that it can be in, directly or through others. Contains `type` itself only when
  /// the declarations say so (`entity Folder in [Folder]`).
  public let ancestors: Set<EntityType>
  /// Its attributes.
  public let attributes: RecordType
  /// The type of its tags; nil when it has none.
  public let tags: ValueType?
  /// The ids there are, for an enumerated type; nil for any other.
  public let ids: [String]?

  init(
    type: EntityType, parents: Set<EntityType>, ancestors: Set<EntityType>,
    attributes: RecordType, tags: ValueType?, ids: [String]?
  ) {
    self.type = type
    self.parents = parents
    self.ancestors = ancestors
    self.attributes = attributes
    self.tags = tags
    self.ids = ids
  }
}

/// The declaration of an action.
public struct ActionDeclaration: Sendable {
  /// Its name.
  public let action: EntityUID
  /// The actions it is in directly.
  public let parents: Set<EntityUID>
  /// The actions it is in, directly or through others.
  public let ancestors: Set<EntityUID>
  /// The types of its principals; empty for an action that is only a group.
  public let principals: Set<EntityType>
  /// The types of its resources; empty for an action that is only a group.
  public let resources: Set<EntityType>
  /// The type of its context.
  public let context: RecordType

  init(
    action: EntityUID, parents: Set<EntityUID>, ancestors: Set<EntityUID>,
    principals: Set<EntityType>, resources: Set<EntityType>, context: RecordType
  ) {
    self.action = action
    self.parents = parents
    self.ancestors = ancestors
    self.principals = principals
    self.resources = resources
    self.context = context
  }
}
