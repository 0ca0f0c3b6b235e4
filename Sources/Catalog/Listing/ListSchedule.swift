/// When one list of one upstream is read: when the upstream is ready, says that it changed, or lets
/// it expire, and again when reading failed. Pure: events in, actions out.
struct ListSchedule {
  /// Announcements come in bursts; one reading serves them all.
  static let coalesceChanges: Duration = .milliseconds(50)
  static let retryAfter: Duration = .seconds(5)
  /// How soon and how late a list that expires is read again, whatever the upstream says.
  static let ttlBounds: ClosedRange<Duration> = .seconds(1) ... .seconds(24 * 3600)

  enum Event {
    case ready
    case announced
    /// A timer of `wake` with this number is due.
    case due(Int)
    /// Read; `ttl` when it must be read again after that, `jitter` from 0 to 1.
    case succeeded(ttl: Duration?, jitter: Double)
    case failed
    case down
  }

  enum Action: Equatable {
    case read
    case wake(after: Duration, number: Int)
  }

  private var isReading = false
  /// What is being read may be out of date already.
  private var isStale = false
  private var isDown = true
  private var timer: Timer?
  private var made = 0

  private enum Reason { case change, other }
  private struct Timer {
    let number: Int
    let reason: Reason
  }

  mutating func handle(_ event: Event) -> Action? {
    switch event {
    case .ready:
      isDown = false
      return read()
    case .announced:
      if isReading {
        isStale = true
        return nil
      }
      guard timer?.reason != .change else { return nil }
      return wake(after: Self.coalesceChanges, .change)
    case .due(let number):
      guard timer?.number == number else { return nil }
      timer = nil
      return isDown ? nil : read()
    case .succeeded(let ttl, let jitter):
      isReading = false
      if isStale { return again() }
      guard let ttl, ttl > .zero, !isDown else { return nil }
      let bounded = min(max(ttl, Self.ttlBounds.lowerBound), Self.ttlBounds.upperBound)
      return wake(after: bounded + bounded * (jitter / 10), .other)
    case .failed:
      isReading = false
      if isStale { return again() }
      return isDown ? nil : wake(after: Self.retryAfter, .other)
    case .down:
      isDown = true
      isStale = false
      timer = nil
      return nil
    }
  }

  private mutating func read() -> Action? {
    guard !isReading else {
      isStale = true
      return nil
    }
    isReading = true
    isStale = false
    timer = nil
    return .read
  }

  private mutating func again() -> Action? {
    isStale = false
    return isDown ? nil : wake(after: Self.coalesceChanges, .change)
  }

  private mutating func wake(after delay: Duration, _ reason: Reason) -> Action {
    made += 1
    timer = Timer(number: made, reason: reason)
    return .wake(after: delay, number: made)
  }
}
