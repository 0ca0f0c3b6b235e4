/// The durations of a server's limits in nanoseconds.
struct ServerTimes {
  let head: UInt64
  let idle: UInt64
  let transfer: UInt64
  let bytesPerSecond: UInt64

  init(_ limits: HTTPServerLimits) {
    head = limits.headTimeout.wholeNanoseconds
    idle = limits.idleTimeout.wholeNanoseconds
    transfer = limits.transferTimeout.wholeNanoseconds
    bytesPerSecond = UInt64(max(1, limits.bytesPerSecond))
  }

  /// How long a transfer of so many bytes may take.
  func allowance(_ bytes: Int) -> UInt64 {
    let seconds = UInt64(max(0, bytes)) / bytesPerSecond
    return transfer &+ min(seconds, 1 << 32) &* 1_000_000_000
  }

  /// How often connections are looked at.
  var housekeeping: Duration {
    let shortest = min(head, idle, transfer)
    return .nanoseconds(Int64(clamping: max(10_000_000, min(1_000_000_000, shortest / 4))))
  }
}

extension Duration {
  /// Whole nanoseconds, at least 0 and at most a century.
  var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 3_153_600_000 else { return 3_153_600_000_000_000_000 }
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
  }
}
