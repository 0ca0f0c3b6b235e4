import Approvals
import Gate
import Ledger
import Reactor

/// Approvals whose time has come.
extension Gateway {
  private static let sweepInterval: Duration = .seconds(1)

  /// Writes down what a gateway before this one was killed before it could.
  func recordOwedApprovals() async throws(StartFailure) {
    let owed = approvals.all.filter { !$0.isOnRecord }
    guard let gate = lanes.first?.gate, !owed.isEmpty else { return }
    let log: ApprovalLog
    do throws(LedgerError) {
      log = try await files.run { [directory] () throws(LedgerError) in
        try ApprovalLog(of: directory.ledger, about: owed)
      }
    } catch {
      throw StartFailure(reason: "what became of approvals cannot be looked up: \(error)")
    }
    guard await gate.recordOwed(owed, missingFrom: log) else {
      throw StartFailure(reason: "what became of approvals cannot be put on record")
    }
  }

  func sweepApprovalsRegularly() {
    home.preconditionCurrent()
    _ = home.schedule(after: Self.sweepInterval) { [weak self] in
      guard let self, !isStopping, let gate = lanes.first?.gate else { return }
      home.spawn {
        await gate.sweepApprovals()
        self.sweepApprovalsRegularly()
      }
    }
  }
}
