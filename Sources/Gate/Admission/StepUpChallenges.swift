import Synchronization

/// The tokens with which callers were told last to get another; one for the process, since a client
/// comes back on any loop. Any thread.
public final class StepUpChallenges: Sendable {
  /// For how long a challenge counts as having been in vain, in seconds.
  private static let vainTime: Int64 = 600

  /// Who was challenged because of what.
  struct Key: Hashable {
    let caller: String
    let policies: [String]
  }

  private struct Last {
    let credential: String
    let at: Int64
  }

  private let last = Mutex(BoundedCache<Key, Last>(entries: 1_000, bytes: 1 << 20))

  /// Nobody was challenged.
  public init() {}

  /// Whether another token came of the last challenge and is asked for the same; else this is the
  /// last one. Who signed in anew and is asked again only because time went by is challenged again.
  /// - Parameters:
  ///   - now: in seconds.
  ///   - maxAge: how old a sign-in may be, in seconds; nil where that does not matter.
  func isInVain(_ key: Key, credential: String, at now: Int64, maxAge: Int64?) -> Bool {
    last.withLock { last in
      if let before = last[key], before.credential != credential,
        now < before.at + min(Self.vainTime, maxAge ?? Self.vainTime)
      {
        return true
      }
      last.insert(
        Last(credential: credential, at: now), for: key, bytes: key.caller.utf8.count + 256)
      return false
    }
  }
}
