import Glibc

/// What time it is.
public struct OrderClock: Sendable {
  /// Seconds since the epoch.
  public let now: @Sendable () -> Int64

  /// A clock.
  public init(now: @escaping @Sendable () -> Int64) { self.now = now }

  /// That of the system.
  public static let system = OrderClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec)
  }
}
