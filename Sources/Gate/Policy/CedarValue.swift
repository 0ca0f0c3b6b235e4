import Cedar
import JSON

/// How tool arguments become Cedar values.
///
/// | JSON | Cedar |
/// |---|---|
/// | object | record; members that are null are left out |
/// | array | set; null elements are left out |
/// | string, true, false | the same |
/// | number that is an integer of 64 bits (also `1.0`, `1e3`) | long |
/// | any other number | a string of its text |
///
/// A number that Cedar has no type for becomes a string on purpose: comparing it with a number is
/// then an error, and a forbid that errs denies. Left out, it would slip past `has`.
enum CedarValue {
  static func record(_ object: JSONNode) -> Record {
    var members: ContiguousArray<Record.Member> = []
    members.reserveCapacity(object.count)
    for (name, node) in object.members {
      guard let value = value(node) else { continue }
      members.append(Record.Member(AttributeName(name), value))
    }
    return Record(members)
  }

  /// As `record`, with only the members that some policy reads.
  static func record(_ object: JSONNode, reading names: [AttributeName]) -> Record {
    var members: ContiguousArray<Record.Member> = []
    members.reserveCapacity(min(names.count, object.count))
    for name in names {
      guard let node = object[member: name.text], let value = value(node) else { continue }
      members.append(Record.Member(name, value))
    }
    return Record(members)
  }

  static func value(_ node: JSONNode) -> Value? {
    switch node.kind {
    case .null: return nil
    case .object: return .record(record(node))
    case .array: return .set(ValueSet(node.elements.compactMap(value)))
    case .string: return .string(node.string ?? "")
    case .bool: return .bool(node.bool ?? false)
    case .number:
      if let exact = node.int64 { return .long(exact) }
      return .string(String(decoding: node.raw, as: UTF8.self))
    }
  }
}
