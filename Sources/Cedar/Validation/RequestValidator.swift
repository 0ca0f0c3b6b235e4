/// Says whether requests are such as a schema foresees: the action is declared, principal and
/// resource are of the types to which it applies, and the context is of its type.
public struct RequestValidator: Sendable {
  /// The schema.
  public var schema: Schema { conformance.schema }
  private let conformance: Conformance

  /// Prepares to validate against a schema.
  public init(schema: Schema) { conformance = Conformance(schema: schema) }

  /// What is wrong with a request, at most `limit` errors; nothing when it is valid. Places are
  /// those in `Request.json`.
  public func validate(_ request: Request, limit: Int = 20) -> [DataError] {
    var errors = DataErrorCollector(limit: limit)
    check(request, at: .root, &errors)
    return errors.errors
  }

  /// Reports what is wrong.
  func check(_ request: Request, at path: DataPath, _ errors: inout DataErrorCollector) {
    let declaration = schema.actions[request.action]
    check(
      request.principal, "principal", of: declaration, types: declaration?.principals, path, &errors
    )
    if declaration == nil {
      conformance.reportUnknown(request.action, at: path.member("action"), &errors)
    }
    check(
      request.resource, "resource", of: declaration, types: declaration?.resources, path, &errors)
    guard let declaration else { return }
    conformance.check(
      request.context, is: declaration.context, at: path.member("context"), &errors)
  }

  private func check(
    _ uid: EntityUID, _ role: String, of action: ActionDeclaration?, types: Set<EntityType>?,
    _ path: DataPath, _ errors: inout DataErrorCollector
  ) {
    let place = path.member(role)
    guard schema.entityTypes[uid.type] != nil else {
      let names = schema.entityTypes.keys.map(\.name).sorted { $0.precedesByBytes($1) }
      errors.report(
        place, "the schema has no entity type `\(DataReader.shown(uid.type.name))`",
        help: Suggestions.nearest(to: uid.type.name, among: names) ?? Conformance.list(names))
      return
    }
    if let action, let types, !types.contains(uid.type) {
      let names = types.map(\.name).sorted { $0.precedesByBytes($1) }
      errors.report(
        place, "\(action.action.shown) does not apply to a \(role) of type `\(uid.type)`",
        help: Conformance.list(names)
          ?? "the action is only a group of others: request one of those")
      return
    }
    conformance.check(exists: uid, at: place, &errors)
  }
}
