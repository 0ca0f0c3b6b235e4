import Identity
import Logging
import Reactor

/// The last use of tokens that this gateway made.
extension Gateway {
  private static let keepingInterval: Duration = .seconds(60)

  func keepTokenUse() async {
    do {
      try await agentTokens.flush()
    } catch {
      log.warning("when tokens were used last is not kept", [("reason", "\(error)")])
    }
  }

  func keepTokenUseRegularly() {
    home.preconditionCurrent()
    _ = home.schedule(after: Self.keepingInterval) { [weak self] in
      guard let self, !isStopping else { return }
      home.spawn {
        await self.keepTokenUse()
        await self.keepSessionUse()
      }
      keepTokenUseRegularly()
    }
  }
}
