/// Finds the environments that fit the scope of a policy. Each type of principal and resource of
/// each domain with an action of the scope is looked at once.
struct ScopeEnvironments {
  private struct Key: Hashable {
    let action: EntityUID?
    let resource: EntityType?
    let principal: EntityType?
    let context: Int
  }

  /// The classes in the order of their first environments.
  private(set) var classes: [EnvironmentClass] = []
  /// The number of all environments in them.
  private(set) var count = 0
  /// Whether there are no more classes than the limit, beyond which they are left out.
  private(set) var isComplete = true
  private let limit: Int
  private var positions: [Key: Int] = [:]

  init(of policy: PolicySyntax, in schema: TypedSchema, limit: Int) {
    self.limit = limit
    let use = VariableUse(policy.tree)
    let domains = ScopeEnvironments.domains(of: policy.action, in: schema)
    for (number, actions) in domains {
      let domain = schema.domains[number]
      let principals = domain.principals.filter { policy.principal.admits($0, in: schema) }
      let resources = domain.resources.filter { policy.resource.admits($0, in: schema) }
      let repeats =
        (use.principal ? 1 : principals.count) * (use.action ? 1 : actions.count)
        * (use.resource ? 1 : resources.count)
      for principal in use.principal ? principals[...] : principals.prefix(1) {
        for action in use.action ? actions[...] : actions.prefix(1) {
          for resource in use.resource ? resources[...] : resources.prefix(1) {
            let environment = RequestEnvironment(
              principal: principal, action: action, resource: resource,
              context: domain.declaredContext)
            add(environment, repeats, domain, use, areSeveral: domains.count > 1)
            guard isComplete else { return }
          }
        }
      }
    }
  }

  private mutating func add(
    _ environment: RequestEnvironment, _ repeats: Int, _ domain: TypedSchema.Domain,
    _ use: VariableUse, areSeveral: Bool
  ) {
    guard repeats > 0 else { return }
    count += repeats
    if areSeveral {
      let key = Key(
        action: use.action ? environment.action : nil,
        resource: use.resource ? environment.resource : nil,
        principal: use.principal ? environment.principal : nil,
        context: use.context ? domain.contextNumber : -1)
      if let position = positions[key] {
        classes[position].count += repeats
        return
      }
      positions[key] = classes.count
    }
    guard classes.count < limit else {
      isComplete = false
      return
    }
    classes.append(
      EnvironmentClass(environment: environment, context: domain.context, count: repeats))
  }

  /// The domains with actions of the scope, and these actions.
  static func domains(
    of constraint: ScopeConstraint, in schema: TypedSchema
  ) -> [(number: Int, actions: [EntityUID])] {
    let chosen: [EntityUID]
    switch constraint {
    case .equal(let action): chosen = schema.actions[action] == nil ? [] : [action]
    case .inside(let group): chosen = schema.members[group] ?? []
    case .insideAny(let groups):
      var seen: Set<EntityUID> = []
      chosen = groups.flatMap { schema.members[$0] ?? [] }.filter { seen.insert($0).inserted }
    case .any, .type, .typeInside:
      return schema.domains.indices.map { ($0, schema.domains[$0].actions) }
    }
    var byDomain: [Int: [EntityUID]] = [:]
    for action in chosen {
      if let domain = schema.actions[action]?.domain {
        byDomain[domain, default: []].append(action)
      }
    }
    return byDomain.keys.sorted().map { ($0, (byDomain[$0] ?? []).sorted(by: EntityUID.precedes)) }
  }
}

extension ScopeSyntax {
  /// Whether a principal or a resource of a type can be in the scope. A slot can stand for any
  /// entity.
  func admits(_ type: EntityType, in schema: TypedSchema) -> Bool {
    switch self {
    case .any: true
    case .equal(let operand): operand.entity.map { $0.type == type } ?? true
    case .inside(let operand): operand.canHold(type, in: schema)
    case .insideAny(let operands): operands.contains { $0.canHold(type, in: schema) }
    case .type(let expected): expected == type
    case .typeInside(let expected, let operand):
      expected == type && operand.canHold(type, in: schema)
    }
  }
}

extension ScopeOperand {
  /// The entity; nil for a slot.
  var entity: EntityUID? {
    if case .entity(let uid) = self { uid } else { nil }
  }

  fileprivate func canHold(_ type: EntityType, in schema: TypedSchema) -> Bool {
    entity.map { schema.canBeIn(type, $0.type) } ?? true
  }
}
