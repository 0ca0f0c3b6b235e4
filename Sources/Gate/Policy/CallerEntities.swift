import Cedar
import Identity

/// A principal as policies see it: the agent, whose parents are its human, roles and tenant.
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
    all = [Entity(agent, parents: parents)]
  }
}
