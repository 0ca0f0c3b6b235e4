public import Approvals
import Identity
import Ledger

/// What a gateway that was killed did not come to write down.
extension Gate {
  /// Why an approval was used up and no call made.
  static let unmade =
    "used up for a call, but the gateway stopped before that call was on record: it was not made"
  /// What is known of a call that was sent and of which nothing more was heard.
  static let unknown = "the gateway stopped while it was under way"

  /// Puts on record what became of approvals and is not in the ledger. An approval is used up
  /// before its call is decided, and the decision is on record before a byte goes upstream: a call
  /// of which no decision is there was not made, and its approval is spent. On the loop, before any
  /// request.
  /// - Parameter owed: those that are not known to be on record.
  /// - Returns: false when it cannot be written.
  public func recordOwed(_ owed: [Approval], missingFrom log: ApprovalLog) async -> Bool {
    let contents = owed.compactMap { missing(of: $0, from: log) }
    let positions = contents.map { stage($0) }
    guard !positions.contains(nil) else { return false }
    if let last = positions.last, await !isDurable(last) { return false }
    for approval in owed where approval.isUnmade(in: log) {
      _ = try? await approvals?.change(
        approval.id,
        { one throws(ApprovalRefusal) in
          try one.unmake(Self.unmade)
        })
    }
    await keepOnRecord(owed)
    return true
  }

  private func missing(of approval: Approval, from log: ApprovalLog) -> LedgerRecord.Content? {
    func event(
      _ event: ApprovalRecord.Event, by person: String? = nil, reason: String? = nil
    ) -> LedgerRecord.Content? {
      log.has(event, of: approval)
        ? nil : content(event, approval, about: nil, by: person, reason: reason)
    }
    switch approval.state {
    case .pending, .approved: return event(.requested)
    case .denied:
      return event(.denied, by: approval.denial?.person.name, reason: approval.denial?.reason)
    case .expired: return event(.expired)
    case .voided: return event(.revoked, reason: approval.voidedFor)
    case .used:
      if approval.isUnmade(in: log) {
        return log.has(.revoked, of: approval)
          ? nil
          : content(.revoked, approval, about: approval.usedBy, by: nil, reason: Self.unmade)
      }
      return log.progress(of: approval.usedBy) == .allowed ? unknownOutcome(of: approval) : nil
    }
  }

  private func unknownOutcome(of approval: Approval) -> LedgerRecord.Content {
    let call = LedgerCall(approval)
    return .outcome(
      OutcomeRecord(
        call: approval.usedBy ?? call.id ?? "", status: .unknown, server: call.server,
        tool: call.tool, error: Self.unknown))
  }
}

extension Approval {
  /// Whether it was used up for a call that was never made.
  fileprivate func isUnmade(in log: ApprovalLog) -> Bool {
    state == .used && log.progress(of: usedBy) == .none
  }
}
