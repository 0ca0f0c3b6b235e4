/// When one list of one upstream is read: when the upstream is ready, says that it changed, when it
/// is too old, and again when reading failed. Pure: events in, actions out.
struct ListSchedule {
  /// Announcements come in bursts; one reading serves them all.
  static let coalesceChanges: Duration = .milliseconds(50)
  static let retryAfter: Duration = .seconds(5)
  /// How soon and how late a list is read again, whatever anybody says.
  static let ageBounds: ClosedRange<Duration> = .seconds(1) ... .seconds(24 * 3600)

  enum Event {
    case ready
    case announced
    /// A timer of `wake` with this number is due.
    case due(Int)
    /// Read; `maxAge` is how old it may become, `jitter` from 0 to 1.
    case succeeded(maxAge: Duration, jitter: Double)
    case failed
    /// It may become so old from now on and no older; `jitter` from 0 to 1.
    case bounded(maxAge: Duration, jitter: Double)
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
    /// Without what comes of jitter.
    let delay: Duration
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
    case .succeeded(let maxAge, let jitter):
      isReading = false
      if isStale { return again() }
      guard !isDown else { return nil }
      let delay = Self.bounded(maxAge)
      return wake(after: delay, .other, later: delay * (jitter / 10))
    case .failed:
      isReading = false
      if isStale { return again() }
      return isDown ? nil : wake(after: Self.retryAfter, .other)
    case .bounded(let maxAge, let jitter):
      let delay = Self.bounded(maxAge)
      // What is being read, or is soon, is as new as it can be.
      guard !isDown, !isReading, let timer, timer.reason == .other, delay < timer.delay else {
        return nil
      }
      return wake(after: delay * jitter, .other)
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

  private mutating func wake(
    after delay: Duration, _ reason: Reason, later jitter: Duration = .zero
  ) -> Action {
    made += 1
    timer = Timer(number: made, reason: reason, delay: delay)
    return .wake(after: delay + jitter, number: made)
  }

  private static func bounded(_ age: Duration) -> Duration {
    min(max(age, ageBounds.lowerBound), ageBounds.upperBound)
  }
}
