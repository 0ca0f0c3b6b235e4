import Approvals
import Cedar
import Identity

/// Who may answer, which policy decides: `Sallyport::Action::"approveCall"`.
extension PolicyDecider {
  /// May this person answer that?
  func decideAnswer(_ answer: Answer, to approval: Approval) -> PolicyDecision {
    let person = answer.person
    let human = EntityUID(type: PolicyVocabulary.human, id: person.name)
    var parents = person.roles.map { EntityUID(type: PolicyVocabulary.role, id: $0) }
    if let tenant = person.tenant {
      parents.append(EntityUID(type: PolicyVocabulary.tenant, id: tenant))
    }
    guard let entities = try? entities.adding([Entity(human, parents: parents)]) else {
      return .unknown
    }
    var requester: ContiguousArray = [
      Record.Member("agent", .string(approval.terms.agent))
    ]
    if let name = approval.terms.human { requester.append(Record.Member("human", .string(name))) }
    let client = Record([
      Record.Member(PolicyContext.transportName, .string(answer.via.rawValue))
    ])
    var context: ContiguousArray = [
      Record.Member("requester", .record(Record(requester))),
      Record.Member(
        "authentication", .record(Self.record(person.authentication, at: answer.at))),
      Record.Member(PolicyContext.clientName, .record(client)),
    ]
    context += Self.time(answer.at)
    if let environment {
      context.append(Record.Member(PolicyContext.environmentName, environment))
    }
    return PolicyDecision(
      Authorizer.isAuthorized(
        Request(
          principal: human, action: PolicyVocabulary.approveCall,
          resource: EntityUID(type: PolicyVocabulary.tool, id: approval.terms.tool),
          context: Record(context)),
        policies: policies.set, entities: entities), of: policies)
  }

  /// When it is, in UTC: Cedar can tell the time of day, but not the day of the week.
  private static func time(_ seconds: Int64) -> [Record.Member] {
    let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1000)
    guard !overflows else { return [] }
    let day = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
    // 1970-01-01 was a Thursday, the fourth.
    let weekday = ((day + 3) % 7 + 7) % 7 + 1
    return [
      Record.Member("now", .extension(.datetime(DatetimeValue(milliseconds: milliseconds)))),
      Record.Member("weekday", .long(weekday)),
    ]
  }

  private static func record(_ authentication: Authentication, at now: Int64) -> Record {
    var facts: ContiguousArray = [
      Record.Member(
        "methods", .set(ValueSet(authentication.methods.map { .string($0) })))
    ]
    if let time = authentication.time {
      facts.append(Record.Member("age", .long(max(0, now - time))))
    }
    if let context = authentication.context {
      facts.append(Record.Member("context", .string(context)))
    }
    return Record(facts)
  }
}
