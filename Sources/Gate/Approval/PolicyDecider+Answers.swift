import Approvals
import Cedar
import Identity

/// Who may answer, which policy decides: `Sallyport::Action::"approveCall"`.
extension PolicyDecider {
  /// May this person answer that?
  func decideAnswer(_ answer: Answer, to approval: Approval) -> PolicyDecision {
    var requester: ContiguousArray = [
      Record.Member("agent", .string(approval.terms.agent))
    ]
    if let name = approval.terms.human { requester.append(Record.Member("human", .string(name))) }
    var facts: ContiguousArray = [Record.Member("requester", .record(Record(requester)))]
    facts += Self.time(answer.at)
    return decide(
      answer.person, PolicyVocabulary.approveCall,
      on: EntityUID(type: PolicyVocabulary.tool, id: approval.terms.tool), facts, at: answer.at,
      transport: answer.via.rawValue)
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
}
