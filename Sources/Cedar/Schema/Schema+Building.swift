extension Schema {
  /// Makes a schema of declarations: checks their names and all that they refer to, and finds all
  /// ancestors.
  /// - Throws: what a schema in a source would be refused for, up to
  ///   `SchemaLimits.reportedErrors`. The errors have no place.
  public init(
    entityTypes: [EntityDeclaration], actions: [ActionDeclaration],
    limits: SchemaLimits = .standard
  ) throws(SchemaErrors) {
    var writer = SchemaDeclarationWriter(limits: limits)
    for declaration in entityTypes { writer.add(declaration) }
    for declaration in actions { writer.add(declaration) }
    self = try SchemaResolver.resolve([try writer.finish()], limits: limits)
  }

  /// The schema in Cedar's own syntax, sorted by names. There are no common types and annotations
  /// in it: they are no part of what a schema says.
  public var text: String {
    // A resolved schema has no common types, and its other names are unique: all can be said.
    SchemaTextWriter.text(syntax).text
  }

  /// The schema in the JSON syntax, sorted by names.
  public var json: String { syntax.json }

  private var syntax: SchemaSyntax {
    var writer = SchemaDeclarationWriter(limits: .standard)
    for type in entityTypes.keys.sorted(by: EntityType.precedes) {
      guard let declaration = entityTypes[type] else { continue }
      writer.add(declaration)
    }
    for action in sortedActions { writer.add(action) }
    return writer.syntax
  }
}

/// Writes resolved declarations as syntax, each in its namespace.
struct SchemaDeclarationWriter {
  private let limits: SchemaLimits
  private var namespaces: [String: NamespaceSyntax] = [:]
  private var errors: SchemaErrorList
  private var expansion: Int

  init(limits: SchemaLimits) {
    self.limits = limits
    errors = SchemaErrorList(limit: limits.reportedErrors)
    expansion = limits.expandedTypes
  }

  /// What was added, the namespaces sorted by name.
  var syntax: SchemaSyntax {
    SchemaSyntax(
      namespaces: namespaces.values.sorted { $0.name.precedesByBytes($1.name) })
  }

  func finish() throws(SchemaErrors) -> SchemaSyntax {
    try errors.check()
    return syntax
  }

  mutating func add(_ declaration: EntityDeclaration) {
    guard let (namespace, name) = split(declaration.type) else { return }
    var type = EntityTypeSyntax(name: name, origin: .none, annotations: [])
    if let ids = declaration.ids {
      if ids.isEmpty {
        errors.add("the entity type `\(declaration.type)` is enumerated without ids")
      }
      type.ids = ids
    } else {
      type.parents = self.names(declaration.parents, in: namespace)
      if !declaration.attributes.attributes.isEmpty {
        type.shape = record(declaration.attributes, in: namespace, depth: 1)
      }
      type.tags = declaration.tags.map { self.type($0, in: namespace, depth: 0) }
    }
    open(namespace)
    namespaces[namespace]?.entityTypes.append(type)
  }

  mutating func add(_ declaration: ActionDeclaration) {
    guard let (namespace, name) = split(declaration.action.type) else { return }
    guard name == "Action" else {
      errors.add(
        "`\(declaration.action)` is not an action",
        help: "actions are written `Action::\"name\"` or `Namespace::Action::\"name\"`")
      return
    }
    var action = ActionSyntax(id: declaration.action.id, origin: .none, annotations: [])
    action.parents = declaration.parents.sorted(by: EntityUID.precedes).map { parent in
      let isOwn = parent.type == declaration.action.type
      return ActionSyntax.Parent(
        type: isOwn ? nil : NameSyntax(text: parent.type.name, origin: .none), id: parent.id,
        origin: .none)
    }
    if !declaration.principals.isEmpty || !declaration.resources.isEmpty
      || !declaration.context.attributes.isEmpty
    {
      action.appliesTo = ActionSyntax.AppliesTo(
        principals: names(declaration.principals, in: namespace),
        resources: names(declaration.resources, in: namespace),
        context: declaration.context.attributes.isEmpty
          ? nil : record(declaration.context, in: namespace, depth: 1))
    }
    open(namespace)
    namespaces[namespace]?.actions.append(action)
  }

  // MARK: Names

  private mutating func open(_ namespace: String) {
    guard namespaces[namespace] == nil else { return }
    namespaces[namespace] = NamespaceSyntax(name: namespace, origin: .none)
  }

  private mutating func split(_ type: EntityType) -> (namespace: String, name: String)? {
    guard SchemaName.isDeclarable(type.name) else {
      errors.add(
        "\(Quoting.quote(type.name)) is not the name of a type",
        help: "names are written `Name` or `Namespace::Name`")
      return nil
    }
    let name = type.baseName
    return (String(type.name.dropLast(name.count).dropLast(2)), String(name))
  }

  private func names(_ types: Set<EntityType>, in namespace: String) -> [NameSyntax] {
    types.sorted(by: EntityType.precedes).map { name($0, in: namespace) }
  }

  /// The name of a type as it is written in a namespace: without it where it is its own.
  private func name(_ type: EntityType, in namespace: String) -> NameSyntax {
    let base = type.baseName
    let isOwn = !namespace.isEmpty && type.name == SchemaName.joined(namespace, String(base))
    return NameSyntax(text: isOwn ? String(base) : type.name, origin: .none)
  }

  // MARK: Types

  private mutating func type(_ type: ValueType, in namespace: String, depth: Int) -> TypeSyntax {
    expansion -= 1
    guard depth <= limits.nesting, expansion >= 0 else {
      errors.add(
        depth > limits.nesting
          ? "a type nests deeper than the limit of \(limits.nesting)"
          : "the schema has more types than the limit of \(limits.expandedTypes)")
      return .record([], .none)
    }
    switch type {
    case .bool: return .builtin(.bool)
    case .long: return .builtin(.long)
    case .string: return .builtin(.string)
    case .extension(let type): return .builtin(BuiltinType(type))
    case .entity(let type): return .entity(name(type, in: namespace))
    case .set(let element): return .set(self.type(element, in: namespace, depth: depth + 1))
    case .record(let record): return self.record(record, in: namespace, depth: depth + 1)
    }
  }

  private mutating func record(_ record: RecordType, in namespace: String, depth: Int)
    -> TypeSyntax
  {
    let members = record.attributes.sorted { $0.key.text.precedesByBytes($1.key.text) }
    return .record(
      members.map { name, attribute in
        AttributeSyntax(
          name: name.text, origin: .none, annotations: [], isRequired: attribute.isRequired,
          type: type(attribute.type, in: namespace, depth: depth))
      }, .none)
  }
}
