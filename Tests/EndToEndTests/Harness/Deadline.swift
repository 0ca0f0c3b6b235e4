import Glibc

/// A moment by which something must have happened. Waiting always has one, so no test hangs.
struct Deadline: Sendable {
  private let nanoseconds: UInt64

  static func after(_ duration: Duration) -> Deadline {
    let (seconds, attoseconds) = duration.components
    return Deadline(
      nanoseconds: now() + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
  }

  /// Long enough for a busy machine; nothing that works takes so long.
  static var generous: Deadline { .after(.seconds(120)) }

  var hasPassed: Bool { Self.now() >= nanoseconds }

  /// For `poll`: at least 0.
  var millisecondsLeft: Int32 {
    let now = Self.now()
    guard nanoseconds > now else { return 0 }
    return Int32(clamping: (nanoseconds - now) / 1_000_000 + 1)
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// What a test was waiting for did not come.
struct TimedOut: Error, CustomStringConvertible {
  let description: String
}

/// Looks again and again until `probe` finds something.
@discardableResult
func waitFor<Found>(
  _ what: String, until deadline: Deadline = .generous, _ probe: () throws -> Found?
) throws -> Found {
  while true {
    if let found = try probe() { return found }
    guard !deadline.hasPassed else { throw TimedOut(description: "waited in vain for \(what)") }
    usleep(10_000)
  }
}

/// Looks again and again until `condition` holds.
func waitUntil(
  _ what: String, until deadline: Deadline = .generous, _ condition: () throws -> Bool
) throws {
  try waitFor(what, until: deadline) { try condition() ? true : nil }
}
