import Configuration
import Gate
import Logging
import Orders
import Reactor

/// What was used of quotas outlives the process.
extension Gateway {
  private static let keepingInterval: Duration = .seconds(1)

  func keepQuotasRegularly() {
    home.preconditionCurrent()
    _ = home.schedule(after: Self.keepingInterval) { [weak self] in
      guard let self, !isStopping else { return }
      guard !configuration.quotas.isEmpty else { return keepQuotasRegularly() }
      home.spawn {
        await self.keepQuotas()
        self.keepQuotasRegularly()
      }
    }
  }

  func keepQuotas() async {
    let book = quotas
    do {
      try await usage.keep({ book.changes() }, as: \.use, then: { book.keep($0) })
      book.keepingProblem = nil
    } catch {
      if book.keepingProblem == nil {
        log.error(
          "what is used of quotas is not kept; a restart would give it back",
          [("reason", error.description)])
      }
      book.keepingProblem = error.description
    }
  }
}
