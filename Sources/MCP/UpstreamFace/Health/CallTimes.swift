import Reactor

/// How long calls took and how they ended, over the last minutes: a fixed table, in which nothing
/// is allocated once it is made. Pure.
struct CallTimes: Sendable {
  /// How a call counts.
  enum Kind: Sendable {
    /// A result.
    case fine
    /// An error of the tool or of the server.
    case toolError
    /// No answer.
    case failed
  }

  /// Minutes that are looked back on; the last one is under way.
  static let minutes = 5
  /// Four to an octave, from 64 µs on: a time is told to within a fifth of it.
  static let buckets = 96
  private static let octavesSkipped = 16
  private static let minute: UInt64 = 60_000_000_000

  private var counts = [UInt32](repeating: 0, count: minutes * buckets)
  private var ends = [UInt32](repeating: 0, count: minutes * 3)
  private var minute: UInt64 = 0

  /// Counts a call that ended.
  mutating func add(_ kind: Kind, took: Duration, at now: MonotonicTime) {
    let slot = advance(to: now)
    switch kind {
    case .fine: ends[slot * 3] &+= 1
    case .toolError: ends[slot * 3 + 1] &+= 1
    case .failed: ends[slot * 3 + 2] &+= 1
    }
    counts[slot * Self.buckets + Self.bucket(of: took)] &+= 1
  }

  /// Calls, errors of tools, and calls without answer.
  mutating func totals(at now: MonotonicTime) -> (calls: Int, toolErrors: Int, failures: Int) {
    _ = advance(to: now)
    var sums = (0, 0, 0)
    for slot in 0..<Self.minutes {
      sums.0 += Int(ends[slot * 3])
      sums.1 += Int(ends[slot * 3 + 1])
      sums.2 += Int(ends[slot * 3 + 2])
    }
    return (sums.0 + sums.1 + sums.2, sums.1, sums.2)
  }

  /// The time within which this share of the calls ended; nil when there were none.
  mutating func quantile(_ share: Double, at now: MonotonicTime) -> Duration? {
    let total = totals(at: now).calls
    guard total > 0 else { return nil }
    let wanted = max(1, Int((Double(total) * share).rounded(.up)))
    var count = 0
    for bucket in 0..<Self.buckets {
      for slot in 0..<Self.minutes { count += Int(counts[slot * Self.buckets + bucket]) }
      if count >= wanted { return Self.upperBound(of: bucket) }
    }
    return nil
  }

  /// The slot of now; what is older than the table is forgotten.
  private mutating func advance(to now: MonotonicTime) -> Int {
    let current = max(minute, now.nanoseconds / Self.minute)
    let passed = min(current - minute, UInt64(Self.minutes))
    for step in 0..<passed {
      let slot = Int((current - step) % UInt64(Self.minutes))
      for index in slot * Self.buckets..<(slot + 1) * Self.buckets { counts[index] = 0 }
      for index in slot * 3..<(slot + 1) * 3 { ends[index] = 0 }
    }
    minute = current
    return Int(current % UInt64(Self.minutes))
  }

  static func bucket(of time: Duration) -> Int {
    let (seconds, attoseconds) = time.components
    let bounded = min(max(0, seconds), 1_000_000_000)
    let nanoseconds = max(1, UInt64(bounded * 1_000_000_000 + max(0, attoseconds) / 1_000_000_000))
    let octave = 63 - nanoseconds.leadingZeroBitCount
    let quarter = octave < 2 ? 0 : Int(nanoseconds >> UInt64(octave - 2)) & 3
    return min(max(0, (octave - octavesSkipped) * 4 + quarter), buckets - 1)
  }

  static func upperBound(of bucket: Int) -> Duration {
    let octave = octavesSkipped + bucket / 4
    return .nanoseconds(Int64(5 + bucket % 4) << Int64(octave - 2))
  }
}
