/// A moment on the monotonic clock (CLOCK_MONOTONIC): nanoseconds since the machine started.
public struct MonotonicTime: Sendable, Hashable, Comparable {
  /// Nanoseconds since the machine started.
  public var nanoseconds: UInt64

  /// A moment from its nanoseconds since the machine started.
  public init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// A moment that never comes.
  public static let distantFuture = MonotonicTime(nanoseconds: .max)

  /// True when `left` is before `right`.
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The moment `duration` later (earlier when negative), held within the range of the clock.
  public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    let offset = duration.saturatingNanoseconds
    if offset >= 0 {
      let (sum, overflow) = time.nanoseconds.addingReportingOverflow(UInt64(offset))
      return MonotonicTime(nanoseconds: overflow ? .max : sum)
    }
    let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(offset.magnitude)
    return MonotonicTime(nanoseconds: overflow ? 0 : difference)
  }

  /// The time from `earlier` to `later`; negative when they are the other way round.
  public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
    if later >= earlier {
      return .nanoseconds(Int64(clamping: later.nanoseconds - earlier.nanoseconds))
    }
    return .nanoseconds(-Int64(clamping: earlier.nanoseconds - later.nanoseconds))
  }
}

extension Duration {
  /// Whole nanoseconds, held within the range of Int64 (292 years).
  var saturatingNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds > 0 ? .max : .min }
    let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    if carried { return seconds > 0 ? .max : .min }
    return sum
  }
}
