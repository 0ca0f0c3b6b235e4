import Synchronization

/// The people who may sign in, and the sessions of those who did. Any thread.
public final class People: Sendable {
  private let sessions = Mutex<[String: Person]>([:])
  private let clock: TokenClock

  /// Nobody yet.
  public init() { clock = .system }

  /// Whom a session names; nil when it is over, and for what is no session: an agent's token never
  /// names a person.
  public func person(session token: String) -> Person? { sessions.withLock { $0[token] } }

  /// How many sessions there are.
  public var count: Int { sessions.withLock { $0.count } }

  /// Whether somebody proved who they are within so many seconds.
  public func isRecent(_ authentication: Authentication, within seconds: Int64) -> Bool {
    guard let time = authentication.time else { return false }
    return clock.wall() - time <= seconds
  }
}
