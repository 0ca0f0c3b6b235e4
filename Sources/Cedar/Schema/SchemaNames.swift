/// Everything that the declarations of a schema name, and what a name means in a namespace.
struct SchemaNames {
  /// What a name can mean.
  struct Kinds: OptionSet {
    let rawValue: UInt8
    static let common = Kinds(rawValue: 1)
    static let entity = Kinds(rawValue: 2)
    static let builtin = Kinds(rawValue: 4)
    static let any: Kinds = [.common, .entity, .builtin]
  }

  enum Meaning {
    /// A position in `commonTypes`.
    case common(Int)
    case entity(String)
    case builtin(BuiltinType)
  }

  private(set) var commonTypes: [(namespace: String, declaration: CommonTypeSyntax)] = []
  private var commonPositions: [String: Int] = [:]
  private(set) var entityTypes: Set<String> = []
  /// The types of the actions there are.
  private(set) var actionTypes: Set<String> = []
  private(set) var actions: Set<EntityUID> = []

  /// Collects the names and reports those that are declared twice or that shadow others.
  init(_ namespaces: [NamespaceSyntax], errors: inout SchemaErrorList) {
    for namespace in namespaces where !errors.isFull { declare(namespace, &errors) }
    for namespace in namespaces where !errors.isFull { checkShadowing(namespace, &errors) }
  }

  private mutating func declare(_ namespace: NamespaceSyntax, _ errors: inout SchemaErrorList) {
    for type in namespace.commonTypes {
      let name = SchemaName.joined(namespace.name, type.name)
      guard commonPositions.updateValue(commonTypes.count, forKey: name) == nil else {
        errors.add("the common type `\(name)` is declared twice", at: type.origin)
        continue
      }
      commonTypes.append((namespace.name, type))
    }
    for type in namespace.entityTypes {
      guard type.name != "Action" else {
        errors.add(
          "`Action` is the type of actions and cannot be declared",
          help: "declare actions with `action name;`", at: type.origin)
        continue
      }
      let name = SchemaName.joined(namespace.name, type.name)
      guard entityTypes.insert(name).inserted else {
        errors.add("the entity type `\(name)` is declared twice", at: type.origin)
        continue
      }
    }
    guard !namespace.actions.isEmpty else { return }
    let actionType = EntityType(SchemaName.actionType(namespace.name))
    actionTypes.insert(actionType.name)
    for action in namespace.actions {
      let uid = EntityUID(type: actionType, id: action.id)
      guard actions.insert(uid).inserted else {
        errors.add("the action `\(uid)` is declared twice", at: action.origin)
        continue
      }
    }
  }

  /// A name of no namespace has to mean the same everywhere.
  private func checkShadowing(_ namespace: NamespaceSyntax, _ errors: inout SchemaErrorList) {
    guard !namespace.name.isEmpty else { return }
    func report(_ name: String, _ shadowed: String, _ origin: Origin) {
      errors.add(
        "`\(name)` shadows `\(shadowed)`, which is declared in no namespace",
        help: "rename one of them, or put both into namespaces", at: origin)
    }
    for type in namespace.commonTypes where isDeclared(type.name) {
      report(SchemaName.joined(namespace.name, type.name), type.name, type.origin)
    }
    for type in namespace.entityTypes where isDeclared(type.name) {
      report(SchemaName.joined(namespace.name, type.name), type.name, type.origin)
    }
    guard actionTypes.contains("Action") else { return }
    for action in namespace.actions {
      let shadowed = EntityUID(type: "Action", id: action.id)
      guard actions.contains(shadowed) else { continue }
      let type = SchemaName.actionType(namespace.name)
      report("\(EntityUID(type: type, id: action.id))", "\(shadowed)", action.origin)
    }
  }

  private func isDeclared(_ name: String) -> Bool {
    commonPositions[name] != nil || entityTypes.contains(name)
  }

  // MARK: Looking up

