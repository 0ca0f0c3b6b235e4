/// Payloads are about to be erased. On disk before the first of their bytes goes.
public struct ErasureRecord: Sendable, Equatable {
  /// The records whose payloads go; at most ``LedgerLimits/erasuresMax``.
  public var records: [UInt64]
  /// Who ordered it.
  public var actor: LedgerActor?
  /// Why.
  public var reason: String?

  /// An erasure.
  public init(records: [UInt64], actor: LedgerActor? = nil, reason: String? = nil) {
    self.records = records
    self.actor = actor
    self.reason = reason
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("kind", LedgerRecord.Kind.erasure.rawValue, limit: name)
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("records", records)
    writer.member("time", time)
    writer.endObject()
  }
}

extension RecordWriter {
  mutating func member(_ key: StaticString, _ numbers: [UInt64]) {
    name(key)
    beginArray()
    for (index, number) in numbers.enumerated() {
      if index > 0 { comma() }
      integer(Int64(clamping: number))
    }
    endArray()
  }
}
