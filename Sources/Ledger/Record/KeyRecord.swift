/// The key that signs checkpoints was made or replaced.
public struct KeyRecord: Sendable, Equatable {
  /// What happened.
  public var event: Event
  /// The verifier key from now on (C2SP signed-note).
  public var key: String
  /// The one before.
  public var previous: String?
  /// Who did it.
  public var actor: LedgerActor?

  /// The life of keys.
  public enum Event: String, Sendable, CaseIterable {
    case created, rotated
  }

  /// A change of keys.
  public init(event: Event, key: String, previous: String? = nil, actor: LedgerActor? = nil) {
    self.event = event
    self.key = key
    self.previous = previous
    self.actor = actor
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let text = LedgerLimits.textBytesMax
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("event", event.rawValue, limit: text)
    writer.member("key", key, limit: text)
    writer.member("kind", LedgerRecord.Kind.key.rawValue, limit: text)
    writer.member("previous", previous, limit: text)
    writer.member("time", time)
    writer.endObject()
  }
}
