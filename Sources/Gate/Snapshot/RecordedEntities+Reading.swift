import Cedar
import JSON
import Ledger

extension RecordedEntities {
  /// The entities whose pieces these are.
  static func entities(
    version: String, pieces: [LedgerEntry]
  ) throws(ReplayError) -> Entities {
    let nodes = pieces.compactMap { $0.document.root[member: "entities"] }.flatMap(\.elements)
    guard Self.version(of: nodes.map { Array($0.raw) }) == version else {
      throw .wrongDigest(version: version)
    }
    var entities: [Entity] = []
    for node in nodes {
      guard let entity = entity(node) else {
        throw .unreadable("an entity", reason: "\(node.description.prefix(200)) is none")
      }
      entities.append(entity)
    }
    do {
      return try Entities(entities)
    } catch {
      throw .unreadable("the entities", reason: error.description)
    }
  }

  private static func entity(_ node: JSONNode) -> Entity? {
    guard let uid = node[member: "uid"].flatMap(uid),
      let attributes = node[member: "attrs"].flatMap(value),
      case .record(let record) = attributes,
      let parents = node[member: "parents"], parents.kind == .array
    else { return nil }
    let uids = parents.elements.compactMap(Self.uid)
    guard uids.count == parents.count else { return nil }
    return Entity(uid, attributes: record, parents: uids)
  }

  private static func uid(_ node: JSONNode) -> EntityUID? {
    guard let type = node[member: "type"]?.string, let id = node[member: "id"]?.string else {
      return nil
    }
    return EntityUID(type: type, id: id)
  }

  private static func value(_ node: JSONNode) -> Value? {
    switch node.kind {
    case .null: return nil
    case .bool: return node.bool.map { .bool($0) }
    case .string: return node.string.map { .string($0) }
    case .number: return node.int64.map { .long($0) }
    case .array:
      let values = node.elements.compactMap(value)
      return values.count == node.count ? .set(ValueSet(values)) : nil
    case .object:
      if let entity = node[member: "__entity"] { return uid(entity).map { .entity($0) } }
      var members: [Record.Member] = []
      for (name, node) in node.members {
        guard let value = value(node) else { return nil }
        members.append(Record.Member(AttributeName(name), value))
      }
      return .record(Record(members))
    }
  }
}
