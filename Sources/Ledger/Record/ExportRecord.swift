/// Records were given to another system.
public struct ExportRecord: Sendable, Equatable {
  /// For example `jsonl`, `ocsf`, `tiles`.
  public var format: String
  /// Where to.
  public var destination: String
  /// The first and last sequences; nil when there was nothing to give.
  public var range: ClosedRange<UInt64>?
  /// Who did it.
  public var actor: LedgerActor?

  /// An export.
  public init(
    format: String, destination: String, range: ClosedRange<UInt64>?, actor: LedgerActor? = nil
  ) {
    self.format = format
    self.destination = destination
    self.range = range
    self.actor = actor
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("destination", destination, limit: LedgerLimits.textBytesMax)
    writer.member("first", range.map { Int64(clamping: $0.lowerBound) })
    writer.member("format", format, limit: name)
    writer.member("kind", LedgerRecord.Kind.export.rawValue, limit: name)
    writer.member("last", range.map { Int64(clamping: $0.upperBound) })
    writer.member("time", time)
    writer.endObject()
  }
}
