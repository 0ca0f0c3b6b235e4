/// How long to wait before the next try.
public struct BackOff: Sendable, Equatable {
  /// Before the first further try.
  public var first: Duration
  /// Never longer, but for a receiver that asks for it.
  public var longest: Duration
  /// The most that a receiver can ask for.
  public var askedMax: Duration

  /// 0.5 s, doubling to 60 s, at most an hour when asked.
  public init(
    first: Duration = .milliseconds(500), longest: Duration = .seconds(60),
    askedMax: Duration = .seconds(3600)
  ) {
    self.first = first
    self.longest = longest
    self.askedMax = askedMax
  }

  /// The wait after `failures` failures in a row, at least 1: between half of the step and all of
  /// it, so that many who failed together do not come back together.
  /// - Parameter jitter: from 0 to 1.
  public func wait(failures: Int, asked: Duration?, jitter: Double) -> Duration {
    let doublings = min(failures - 1, 30)
    let step = min(longest, first * (1 << doublings))
    let wait = step / 2 + step / 2 * max(0, min(jitter, 1))
    return max(wait, min(asked ?? .zero, askedMax))
  }
}
