/// What a policy set is made of, before it is indexed. Policies and templates have distinct names.
struct PolicySetContents: Sendable {
  private(set) var policies = ContiguousArray<Policy>()
  private(set) var ids = PrehashedTable<PolicyID>()
  private(set) var templates = ContiguousArray<Template>()
  private(set) var templateIDs = PrehashedTable<PolicyID>()
  var sources: [PolicySource] = []
  var contextUse = AttributeUse()
  /// The positions of the templates that have links and so count for the use of the context.
  var linkedTemplates: Set<Int> = []
  /// The number of policies and templates that the set may have.
  let policyLimit: Int

  init(policyLimit: Int) { self.policyLimit = policyLimit }

  /// Adds what was parsed, a template if it has slots. The name is new.
  mutating func add(
    _ statement: PolicyStatement, named name: String, with compiler: inout Compiler
  ) {
    let condition = compiler.compile(statement.syntax)
    if let scope = statement.syntax.scope() {
      contextUse.formUnion(of: statement.syntax)
      add(
        Policy(
          id: PolicyID(name, index: policies.count), scope: scope, condition: condition,
          statement: statement))
    } else {
      let id = PolicyID(name, index: templates.count)
      _ = templateIDs.insert(id)
      templates.append(Template(id: id, condition: condition, statement: statement))
    }
  }

  /// Adds a policy, whose id is new and has the position as its index.
  mutating func add(_ policy: Policy) {
    _ = ids.insert(policy.id)
    policies.append(policy)
  }

  /// Whether as many as may be are there.
  var isFull: Bool { policies.count + templates.count >= policyLimit }

  /// Where the policy or template of this name stands, if there is one.
  func place(of id: PolicyID) -> SourcePlace? {
    if let position = ids.find(id) { return policies[position].place }
    return templateIDs.find(id).map { templates[$0].place }
  }
}
