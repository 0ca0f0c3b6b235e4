import Glibc

/// What time it is, in whole seconds.
public struct TokenClock: Sendable {
  /// Since the epoch, as people's clocks say.
  public let wall: @Sendable () -> Int64
  /// Of a clock that never goes back.
  public let steady: @Sendable () -> Int64

  /// The clocks of the system.
  public static let system = TokenClock(
    wall: { read(CLOCK_REALTIME) }, steady: { read(CLOCK_BOOTTIME) })

  /// Two clocks.
  public init(
    wall: @escaping @Sendable () -> Int64, steady: @escaping @Sendable () -> Int64
  ) {
    self.wall = wall
    self.steady = steady
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec)
  }
}
