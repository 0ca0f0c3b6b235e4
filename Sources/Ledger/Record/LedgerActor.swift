/// Who acted on the gateway itself.
public struct LedgerActor: Sendable, Equatable {
  /// The Unix user, or the person who signed in, where one is known.
  public var user: String?
  /// The way it came.
  public var via: Way

  /// How the gateway is acted on.
  public enum Way: String, Sendable, CaseIterable {
    /// The admin socket.
    case admin
    /// Somebody who signed in, at the admin socket or the console.
    case person
    /// A signal to the process.
    case signal
    /// A file that was changed.
    case file
    /// A command that worked on the files while no gateway ran.
    case command
    /// The gateway's own rules.
    case schedule
  }

  /// Who, and how.
  public init(user: String? = nil, via: Way) {
    self.user = user
    self.via = via
  }

  func encode(into writer: inout RecordWriter) {
    writer.beginObject()
    writer.member("user", user, limit: LedgerLimits.nameBytesMax)
    writer.member("via", via.rawValue, limit: LedgerLimits.nameBytesMax)
    writer.endObject()
  }
}

extension RecordWriter {
  mutating func member(_ key: StaticString, _ actor: LedgerActor?) {
    guard let actor else { return }
    name(key)
    actor.encode(into: &self)
  }
}
