/// An entity as a caller describes it.
public struct Entity: Sendable {
  /// Who it is.
  public let uid: EntityUID
  /// Its attributes.
  public let attributes: Record
  /// The groups it is directly in. They need not be described themselves.
  public let parents: [EntityUID]
  /// Its tags.
  public let tags: Record

  /// Describes an entity.
  public init(
    _ uid: EntityUID, attributes: Record = .empty, parents: [EntityUID] = [],
    tags: Record = .empty
  ) {
    self.uid = uid
    self.attributes = attributes
    self.parents = parents
    self.tags = tags
  }
}

/// Why descriptions of entities are refused.
public enum EntityError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Two descriptions of one entity.
  case duplicate(EntityUID)
  /// The entity is its own ancestor, by way of these.
  case cycle([EntityUID])
  /// An entity that is added for one request is a group of described entities.
  case alreadyAncestor(EntityUID)
  /// Finding the ancestors of all entities takes more steps than this.
  case tooManyAncestors(limit: Int)

  /// What is wrong, and with which entity.
  public var description: String {
    switch self {
    case .duplicate(let uid):
      "the entity \(uid) is described twice"
    case .cycle(let way):
      "the entity \(way.first.map(\.description) ?? "") is its own ancestor: "
        + EntityError.shown(way)
    case .alreadyAncestor(let uid):
      "the entity \(uid) cannot be added for one request: other entities are in it"
    case .tooManyAncestors(let limit):
      "the entities have so many groups above them that finding all takes more than the limit of "
        + "\(limit) steps"
    }
  }
}

extension EntityError {
  private static let shownSteps = 8

  /// A way from group to group, its middle left out when it is long.
  private static func shown(_ way: [EntityUID]) -> String {
    var names = way.prefix(shownSteps).map(\.description)
    if way.count > shownSteps { names += ["…"] + way.suffix(1).map(\.description) }
    return names.joined(separator: " in ")
  }
}

/// An entity with its ancestors found.
final class ResolvedEntity: Sendable {
  let uid: EntityUID
  let attributes: Record
  let tags: Record
  private let parents: [EntityUID]
  let ancestors: Ancestors

  init(_ entity: Entity, ancestors: Ancestors) {
    self.uid = entity.uid
    self.attributes = entity.attributes
    self.tags = entity.tags
    self.parents = entity.parents
    self.ancestors = ancestors
  }

  /// The entity as it was described.
  var description: Entity {
    Entity(uid, attributes: attributes, parents: parents, tags: tags)
  }
}

/// All entities above one: few are scanned, many are hashed.
struct Ancestors: Sendable {
  private(set) var list: ContiguousArray<EntityUID> = []
  private var index: Set<EntityUID>?
  private static let scanLimit = 12

  static let none = Ancestors()

  @inline(__always)
  func contains(_ uid: EntityUID) -> Bool {
    if let index { return index.contains(uid) }
    for ancestor in list where ancestor == uid { return true }
    return false
  }

  mutating func insert(_ uid: EntityUID) {
    guard !contains(uid) else { return }
    list.append(uid)
    if index != nil {
      index?.insert(uid)
    } else if list.count > Ancestors.scanLimit {
      index = Set(list)
    }
  }
}
