/// What was used of a quota for one of those that it counts, as it is kept over restarts.
public struct KeptUse: Sendable, Equatable {
  /// A token bucket of it.
  public struct Bucket: Sendable, Equatable {
    /// In how many nanoseconds it is full again.
    public var missing: UInt64
    /// In how many nanoseconds an empty one is full.
    public var period: UInt64

    /// A bucket; a full one when nothing is missing.
    public init(missing: UInt64 = 0, period: UInt64 = 0) {
      self.missing = missing
      self.period = period
    }
  }

  /// The quota's name.
  public var quota: String
  /// For whom or what.
  public var subject: String
  /// Of calls.
  public var calls: Bucket
  /// Of bytes.
  public var bytes: Bucket
  /// Of units of cost.
  public var cost: Bucket
  /// When that was so, in microseconds since the epoch.
  public var at: Int64

  /// What was used.
  public init(
    quota: String, subject: String, calls: Bucket = Bucket(), bytes: Bucket = Bucket(),
    cost: Bucket = Bucket(), at: Int64
  ) {
    self.quota = quota
    self.subject = subject
    self.calls = calls
    self.bytes = bytes
    self.cost = cost
    self.at = at
  }

  /// When all is back, in microseconds since the epoch.
  var end: Int64 {
    let missing = max(calls.missing, bytes.missing, cost.missing) / 1_000
    let (end, overflows) = at.addingReportingOverflow(Int64(clamping: missing))
    return overflows ? .max : end
  }
}