  /// What `name` means in a namespace. A name without namespace is looked for in this namespace,
  /// then in none, then among those that come with the language; a common type goes before an
  /// entity type. A name with namespace is taken as it is.
  func meaning(of name: String, in namespace: String, as kinds: Kinds) -> Meaning? {
    let isQualified = name.utf8.contains(UInt8(ascii: ":"))
    if !isQualified, !namespace.isEmpty,
      let found = declared(SchemaName.joined(namespace, name), kinds)
    {
      return found
    }
    if let found = declared(name, kinds) { return found }
    guard kinds.contains(.builtin) else { return nil }
    let prefix = SchemaName.builtinNamespace + "::"
    let builtin = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    return BuiltinType(rawValue: builtin).map { .builtin($0) }
  }

  private func declared(_ name: String, _ kinds: Kinds) -> Meaning? {
    if kinds.contains(.common), let position = commonPositions[name] { return .common(position) }
    guard kinds.contains(.entity), entityTypes.contains(name) || actionTypes.contains(name)
    else { return nil }
    return .entity(name)
  }

  /// The action that is meant in a namespace: one of its own, or one of no namespace.
  func action(_ parent: ActionSyntax.Parent, in namespace: String) -> EntityUID? {
    let type = parent.type?.text ?? "Action"
    if type == "Action", !namespace.isEmpty {
      let own = EntityUID(type: SchemaName.actionType(namespace), id: parent.id)
      if actions.contains(own) { return own }
    }
    let uid = EntityUID(type: type, id: parent.id)
    return actions.contains(uid) ? uid : nil
  }

  // MARK: Suggestions

  /// What to do about a name that means nothing.
  func help(for name: String, in namespace: String, as kinds: Kinds) -> String? {
    switch meaning(of: name, in: namespace, as: .any) {
    case .common: return "`\(name)` is a common type; here an entity type is needed"
    case .entity: return "`\(name)` is an entity type; here a common type is needed"
    case .builtin: return "here an entity type is needed"
    case nil: break
    }
    if kinds.contains(.builtin), let help = SchemaNames.habits[name] { return help }
    let relative = SchemaName.joined(namespace, name)
    if declared(relative, kinds) != nil { return "did you mean `\(relative)`?" }
    // Almost any two names of one or two letters are near each other.
    guard name.utf8.count > 2 else { return nil }
    return Suggestions.nearest(to: name, among: candidates(in: namespace, as: kinds))
  }

  /// What people write who think of other languages.
  private static let habits = [
    "Boolean": "did you mean `Bool`?", "bool": "did you mean `Bool`?",
    "boolean": "did you mean `Bool`?", "Int": "did you mean `Long`?",
    "Integer": "did you mean `Long`?", "Number": "did you mean `Long`?",
    "int": "did you mean `Long`?", "Text": "did you mean `String`?",
    "ip": "did you mean `ipaddr`?", "date": "did you mean `datetime`?",
    "Set": "a set's type names that of its elements, such as `Set<String>`",
    "List": "did you mean `Set<…>`?", "Array": "did you mean `Set<…>`?",
    "Record": "a record is written out, such as `{ name: String }`",
    "Map": "a record is written out, such as `{ name: String }`",
  ]

  private func candidates(in namespace: String, as kinds: Kinds) -> [String] {
    var names: [String] = []
    if kinds.contains(.common) { names += commonPositions.keys }
    if kinds.contains(.entity) { names += entityTypes }
    let prefix = namespace + "::"
    names += names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    if kinds.contains(.builtin) { names += BuiltinType.allCases.map(\.rawValue) }
    return names.sorted()
  }

  /// What to do about an action that is not declared.
  func help(for parent: ActionSyntax.Parent, in namespace: String) -> String? {
    let same = actions.filter { $0.id.hasSameBytes(as: parent.id) }
    if let other = same.map(\.description).min() { return "did you mean `\(other)`?" }
    guard parent.id.utf8.count > 2 else { return nil }
    let type = EntityType(parent.type?.text ?? SchemaName.actionType(namespace))
    let name = EntityUID(type: type, id: parent.id).description
    return Suggestions.nearest(to: name, among: actions.map(\.description).sorted())
  }
}
