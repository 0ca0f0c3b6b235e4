/// So much at once, which comes back evenly over a span: a token bucket, kept as the one moment at
/// which it is full again. Pure: the time comes in, in nanoseconds that never go back.
struct TokenBucket: Sendable, Equatable {
  /// What a bucket holds, and in how long an empty one is full again.
  struct Size: Sendable, Equatable {
    let amount: UInt64
    let period: UInt64

    /// Nanoseconds in which so much comes back, rounded up, so that nobody gains by asking often.
    func time(of count: UInt64) -> UInt64 {
      let (high, low) = count.multipliedFullWidth(by: period)
      guard high < amount else { return .max }
      let (quotient, remainder) = amount.dividingFullWidth((high, low))
      return remainder == 0 ? quotient : quotient &+ 1
    }
  }

  /// When it is full again; in the past for a full one.
  var full: UInt64 = 0
  /// The period of the size it was used with last; 0 while it was not.
  var period: UInt64 = 0

  init() {}

  /// When it is full again by a size that may be another than before: the same share is missing.
  private func full(_ size: Size, at now: UInt64) -> UInt64 {
    guard period != size.period, period > 0, full > now, full < .max else { return full }
    let (high, low) = (full - now).multipliedFullWidth(by: size.period)
    guard high < period else { return .max }
    let missing = period.dividingFullWidth((high, low)).quotient
    let (end, overflows) = now.addingReportingOverflow(missing)
    return overflows ? .max : end
  }

  /// Whether it is full.
  func isFull(at now: UInt64) -> Bool { full <= now }

  /// How much is there.
  func level(_ size: Size, at now: UInt64) -> UInt64 {
    let full = full(size, at: now)
    guard full > now else { return size.amount }
    let missing = full - now
    guard missing < size.period else { return 0 }
    let (high, low) = (size.period - missing).multipliedFullWidth(by: size.amount)
    return high < size.period ? size.period.dividingFullWidth((high, low)).quotient : size.amount
  }

  /// How much of all it holds is there, in whole percent.
  func percent(_ size: Size, at now: UInt64) -> UInt8 {
    let full = full(size, at: now)
    guard full > now else { return 100 }
    let missing = full - now
    guard missing < size.period else { return 0 }
    let (high, low) = (size.period - missing).multipliedFullWidth(by: 100)
    return high < size.period
      ? UInt8(clamping: size.period.dividingFullWidth((high, low)).quotient) : 100
  }

  /// How long until so much is there; 0 when it is, nil when it never can be.
  func wait(for count: UInt64, _ size: Size, at now: UInt64) -> UInt64? {
    guard count <= size.amount else { return nil }
    let begin = max(full(size, at: now), now)
    let (next, overflows) = begin.addingReportingOverflow(size.time(of: count))
    guard !overflows else { return nil }
    let debt = next - now
    return debt > size.period ? debt - size.period : 0
  }

  /// Takes so much, also what is not there: a debt that has to come back first.
  mutating func take(_ count: UInt64, _ size: Size, at now: UInt64) {
    let begin = max(full(size, at: now), now)
    let (next, overflows) = begin.addingReportingOverflow(size.time(of: count))
    full = overflows ? .max : next
    period = size.period
  }

  /// Gives back what was taken and not used.
  mutating func putBack(_ count: UInt64, _ size: Size) {
    let time = size.time(of: count)
    full = full > time ? full - time : 0
  }
}
