/// What policies were told of the quotas that cover a call: `context.quota`. Of each measure the
/// scarcest of all counts, as the percent that is left of it, from 0 to 100.
public struct LedgerQuota: Sendable, Equatable {
  /// Of bytes.
  public var bytes: UInt8?
  /// Of calls.
  public var calls: UInt8?
  /// Of units of cost.
  public var cost: UInt8?

  /// Of each measure that some quota limits, what is left.
  public init(bytes: UInt8? = nil, calls: UInt8? = nil, cost: UInt8? = nil) {
    self.bytes = bytes
    self.calls = calls
    self.cost = cost
  }

  /// Of the scarcest measure; nil when none is limited.
  public var remaining: UInt8? { [bytes, calls, cost].compactMap(\.self).min() }

  func encode(into writer: inout RecordWriter) {
    writer.beginObject()
    writer.member("bytes", bytes.map { Int64($0) })
    writer.member("calls", calls.map { Int64($0) })
    writer.member("cost", cost.map { Int64($0) })
    writer.endObject()
  }
}
