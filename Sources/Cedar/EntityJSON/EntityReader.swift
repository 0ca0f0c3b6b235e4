internal import JSON

/// Reads the list of entities.
struct EntityReader {
  /// An entity and its place in the list.
  struct Item {
    let entity: Entity
    let index: Int
  }

  private let schema: Schema?
  private let limits: EntityLimits
  private(set) var reader: DataReader
  private(set) var items: [Item] = []
  private var positions: [EntityUID: Int] = [:]

  init(schema: Schema?, limits: EntityLimits) {
    self.schema = schema
    self.limits = limits
    reader = DataReader(limits: limits)
  }

  mutating func read(_ root: JSONNode) {
    guard root.kind == .array else {
      reader.report("expected an array of entities, found \(root.kind.withArticle)")
      return
    }
    guard root.count <= limits.entities else {
      reader.report("there are \(root.count) entities, more than the limit of \(limits.entities)")
      return
    }
    items.reserveCapacity(root.count)
    for (index, node) in root.elements.enumerated() {
      guard !reader.errors.isFull else { return reader.errors.abandon() }
      reader.path.enter(index)
      if let entity = entity(node) { add(entity, at: index) }
      reader.path.leave()
    }
  }

  /// Adds an entity. One that says the same as another counts once.
  private mutating func add(_ entity: Entity, at index: Int) {
    guard let position = positions[entity.uid] else {
      positions[entity.uid] = items.count
      items.append(Item(entity: entity, index: index))
      return
    }
    let other = items[position]
    guard !entity.saysTheSame(as: other.entity) else { return }
    reader.report(
      "the entity \(entity.uid.shown) is already described differently at /\(other.index)",
      help: "describe each entity once")
  }

  private mutating func entity(_ node: JSONNode) -> Entity? {
    guard node.kind == .object else {
      reader.report(
        #"expected an entity as {"uid": …, "attrs": …, "parents": …}, found "#
          + node.kind.withArticle)
      return nil
    }
    guard let uid = member("uid", of: node, { $0.reference($1) }) else { return nil }
    let declaration = schema?.entityTypes[uid.type]
    let attributes = member("attrs", of: node) { reader, node in
      reader.record(node, of: declaration?.attributes)
    }
    let parents = member("parents", of: node) { reader, node in
      reader.references(node, onlyActions: uid.type.isActionType)
    }
    let tags =
      node[member: "tags"] == nil
      ? .empty
      : member("tags", of: node) { reader, node in
        reader.record(node) { _ in declaration?.tags }
      }
    guard let attributes, let parents, let tags else { return nil }
    return Entity(uid, attributes: attributes, parents: parents, tags: tags)
  }

  private mutating func member<Content>(
    _ name: String, of node: JSONNode, _ read: (inout DataReader, JSONNode) -> Content?
  ) -> Content? {
    guard let member = node[member: name] else {
      let found = node.members.map(\.name).prefix(10)
      reader.report(
        "an entity has the member `\(name)`, and it is missing",
        help: Suggestions.nearest(to: name, among: found) == nil
          ? nil : "rename the member that is almost called `\(name)`")
      return nil
    }
    reader.path.enter(name)
    defer { reader.path.leave() }
    return read(&reader, member)
  }
}

extension DataReader {
  /// Reads an object whose members are attributes, whatever their names.
  fileprivate mutating func record(_ node: JSONNode, of type: RecordType?) -> Record? {
    record(node) { type?.attributes[$0]?.type }
  }

  fileprivate mutating func record(
    _ node: JSONNode, type: (AttributeName) -> ValueType?
  ) -> Record? {
    guard node.kind == .object else {
      report("expected an object, found \(node.kind.withArticle)")
      return nil
    }
    return members(node, type: type)
  }

  /// Reads a list of entities; one that stands twice counts once.
  fileprivate mutating func references(
    _ node: JSONNode, onlyActions: Bool
  ) -> [EntityUID]? {
    guard node.kind == .array else {
      report("expected an array of entities, found \(node.kind.withArticle)")
      return nil
    }
    var result = PrehashedTable<EntityUID>()
    var isWhole = true
    for (index, element) in node.elements.enumerated() {
      guard !errors.isFull else { return nil }
      path.enter(index)
      if let uid = reference(element) {
        _ = result.insert(uid)
        if onlyActions, !uid.type.isActionType {
          report("expected an action, for actions are only in actions, found \(uid.shown)")
        }
      } else {
        isWhole = false
      }
      path.leave()
    }
    return isWhole ? Array(result.keys) : nil
  }
}

extension EntityType {
  /// Whether its entities are actions, in whatever namespace.
  fileprivate var isActionType: Bool { baseName.utf8.elementsEqual("Action".utf8) }
}

extension Entity {
  fileprivate func saysTheSame(as other: Entity) -> Bool {
    uid == other.uid && attributes == other.attributes && tags == other.tags
      && Set(parents) == Set(other.parents)
  }
}
