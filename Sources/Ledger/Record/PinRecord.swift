/// The state of a definition that agents may or may not see.
public struct PinRecord: Sendable, Equatable {
  /// What happened to it.
  public var event: Event
  /// The upstream.
  public var server: String
  /// The tool; nil where it is about the server as a whole.
  public var tool: String?
  /// The digest of the definition before.
  public var before: String?
  /// The digest of the definition now.
  public var after: String?
  /// Who decided.
  public var actor: LedgerActor?
  /// Why.
  public var reason: String?

  /// The life of a pin.
  public enum Event: String, Sendable, CaseIterable {
    case quarantined, approved, rejected, changed, revoked
  }

  /// An event of a pin.
  public init(
    event: Event, server: String, tool: String? = nil, before: String? = nil,
    after: String? = nil, actor: LedgerActor? = nil, reason: String? = nil
  ) {
    self.event = event
    self.server = server
    self.tool = tool
    self.before = before
    self.after = after
    self.actor = actor
    self.reason = reason
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("after", after, limit: name)
    writer.member("before", before, limit: name)
    writer.member("event", event.rawValue, limit: name)
    writer.member("kind", LedgerRecord.Kind.pin.rawValue, limit: name)
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("server", server, limit: name)
    writer.member("time", time)
    writer.member("tool", tool, limit: name)
    writer.endObject()
  }
}
