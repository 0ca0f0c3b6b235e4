/// Old payloads or records are let go, by rule. On disk before they go.
public struct RetentionRecord: Sendable, Equatable {
  /// What goes.
  public var subject: Subject
  /// The first and last sequences.
  public var range: ClosedRange<UInt64>
  /// Bytes that are freed.
  public var bytes: Int
  /// The rule, in words.
  public var rule: String
  /// The last checkpoint before it.
  public var checkpoint: String
  /// Who ordered it.
  public var actor: LedgerActor?

  /// What retention is about.
  public enum Subject: String, Sendable, CaseIterable {
    case payloads, records
  }

  /// A step of retention.
  public init(
    of subject: Subject, range: ClosedRange<UInt64>, bytes: Int, rule: String,
    checkpoint: String, actor: LedgerActor? = nil
  ) {
    self.subject = subject
    self.range = range
    self.bytes = bytes
    self.rule = rule
    self.checkpoint = checkpoint
    self.actor = actor
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("bytes", Int64(bytes))
    writer.member("checkpoint", checkpoint, limit: LedgerLimits.checkpointBytesMax)
    writer.member("first", Int64(clamping: range.lowerBound))
    writer.member("kind", LedgerRecord.Kind.retention.rawValue, limit: name)
    writer.member("last", Int64(clamping: range.upperBound))
    writer.member("of", subject.rawValue, limit: name)
    writer.member("rule", rule, limit: LedgerLimits.textBytesMax)
    writer.member("time", time)
    writer.endObject()
  }
}
