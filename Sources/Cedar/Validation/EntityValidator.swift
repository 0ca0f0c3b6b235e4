/// Says whether entities are as a schema declares them: their types, attributes, tags and parents.
public struct EntityValidator: Sendable {
  /// The schema.
  public var schema: Schema { conformance.schema }
  private let conformance: Conformance

  /// Prepares to validate against a schema.
  public init(schema: Schema) { conformance = Conformance(schema: schema) }

  /// What is wrong with entities, at most `limit` errors; nothing when they are valid. Places are
  /// those in `Entities.json`. Actions, if described, must be as the schema declares them; those
  /// that are not described are not missed.
  public func validate(_ entities: Entities, limit: Int = 100) -> [DataError] {
    var errors = DataErrorCollector(limit: limit)
    for (index, entity) in entities.described.enumerated() {
      guard !errors.isFull else { break }
      check(entity, in: entities, at: .root.element(index), &errors)
    }
    return errors.errors
  }

  /// Reports what is wrong with one entity.
  func check(
    _ entity: Entity, in entities: Entities, at path: DataPath,
    _ errors: inout DataErrorCollector
  ) {
    if conformance.isActionType(entity.uid.type) {
      check(action: entity, in: entities, at: path, &errors)
    } else if let declaration = schema.entityTypes[entity.uid.type] {
      check(entity, as: declaration, at: path, &errors)
    } else {
      let names = schema.entityTypes.keys.map(\.name).sorted { $0.precedesByBytes($1) }
      errors.report(
        path.member("uid").member("type"),
        "the schema has no entity type `\(DataReader.shown(entity.uid.type.name))`",
        help: Suggestions.nearest(to: entity.uid.type.name, among: names)
          ?? Conformance.list(names))
    }
  }

  private func check(
    _ entity: Entity, as declaration: EntityDeclaration, at path: DataPath,
    _ errors: inout DataErrorCollector
  ) {
    conformance.check(exists: entity.uid, at: path.member("uid").member("id"), &errors)
    conformance.check(
      entity.attributes, is: declaration.attributes, at: path.member("attrs"), &errors)
    check(tagsOf: entity, as: declaration, at: path.member("tags"), &errors)
    for (index, parent) in entity.parents.enumerated() {
      guard !errors.isFull else { return errors.abandon() }
      let place = path.member("parents").element(index)
      if declaration.ancestors.contains(parent.type) {
        conformance.check(exists: parent, at: place, &errors)
      } else {
        let names = declaration.ancestors.map(\.name).sorted { $0.precedesByBytes($1) }
        errors.report(
          place, "the schema does not let `\(entity.uid.type)` be in \(parent.shown)",
          help: Suggestions.nearest(to: parent.type.name, among: names)
            ?? Conformance.list(names) ?? "declare it: `entity \(entity.uid.type.baseName) in […]`")
      }
    }
  }

  private func check(
    tagsOf entity: Entity, as declaration: EntityDeclaration, at path: DataPath,
    _ errors: inout DataErrorCollector
  ) {
    guard !entity.tags.isEmpty else { return }
    guard let type = declaration.tags else {
      errors.report(
        path, "the schema declares no tags for `\(entity.uid.type)`",
        help: "leave them out, or declare their type: `entity … tags String`")
      return
    }
    for tag in entity.tags.members {
      guard !errors.isFull else { return errors.abandon() }
      conformance.check(tag.value, is: type, at: path.member(tag.name.text), &errors)
    }
  }

  /// An action is to be in exactly those that the schema says, and has nothing else.
  private func check(
    action: Entity, in entities: Entities, at path: DataPath,
    _ errors: inout DataErrorCollector
  ) {
    guard let declaration = schema.actions[action.uid] else {
      return conformance.reportUnknown(action.uid, at: path.member("uid"), &errors)
    }
    for (name, record) in [("attrs", action.attributes), ("tags", action.tags)]
    where !record.isEmpty {
      errors.report(
        path.member(name), "the action \(action.uid.shown) has members, and actions have none")
    }
    let found = Set(entities.find(action.uid)?.ancestors.list ?? [])
    for (ancestors, words) in [
      (found.subtracting(declaration.ancestors), "must not be in"),
      (declaration.ancestors.subtracting(found), "must be in"),
    ] {
      guard let ancestor = ancestors.min(by: EntityUID.precedes) else { continue }
      errors.report(
        path.member("parents"),
        "the action \(action.uid.shown) \(words) \(ancestor.shown), says the schema",
        help: "leave actions out; they are taken from the schema")
    }
  }
}
