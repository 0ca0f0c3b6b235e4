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
    return decide(
      answer.person, PolicyVocabulary.approveCall,
      on: EntityUID(type: PolicyVocabulary.tool, id: approval.terms.tool),
      [Record.Member("requester", .record(Record(requester)))], at: answer.at,
      transport: answer.via.rawValue)
  }
}
