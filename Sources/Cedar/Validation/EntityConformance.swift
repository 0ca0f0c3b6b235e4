/// Says whether values are of the types that a schema gives them. Recursion follows the type.
struct Conformance: Sendable {
  let schema: Schema
  /// The entities of enumerated types.
  private let enumerated: Set<EntityUID>
  private let actionTypes: Set<EntityType>

  init(schema: Schema) {
    self.schema = schema
    var enumerated: Set<EntityUID> = []
    for (type, declaration) in schema.entityTypes {
      for id in declaration.ids ?? [] { enumerated.insert(EntityUID(type: type, id: id)) }
    }
    self.enumerated = enumerated
    actionTypes = schema.actionTypes
  }

  /// Whether the type is that of actions of the schema.
  func isActionType(_ type: EntityType) -> Bool { actionTypes.contains(type) }

  /// Reports an entity that its type does not have: an id that is not enumerated, or an action
  /// that is not declared.
  func check(exists uid: EntityUID, at path: DataPath, _ errors: inout DataErrorCollector) {
    if let ids = schema.entityTypes[uid.type]?.ids, !enumerated.contains(uid) {
      errors.report(
        path,
        "the entity type `\(uid.type)` is an enumeration without \(Quoting.quote(uid.shownID))",
        help: Suggestions.nearest(to: uid.id, among: ids) ?? Conformance.list(ids))
    } else if isActionType(uid.type), schema.actions[uid] == nil {
      reportUnknown(uid, at: path, &errors)
    }
  }

  /// Reports an action that is not declared.
  func reportUnknown(
    _ action: EntityUID, at path: DataPath, _ errors: inout DataErrorCollector
  ) {
    let near = schema.actions.keys.filter { $0.id.hasSameBytes(as: action.id) }
      .min(by: EntityUID.precedes)
    errors.report(
      path, "the schema has no action \(action.shown)",
      help: near.map { "did you mean `\($0)`?" }
        ?? Suggestions.nearest(
          to: action.id, among: schema.actions.keys.map(\.id).sorted { $0.precedesByBytes($1) }))
  }

  /// Reports what is not of the type.
  func check(
    _ value: Value, is type: ValueType, at path: DataPath, _ errors: inout DataErrorCollector
  ) {
    switch (type, value) {
    case (.bool, .bool), (.long, .long), (.string, .string): break
    case (.entity(let expected), .entity(let uid)) where uid.type == expected:
      check(exists: uid, at: path, &errors)
    case (.set(let type), .set(let set)):
      for element in set.values {
        guard !errors.isFull else { return errors.abandon() }
        check(element, is: type, at: path, &errors)
      }
    case (.record(let type), .record(let record)):
      check(record, is: type, at: path, &errors)
    case (.extension, .extension) where type.kind == value.kind: break
    default:
      errors.report(
        path, "expected \(type), found \(value.shown)", help: type.help(for: value))
    }
  }

  /// Reports members that are missing, undeclared or of another type.
  func check(
    _ record: Record, is type: RecordType, at path: DataPath,
    _ errors: inout DataErrorCollector
  ) {
    let members = record.members
    for member in members {
      guard !errors.isFull else { return errors.abandon() }
      let place = path.member(member.name.text)
      if let attribute = type.attributes[member.name] {
        check(member.value, is: attribute.type, at: place, &errors)
      } else {
        let names = type.attributes.keys.map(\.text).sorted { $0.precedesByBytes($1) }
        errors.report(
          place, "the schema declares no `\(DataReader.shown(member.name.text))` here",
          help: Suggestions.nearest(to: member.name.text, among: names) ?? Conformance.list(names))
      }
    }
    let missing = type.attributes.filter { $0.value.isRequired && !record.has($0.key) }
    for (name, attribute) in missing.sorted(by: { $0.key.text.precedesByBytes($1.key.text) }) {
      errors.report(
        path, "`\(name)` is missing, which the schema declares as required",
        help: "add it as \(attribute.type), or declare it as optional: `\(name)?`")
    }
  }

  private static let shownNames = 10

  /// A hint with the names there are.
  static func list(_ names: [String]) -> String? {
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(shownNames).map { "`\(DataReader.shown($0))`" }
    return "there is " + shown.joined(separator: ", ") + (names.count > shownNames ? ", …" : "")
  }
}
