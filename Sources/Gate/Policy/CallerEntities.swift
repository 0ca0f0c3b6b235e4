import Cedar
import Identity

/// A principal as policies see it: the agent, whose parents are its human, roles and tenant, and
/// whose attributes say how it comes.
struct CallerEntities: Sendable {
  let agent: EntityUID
  let all: [Entity]

  init(_ principal: Principal) {
    agent = EntityUID(type: PolicyVocabulary.agent, id: principal.agent)
    var parents: [EntityUID] = []
    if let human = principal.human {
      parents.append(EntityUID(type: PolicyVocabulary.human, id: human))
    }
    for role in principal.roles {
      parents.append(EntityUID(type: PolicyVocabulary.role, id: role))
    }
    if let tenant = principal.tenant {
      parents.append(EntityUID(type: PolicyVocabulary.tenant, id: tenant))
    }
    all = [Entity(agent, attributes: Self.attributes(of: principal), parents: parents)]
  }

  private static func attributes(of principal: Principal) -> Record {
    var attributes: ContiguousArray<Record.Member> = []
    func add(_ name: AttributeName, _ text: String?) {
      if let text { attributes.append(Record.Member(name, .string(text))) }
    }
    // Prior actors are nothing to decide by (RFC 8693 §4.1).
    add("actor", principal.actors.first)
    add("binding", principal.binding?.rawValue)
    add("client", principal.client)
    if let human = principal.human {
      let uid = EntityUID(type: PolicyVocabulary.human, id: human)
      attributes.append(Record.Member("human", .entity(uid)))
    }
    add("instance", principal.instance)
    add("issuer", principal.issuer)
    if let tenant = principal.tenant {
      let uid = EntityUID(type: PolicyVocabulary.tenant, id: tenant)
      attributes.append(Record.Member("tenant", .entity(uid)))
    }
    return Record(attributes)
  }
}
