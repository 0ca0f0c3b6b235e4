import Cedar
import Identity
import Ledger

/// What people may do who signed in: the principal is the `Sallyport::Human`.
extension PolicyDecider {
  /// May this person do that?
  /// - Parameters:
  ///   - facts: of the context, beside how they signed in and the circumstances.
  ///   - described: entities that it is about, beside those of the catalog.
  ///   - now: in seconds since 1970 UTC.
  func decide(
    _ person: Person, _ action: EntityUID, on resource: EntityUID,
    _ facts: ContiguousArray<Record.Member> = [], describing described: [Entity] = [],
    at now: Int64, transport: String
  ) -> PolicyDecision {
    let human = EntityUID(type: PolicyVocabulary.human, id: person.name)
    var parents = person.roles.map { EntityUID(type: PolicyVocabulary.role, id: $0) }
    if let tenant = person.tenant {
      parents.append(EntityUID(type: PolicyVocabulary.tenant, id: tenant))
    }
    guard let entities = try? entities.adding([Entity(human, parents: parents)] + described)
    else { return .unknown }
    let client = Record([Record.Member(PolicyContext.transportName, .string(transport))])
    var context = facts
    context.append(
      Record.Member(
        PolicyContext.authenticationName,
        .record(
          PolicyContext.record(LedgerAuthentication(person.authentication, at: now)))))
    context.append(Record.Member(PolicyContext.clientName, .record(client)))
    if let environment {
      context.append(Record.Member(PolicyContext.environmentName, environment))
    }
    return PolicyDecision(
      Authorizer.isAuthorized(
        Request(principal: human, action: action, resource: resource, context: Record(context)),
        policies: policies.set, entities: entities), of: policies)
  }
}
