/// The entities that policies can ask about: an immutable snapshot with the ancestors of each
/// entity found once, and a few entities laid over it for one request.
///
/// Copying is cheap, and adding the entities of a request copies nothing of the snapshot. An
/// entity that is not described has no attributes and is in nothing but itself.
public struct Entities: Sendable {
  private final class Snapshot: Sendable {
    let table: PrehashedTable<EntityUID>
    let entities: ContiguousArray<ResolvedEntity>
    /// All that any entity of the snapshot is in.
    let groups: Set<EntityUID>

    init(
      table: PrehashedTable<EntityUID>, entities: ContiguousArray<ResolvedEntity>,
      groups: Set<EntityUID>
    ) {
      self.table = table
      self.entities = entities
      self.groups = groups
    }
  }

  private let snapshot: Snapshot
  private var overlay: ContiguousArray<ResolvedEntity> = []

  /// No entities.
  public static let empty = Entities()

  private init() {
    snapshot = Snapshot(table: PrehashedTable(), entities: [], groups: [])
  }

  /// Takes a snapshot of described entities, in any order.
  /// - Parameter ancestorSteps: how many steps are taken to find all ancestors, one for each that
  ///   an entity has from each of its parents. A chain of n groups takes n²/2.
  /// - Throws: `.duplicate`, `.cycle` or `.tooManyAncestors`.
  public init(
    _ entities: some Sequence<Entity>, ancestorSteps: Int = 100_000_000
  ) throws(EntityError) {
    var table = PrehashedTable<EntityUID>()
    var described = ContiguousArray<Entity>()
    for entity in entities {
      guard table.insert(entity.uid) == described.count else { throw .duplicate(entity.uid) }
      described.append(entity)
    }
    var closure = AncestorClosure(
      table: table, entities: described, steps: ancestorSteps)
    let ancestors = try closure.resolve()
    var groups: Set<EntityUID> = []
    for entity in described { groups.formUnion(entity.parents) }
    var resolved = ContiguousArray<ResolvedEntity>()
    resolved.reserveCapacity(described.count)
    for (entity, ancestors) in zip(described, ancestors) {
      resolved.append(ResolvedEntity(entity, ancestors: ancestors))
    }
    snapshot = Snapshot(table: table, entities: resolved, groups: groups)
  }

  /// These entities with further ones, usually the principal of one request. An added entity may
  /// be in entities of the snapshot and in those added before it.
  /// - Throws: `.duplicate` when one is already described, `.cycle` when one is in itself,
  ///   `.alreadyAncestor` when one is a group of others.
  public func adding(_ entities: [Entity]) throws(EntityError) -> Entities {
    var result = self
    for entity in entities { try result.add(entity) }
    return result
  }

  /// Adds one entity; see `adding(_:)`.
  public mutating func add(_ entity: Entity) throws(EntityError) {
    guard find(entity.uid) == nil else { throw .duplicate(entity.uid) }
    guard !snapshot.groups.contains(entity.uid),
      !overlay.contains(where: { $0.ancestors.contains(entity.uid) })
    else { throw .alreadyAncestor(entity.uid) }
    var ancestors = Ancestors.none
    for parent in entity.parents {
      guard parent != entity.uid else { throw .cycle([parent, parent]) }
      ancestors.insert(parent)
      guard let above = find(parent)?.ancestors else { continue }
      for ancestor in above.list { ancestors.insert(ancestor) }
    }
    overlay.append(ResolvedEntity(entity, ancestors: ancestors))
  }

  /// How many entities are described.
  public var count: Int { snapshot.entities.count + overlay.count }

  /// The entities as they were described, in their order, those laid over the snapshot last.
  public var described: [Entity] { (snapshot.entities + overlay).map(\.description) }

  /// The attributes of an entity, or nil when it is not described.
  public func attributes(of uid: EntityUID) -> Record? { find(uid)?.attributes }

  /// Whether `uid` is `group` or is in it, directly or through others.
  public func isMember(_ uid: EntityUID, of group: EntityUID) -> Bool {
    uid == group || find(uid)?.ancestors.contains(group) == true
  }

  func find(_ uid: EntityUID) -> ResolvedEntity? {
    for entity in overlay where entity.uid == uid { return entity }
    guard let number = snapshot.table.find(uid) else { return nil }
    return snapshot.entities[number]
  }
}
