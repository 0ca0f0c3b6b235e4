/// Turns declarations into a schema: finds what every name means, puts common types in where they
/// are named, and finds all ancestors.
struct SchemaResolver {
  let limits: SchemaLimits
  let names: SchemaNames
  private let namespaces: [NamespaceSyntax]
  var errors: SchemaErrorList
  /// The types of `names.commonTypes`; nil for those not (or not rightly) resolved.
  var commonTypes: [SizedType?]
  /// How many more nodes types may have.
  var expansion: Int

  /// Resolves the declarations of several sources together.
  static func resolve(
    _ syntaxes: [SchemaSyntax], limits: SchemaLimits
  ) throws(SchemaErrors) -> Schema {
    var resolver = SchemaResolver(syntaxes.flatMap(\.namespaces), limits: limits)
    return try resolver.schema()
  }

  private init(_ namespaces: [NamespaceSyntax], limits: SchemaLimits) {
    self.namespaces = namespaces
    self.limits = limits
    errors = SchemaErrorList(limit: limits.reportedErrors)
    let count = namespaces.reduce(0) {
      $0 + $1.commonTypes.count + $1.entityTypes.count + $1.actions.count
    }
    if count > limits.declarations {
      errors.add(
        "the schema has \(count) declarations, more than the limit of \(limits.declarations)")
      names = SchemaNames([], errors: &errors)
    } else {
      names = SchemaNames(namespaces, errors: &errors)
    }
    commonTypes = Array(repeating: nil, count: names.commonTypes.count)
    expansion = limits.expandedTypes
  }

  private mutating func schema() throws(SchemaErrors) -> Schema {
    try errors.check()
    resolveCommonTypes()
    var entityTypes: [EntityDeclaration] = []
    var actions: [ActionDeclaration] = []
    var origins: [EntityUID: Origin] = [:]
    for namespace in namespaces {
      for type in namespace.entityTypes where !errors.isFull {
        entityTypes.append(entityType(type, in: namespace.name))
      }
      for syntax in namespace.actions where !errors.isFull {
        let action = action(syntax, in: namespace.name)
        origins[action.action] = syntax.origin
        actions.append(action)
      }
    }
    try errors.check()
    return try SchemaHierarchy.schema(
      entityTypes: entityTypes, actions: actions, limits: limits,
      origin: { origins[$0] ?? .none })
  }

  // MARK: Declarations

  private mutating func entityType(_ syntax: EntityTypeSyntax, in namespace: String)
    -> EntityDeclaration
  {
    let type = EntityType(SchemaName.joined(namespace, syntax.name))
    if let ids = syntax.ids { return EntityDeclaration(type, ids: ids) }
    return EntityDeclaration(
      type, parents: entityTypes(syntax.parents, in: namespace),
      attributes: members(syntax.shape, in: namespace, of: "shape of `\(type)`", syntax.origin),
      tags: syntax.tags.flatMap { resolve($0, in: namespace)?.type })
  }

  private mutating func action(_ syntax: ActionSyntax, in namespace: String)
    -> ActionDeclaration
  {
    let uid = EntityUID(type: SchemaName.actionType(namespace), id: syntax.id)
    var parents: Set<EntityUID> = []
    for parent in syntax.parents {
      if let found = names.action(parent, in: namespace) {
        parents.insert(found)
      } else if !errors.isFull {
        let name = parent.type.map { "\($0.text)::" } ?? ""
        errors.add(
          "the action `\(name)\(Quoting.quote(parent.id))` is not declared",
          help: names.help(for: parent, in: namespace), at: parent.origin)
      }
    }
    let principals = entityTypes(syntax.appliesTo?.principals ?? [], in: namespace)
    let resources = entityTypes(syntax.appliesTo?.resources ?? [], in: namespace)
    return ActionDeclaration(
      uid, parents: parents, principals: principals, resources: resources,
      context: members(
        syntax.appliesTo?.context, in: namespace, of: "context of `\(uid)`", syntax.origin))
  }

  /// The declared entity types that are named; the types of actions are not among them.
  private mutating func entityTypes(_ list: [NameSyntax], in namespace: String)
    -> Set<EntityType>
  {
    var types: Set<EntityType> = []
    for name in list {
      guard case .entity(let full)? = names.meaning(of: name.text, in: namespace, as: .entity)
      else {
        reportUnknown(name, in: namespace, as: .entity)
        continue
      }
      guard !names.actionTypes.contains(full) else {
        errors.add(
          "`\(full)` is the type of actions; an entity type is needed", at: name.origin)
        continue
      }
      types.insert(EntityType(full))
    }
    return types
  }

  private mutating func members(
    _ syntax: TypeSyntax?, in namespace: String, of what: String, _ owner: Origin
  ) -> RecordType {
    guard let syntax, let resolved = resolve(syntax, in: namespace) else { return .empty }
    guard case .record(let record) = resolved.type else {
      let origin = syntax.origin.map == nil ? owner : syntax.origin
      errors.add("the \(what) is `\(resolved.type)`; it has to be a record", at: origin)
      return .empty
    }
    return record
  }

  mutating func reportUnknown(
    _ name: NameSyntax, in namespace: String, as kinds: SchemaNames.Kinds
  ) {
    guard !errors.isFull else { return }
    let what =
      switch kinds {
      case .entity: "entity type"
      case [.common, .builtin]: "common type"
      default: "type"
      }
    errors.add(
      "the \(what) `\(name.text)` is not declared",
      help: names.help(for: name.text, in: namespace, as: kinds), at: name.origin)
  }
}
