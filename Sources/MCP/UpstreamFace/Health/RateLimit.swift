public import Reactor

/// How many calls may begin in a span of time: a bucket of so many, filled evenly. Pure.
public struct RateLimit: Sendable, Equatable {
  /// How many may begin at once, and on average in each `period`.
  public let calls: Int
  /// The span.
  public let period: Duration
  private let interval: UInt64
  private let tolerance: UInt64
  /// When the bucket is full again (the theoretical arrival time of the generic cell rate
  /// algorithm, ITU-T I.371).
  private var fullAt: UInt64 = 0

  /// A full bucket; at least one call in each period.
  public init(calls: Int, period: Duration) {
    self.calls = max(1, calls)
    self.period = period
    let (seconds, attoseconds) = period.components
    let nanoseconds = UInt64(max(1, seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    interval = max(1, nanoseconds / UInt64(self.calls))
    tolerance = interval * UInt64(self.calls - 1)
  }

  /// Takes a call, or says how long it must wait.
  public mutating func take(at now: MonotonicTime) -> Duration? {
    let arrival = max(fullAt, now.nanoseconds)
    let ahead = arrival - now.nanoseconds
    guard ahead <= tolerance else { return .nanoseconds(Int64(ahead - tolerance)) }
    fullAt = arrival + interval
    return nil
  }
}
