import Synchronization

/// Counts the calls under way for each agent, over all loops, and holds them to a bound.
public final class InFlightCalls: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  /// None under way.
  public init() {}

  /// Whether the agent may begin another call; if so it is counted until `end`.
  func begin(_ agent: String, limit: Int) -> Bool {
    counts.withLock {
      let count = $0[agent, default: 0]
      guard count < limit else { return false }
      $0[agent] = count + 1
      return true
    }
  }

  func end(_ agent: String) {
    counts.withLock {
      guard let count = $0[agent] else {
        assertionFailure("a call ends that never began")
        return
      }
      $0[agent] = count > 1 ? count - 1 : nil
    }
  }

  /// All calls under way.
  public var total: Int { counts.withLock { $0.values.reduce(0, +) } }
}
