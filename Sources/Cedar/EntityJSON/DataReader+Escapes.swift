internal import JSON

/// The member names that make an object something else than a record.
enum Escape: String, CaseIterable {
  case entity = "__entity"
  case `extension` = "__extn"
  case expression = "__expr"
}

extension DataReader {
  /// Reads an object that has an escape as a member.
  mutating func escaped(_ node: JSONNode, _ escape: Escape, as type: ValueType?) -> Value? {
    guard node.count == 1, let inner = node[member: escape.rawValue] else {
      report(
        "`\(escape.rawValue)` stands beside other members, and an escape stands alone",
        help: "no record has a member of this name")
      return nil
    }
    path.enter(escape.rawValue)
    defer { path.leave() }
    switch escape {
    case .entity: return reference(inner).map { .entity($0) }
    case .extension:
      if case .extension? = type { return call(inner, implicit: true) }
      return call(inner, implicit: false)
    case .expression:
      report("`__expr` is not read", help: "write `__entity` or `__extn`")
      return nil
    }
  }

  /// Reads `{"type": …, "id": …}`, also within `__entity`. Other members are passed over.
  mutating func reference(_ node: JSONNode) -> EntityUID? {
    let inner = node[member: "__entity"]
    if inner != nil { path.enter("__entity") }
    defer { if inner != nil { path.leave() } }
    let node = inner ?? node
    guard node.kind == .object else {
      report(
        #"expected an entity as {"type": …, "id": …}, found "# + node.kind.withArticle,
        help: node.string.flatMap(DataReader.referenceHelp))
      return nil
    }
    guard let name = string("type", of: node, "an entity"),
      let id = string("id", of: node, "an entity")
    else { return nil }
    let type = EntityType(name)
    guard type.isWellFormed else {
      path.enter("type")
      report(
        "\(Quoting.quote(DataReader.shown(name))) is not the name of an entity type",
        help: "names are identifiers joined by `::`, without spaces and none of them reserved")
      path.leave()
      return nil
    }
    return EntityUID(type: type, id: id)
  }

  private static func referenceHelp(_ text: String) -> String? {
    guard let uid = try? EntityUID.parse(text) else { return nil }
    var writer = JSONWriter()
    writer.reference(uid)
    return "write " + shown(String(decoding: writer.bytes, as: UTF8.self))
  }

  /// The member of an object, which must be a string.
  mutating func string(_ name: String, of node: JSONNode, _ what: String) -> String? {
    guard let member = node[member: name] else {
      report("\(what) has the member `\(name)`, and it is missing")
      return nil
    }
    guard let text = member.string else {
      path.enter(name)
      report("expected a string, found \(member.kind.withArticle)")
      path.leave()
      return nil
    }
    return text
  }
}
