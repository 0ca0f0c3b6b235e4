/// A schema as the checker reads it: types ready to be compared, actions grouped by what they
/// apply to.
final class TypedSchema: Sendable {
  struct EntityShape: Sendable {
    let attributes: RecordShape
    let tags: CheckedType?
    let ancestors: Set<EntityType>
    /// The entities there are, for an enumerated type.
    let members: Set<EntityUID>?
  }

  /// What some actions apply to. Actions that differ in nothing share one.
  struct Domain: Sendable {
    let principals: [EntityType]
    let resources: [EntityType]
    let context: RecordShape
    let declaredContext: RecordType
    /// Numbers the types of contexts: equal contexts have equal numbers.
    let contextNumber: Int
    fileprivate(set) var actions: [EntityUID]
  }

  struct Action: Sendable {
    let ancestors: Set<EntityUID>
    /// Where in `domains` it is; nil for an action that applies to nothing.
    let domain: Int?
  }

  let entities: [EntityType: EntityShape]
  let actions: [EntityUID: Action]
  let domains: [Domain]
  /// For each action the actions in it, itself among them, in the order of their names.
  let members: [EntityUID: [EntityUID]]
  /// The types that actions have, and the types of the groups that actions of this type are in.
  let actionTypes: [EntityType: Set<EntityType>]

  init(_ schema: Schema) {
    entities = schema.entityTypes.mapValues { declaration in
      EntityShape(
        attributes: RecordShape(declaration.attributes),
        tags: declaration.tags.map { CheckedType($0) }, ancestors: declaration.ancestors,
        members: declaration.ids.map { ids in
          Set(ids.map { EntityUID(type: declaration.type, id: $0) })
        })
    }
    var builder = DomainBuilder()
    var actions: [EntityUID: Action] = [:]
    var members: [EntityUID: [EntityUID]] = [:]
    var actionTypes: [EntityType: Set<EntityType>] = [:]
    for declaration in schema.sortedActions {
      let action = declaration.action
      actions[action] = Action(
        ancestors: declaration.ancestors, domain: builder.add(declaration))
      members[action, default: []].append(action)
      actionTypes[action.type, default: []].formUnion(declaration.ancestors.map(\.type))
      for group in declaration.ancestors where group != action {
        members[group, default: []].append(action)
      }
    }
    self.actions = actions
    self.members = members
    self.actionTypes = actionTypes
    domains = builder.domains
  }

  /// Whether an entity of one type can be in, or be, an entity of the other.
  func canBeIn(_ type: EntityType, _ group: EntityType) -> Bool {
    if type == group { return true }
    if let shape = entities[type] { return shape.ancestors.contains(group) }
    return actionTypes[type]?.contains(group) == true
  }

  /// Whether an action is, or is in, an entity.
  func isInside(_ action: EntityUID, _ group: EntityUID) -> Bool {
    action == group || actions[action]?.ancestors.contains(group) == true
  }

  func isDeclared(_ type: EntityType) -> Bool {
    entities[type] != nil || actionTypes[type] != nil
  }
}

private struct DomainBuilder {
  private struct Key: Hashable {
    let principals: Set<EntityType>
    let resources: Set<EntityType>
    let context: Int
  }

  private(set) var domains: [TypedSchema.Domain] = []
  private var numbers: [Key: Int] = [:]
  private var contexts: [RecordType: Int] = [:]

  mutating func add(_ action: ActionDeclaration) -> Int? {
    guard !action.principals.isEmpty, !action.resources.isEmpty else { return nil }
    let context = contexts[action.context] ?? contexts.count
    contexts[action.context] = context
    let key = Key(
      principals: action.principals, resources: action.resources, context: context)
    if let number = numbers[key] {
      domains[number].actions.append(action.action)
      return number
    }
    numbers[key] = domains.count
    domains.append(
      TypedSchema.Domain(
        principals: action.principals.sorted(by: EntityType.precedes),
        resources: action.resources.sorted(by: EntityType.precedes),
        context: RecordShape(action.context), declaredContext: action.context,
        contextNumber: context, actions: [action.action]))
    return domains.count - 1
  }
}
