/// How long to wait before the next attempt to reach an upstream. Pure.
struct Backoff: Sendable {
  static let first: Duration = .milliseconds(500)
  static let longest: Duration = .seconds(60)
  /// A connection that stood this long counts as healthy: the next failure starts anew.
  static let healthyAfter: Duration = .seconds(30)

  private(set) var failures = 0

  /// Doubles from `first` to `longest`; `jitter` in 0..<1 takes off up to a quarter, so that
  /// upstreams which fell together do not return together.
  mutating func delayAfterFailure(stoodFor: Duration, jitter: Double) -> Duration {
    if stoodFor >= Self.healthyAfter { failures = 0 }
    let exponent = min(failures, 7)
    failures += 1
    let full = min(Self.first * (1 << exponent), Self.longest)
    return full * (1 - jitter / 4)
  }
}
