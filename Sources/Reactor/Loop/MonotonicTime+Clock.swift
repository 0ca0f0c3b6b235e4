internal import CLinux
import Glibc

extension MonotonicTime {
  /// Reads the clock. Any thread; about 30 ns. On a loop prefer `EventLoop.now`, which is read once
  /// per tick.
  public static func read() -> MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(
      nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
  }
}
