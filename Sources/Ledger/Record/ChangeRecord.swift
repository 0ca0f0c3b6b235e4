/// What is in force became another, or would not.
public struct ChangeRecord: Sendable, Equatable {
  /// What changed.
  public var subject: Subject
  /// Whether it came into force.
  public var event: Event
  /// The digest of what was in force before.
  public var before: String?
  /// The digest of what is in force now.
  public var after: String?
  /// Who changed it.
  public var actor: LedgerActor?
  /// Why it was refused, or what led to it.
  public var reason: String?
  /// The upstream, where it is about one.
  public var server: String?

  /// What can change.
  public enum Subject: String, Sendable, CaseIterable {
    case configuration, policies, tools, agents, tokens
    /// What people ordered while the gateway ran.
    case stops, grants
    /// One that was added, removed, enabled, disabled or described while the gateway ran.
    case upstream
  }

  /// How a change can end.
  public enum Event: String, Sendable, CaseIterable {
    case applied, refused
  }

  /// A change.
  public init(
    of subject: Subject, event: Event, before: String? = nil, after: String? = nil,
    actor: LedgerActor? = nil, reason: String? = nil, server: String? = nil
  ) {
    self.subject = subject
    self.event = event
    self.before = before
    self.after = after
    self.actor = actor
    self.reason = reason
    self.server = server
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("after", after, limit: name)
    writer.member("before", before, limit: name)
    writer.member("event", event.rawValue, limit: name)
    writer.member("kind", LedgerRecord.Kind.change.rawValue, limit: name)
    writer.member("of", subject.rawValue, limit: name)
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("server", server, limit: name)
    writer.member("time", time)
    writer.endObject()
  }
}
