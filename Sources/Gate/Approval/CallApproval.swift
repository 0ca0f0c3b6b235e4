import Approvals
import Identity
import Ledger

/// People's word on one call, with which it is decided. A class, because a call keeps it.
final class CallApproval: Sendable {
  /// As policies and records are told.
  let told: LedgerApproval
  /// The call that asked for it.
  let firstCall: String?
  /// How the person the agent acts for signed in anew; nil when they were not asked to.
  let authentication: LedgerAuthentication?

  init(told: LedgerApproval, firstCall: String?, authentication: LedgerAuthentication? = nil) {
    self.told = told
    self.firstCall = firstCall
    self.authentication = authentication
  }

  /// What people said of one call so far.
  convenience init(_ approval: Approval) {
    self.init(
      told: LedgerApproval(approval), firstCall: approval.ask.call,
      authentication: approval.confirmation.map {
        LedgerAuthentication($0.person.authentication, at: $0.at)
      })
  }
}

extension Call {
  /// The call that this one goes on with.
  var continued: String? { continuation?.firstCall ?? approval?.firstCall }
}

extension LedgerApproval {
  init(_ approval: Approval) {
    let people = approval.approvers
    self.init(
      approval: approval.id, count: Int64(people.count), people: people.map(\.name).sorted(),
      roles: Set(people.flatMap(\.roles)).sorted())
  }
}
