import Catalog
import Cedar
import Identity
import Orders

/// Who may order what, which policy decides: the actions `grant`, `revoke`, `stop`, `lift`,
/// `approve` and `reject`.
extension PolicyDecider {
  /// May this person order that?
  /// - Parameter now: in seconds since 1970 UTC.
  func decide(
    _ order: PersonOrder, by person: Person, at now: Int64, transport: String
  ) -> PolicyDecision {
    var facts: ContiguousArray<Record.Member> = []
    var described: [Entity] = []
    let action: EntityUID
    let resource: EntityUID
    switch order {
    case .grant(let draft, let fromNowOn):
      action = PolicyVocabulary.giveGrant
      resource =
        draft.server.map { PolicyVocabulary.uid(ofServer: $0) }
        ?? EntityUID(type: PolicyVocabulary.tool, id: draft.tool)
      facts = [Record.Member("grant", .record(Self.facts(of: draft, fromNowOn: fromNowOn)))]
    case .revoke(let grant):
      action = PolicyVocabulary.revoke
      described = [Self.entity(of: grant)]
      resource = EntityUID(type: PolicyVocabulary.grant, id: grant.id)
    case .stop(let target):
      action = PolicyVocabulary.orderStop
      // It has no name before it is ordered.
      let stop = Stop(id: "new", target: target, reason: "", actor: person.name, at: now)
      described = [PolicyVocabulary.entity(of: stop)]
      resource = EntityUID(type: PolicyVocabulary.stop, id: stop.id)
    case .lift(let stop):
      action = PolicyVocabulary.lift
      described = [PolicyVocabulary.entity(of: stop)]
      resource = EntityUID(type: PolicyVocabulary.stop, id: stop.id)
    case .approve(let approval):
      action = PolicyVocabulary.approve
      let subject = self.subject(approval.item, of: approval.server, effect: approval.effect)
      described = subject.described
      resource = subject.uid
      facts = [Record.Member(PolicyContext.inputName, .record(approval.input))]
    case .reject(let rejection):
      action = PolicyVocabulary.reject
      let subject = self.subject(rejection.item, of: rejection.server, effect: rejection.effect)
      described = subject.described
      resource = subject.uid
      facts = [Record.Member(PolicyContext.inputName, .record(rejection.input))]
    }
    return decide(
      person, action, on: resource, facts, describing: described, at: now, transport: transport)
  }

  /// What agents see already is described already.
  private func subject(
    _ item: ItemKey, of server: String, effect: String?
  ) -> (uid: EntityUID, described: [Entity]) {
    let (uid, entity) = PolicyVocabulary.resource(of: item, server: server, effect: effect)
    return (uid, entities.attributes(of: uid) == nil ? [entity].compactMap(\.self) : [])
  }

  private static func facts(of draft: GrantDraft, fromNowOn: Bool) -> Record {
    var facts: ContiguousArray = [
      Record.Member("fromNowOn", .bool(fromNowOn)),
      Record.Member("seconds", .long(draft.lifetime)),
    ]
    add(draft.agent, as: "agent", to: &facts)
    add(draft.human, as: "human", to: &facts)
    add(draft.condition, as: "where", to: &facts)
    return Record(facts)
  }

  private static func entity(of grant: Grant) -> Entity {
    var attributes: ContiguousArray = [
      Record.Member("actor", .string(grant.actor)),
      Record.Member("tool", .string(grant.draft.tool)),
    ]
    add(grant.draft.agent, as: "agent", to: &attributes)
    add(grant.draft.human, as: "human", to: &attributes)
    return Entity(
      EntityUID(type: PolicyVocabulary.grant, id: grant.id), attributes: Record(attributes))
  }

  private static func add(
    _ text: String?, as name: AttributeName, to members: inout ContiguousArray<Record.Member>
  ) {
    if let text { members.append(Record.Member(name, .string(text))) }
  }
}

extension PolicyVocabulary {
  /// A stop, as policies see it.
  static func entity(of stop: Stop) -> Entity {
    Entity(
      EntityUID(type: self.stop, id: stop.id),
      attributes: [
        "actor": .string(stop.actor), "kind": .string(stop.target.kind.rawValue),
        "name": .string(stop.target.name),
      ])
  }
}
