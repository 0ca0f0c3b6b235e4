import Cedar
import Ledger

/// `context.approval`: what policies are told of people's word on a call.
extension PolicyContext {
  static let approvalName: AttributeName = "approval"

  static func member(_ approval: LedgerApproval) -> Record.Member {
    func set(_ texts: [String]) -> Value { .set(ValueSet(texts.map { .string($0) })) }
    let facts: ContiguousArray = [
      Record.Member("count", .long(approval.count)),
      Record.Member("people", set(approval.people)),
      Record.Member("roles", set(approval.roles)),
      Record.Member("standing", .bool(approval.isStanding)),
    ]
    return Record.Member(approvalName, .record(Record(facts)))
  }
}
