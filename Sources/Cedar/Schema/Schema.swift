/// What entities, actions and contexts there are and of what types: the ground on which policies,
/// entities and requests are validated. All names are resolved, all ancestors found. Immutable.
public struct Schema: Sendable, Equatable {
  /// The entity types, actions' types not among them.
  public let entityTypes: [EntityType: EntityDeclaration]
  /// The actions.
  public let actions: [EntityUID: ActionDeclaration]

  /// Takes declarations that are right and whose ancestors are found.
  init(entityTypes: [EntityType: EntityDeclaration], actions: [EntityUID: ActionDeclaration]) {
    self.entityTypes = entityTypes
    self.actions = actions
  }
}

/// The declaration of an entity type.
public struct EntityDeclaration: Sendable, Equatable {
  /// Its name.
  public let type: EntityType
  /// The types of the entities that it can be in directly.
  public let parents: Set<EntityType>
  /// The types that it can be in, directly or through others. Contains `type` itself only when
  /// the declarations say so (`entity Folder in [Folder]`). Found when a schema is made; until
  /// then empty.
  public let ancestors: Set<EntityType>
  /// Its attributes.
  public let attributes: RecordType
  /// The type of its tags; nil when it has none.
  public let tags: ValueType?
  /// The ids there are, for an enumerated type; nil for any other.
  public let ids: [String]?

  /// Declares an entity type.
  public init(
    _ type: EntityType, parents: Set<EntityType> = [], attributes: RecordType = .empty,
    tags: ValueType? = nil
  ) {
    self.init(
      type: type, parents: parents, ancestors: [], attributes: attributes, tags: tags, ids: nil)
  }

  /// Declares an enumerated entity type, whose entities have these ids, no attributes, no tags
  /// and no parents.
  public init(_ type: EntityType, ids: [String]) {
    self.init(
      type: type, parents: [], ancestors: [], attributes: .empty, tags: nil, ids: ids)
  }

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

  func with(ancestors: Set<EntityType>) -> EntityDeclaration {
    EntityDeclaration(
      type: type, parents: parents, ancestors: ancestors, attributes: attributes, tags: tags,
      ids: ids)
  }

  /// Whether an entity of this type can have this id: any, unless the type is enumerated.
  public func allows(id: String) -> Bool {
    ids?.contains { $0.hasSameBytes(as: id) } ?? true
  }

  private var idBytes: [[UInt8]]? { ids.map { ids in ids.map { Array($0.utf8) } } }

  /// Whether both say the same, strings compared by their bytes.
  public static func == (left: EntityDeclaration, right: EntityDeclaration) -> Bool {
    left.type == right.type && left.parents == right.parents
      && left.ancestors == right.ancestors && left.attributes == right.attributes
      && left.tags == right.tags
      && left.idBytes == right.idBytes
  }
}

/// The declaration of an action.
public struct ActionDeclaration: Sendable, Equatable {
  /// Its name.
  public let action: EntityUID
  /// The actions it is in directly.
  public let parents: Set<EntityUID>
  /// The actions it is in, directly or through others. Found when a schema is made; until then
  /// empty.
  public let ancestors: Set<EntityUID>
  /// The types of its principals; empty for an action that is only a group.
  public let principals: Set<EntityType>
  /// The types of its resources; empty for an action that is only a group.
  public let resources: Set<EntityType>
  /// The type of its context.
  public let context: RecordType

  /// Declares an action.
  public init(
    _ action: EntityUID, parents: Set<EntityUID> = [], principals: Set<EntityType> = [],
    resources: Set<EntityType> = [], context: RecordType = .empty
  ) {
    self.init(
      action: action, parents: parents, ancestors: [], principals: principals,
      resources: resources, context: context)
  }

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

  func with(ancestors: Set<EntityUID>) -> ActionDeclaration {
    ActionDeclaration(
      action: action, parents: parents, ancestors: ancestors, principals: principals,
      resources: resources, context: context)
  }
}
