/// The principal, the action or the resource of a request of which not everything is known.
public enum PartialEntity: Sendable, Hashable {
  /// This entity.
  case known(EntityUID)
  /// Any entity of this type, or any entity at all.
  case unknown(EntityType?)

  /// Any entity at all.
  public static let unknown = PartialEntity.unknown(nil)
}

/// A question of which not everything is known. A request completes it when it has the known
/// entities, an entity of the right type in place of each unknown one, and a context that
/// completes the context.
public struct PartialRequest: Sendable {
  /// Who acts.
  public var principal: PartialEntity
  /// What is done.
  public var action: PartialEntity
  /// What it is done to.
  public var resource: PartialEntity
  /// The circumstances.
  public var context: PartialRecord

  /// Asks a question.
  public init(
    principal: PartialEntity = .unknown, action: PartialEntity = .unknown,
    resource: PartialEntity = .unknown, context: PartialRecord = .unknown
  ) {
    self.principal = principal
    self.action = action
    self.resource = resource
    self.context = context
  }

  /// A question of which everything is known.
  public init(_ request: Request) {
    self.init(
      principal: .known(request.principal), action: .known(request.action),
      resource: .known(request.resource), context: PartialRecord(request.context))
  }
}

/// What it means that an entity is not described.
public enum AbsentEntities: Sendable {
  /// All entities are described: an absent one has no attributes, no tags, and is in nothing. Every
  /// completion has the same entities.
  case nonexistent
  /// Nothing is known of it: a completion may describe further entities, also such that described
  /// ones are in, and describes those that are here in the same way.
  case unknown
}
