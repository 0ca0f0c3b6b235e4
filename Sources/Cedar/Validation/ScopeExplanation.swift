/// Says why no kind of request fits the scope of a policy.
struct ScopeExplanation {
  let message: String
  let help: String?

  private static let shownNames = 8

  init(_ policy: PolicySyntax, in schema: TypedSchema) {
    let actions = ScopeEnvironments.domains(of: policy.action, in: schema)
    let domains = actions.map { schema.domains[$0.number] }
    guard !domains.isEmpty else {
      message = "the policy never applies: no action of its scope applies to anything"
      help =
        policy.action == .insideAny([])
        ? "the list of actions is empty" : "the schema needs `appliesTo` for one of the actions"
      return
    }
    let principals = Set(domains.flatMap(\.principals))
    guard principals.contains(where: { policy.principal.admits($0, in: schema) }) else {
      message = "the policy never applies: no action of its scope takes such a principal"
      help = "they take " + ScopeExplanation.list(principals)
      return
    }
    let resources = Set(domains.flatMap(\.resources))
    guard resources.contains(where: { policy.resource.admits($0, in: schema) }) else {
      message = "the policy never applies: no action of its scope takes such a resource"
      help = "they take " + ScopeExplanation.list(resources)
      return
    }
    message =
      "the policy never applies: no action of its scope takes such a principal together with "
      + "such a resource"
    help = nil
  }

  private static func list(_ types: Set<EntityType>) -> String {
    let names = types.map { "`\($0)`" }.sorted { $0.precedesByBytes($1) }
    return names.prefix(shownNames).joined(separator: ", ")
      + (names.count > shownNames ? " and others" : "")
  }
}
