import Gate
import Reactor

/// Approvals whose time has come.
extension Gateway {
  private static let sweepInterval: Duration = .seconds(1)

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
