import JSON
import Reactor

/// Results of `resources/read` that their servers let be kept (`ttlMs`, `cacheScope`; MCP
/// 2026-07-28, SEP-2549), as they came. For one principal each, or for all where the server and
/// the configuration allow it. A hit spares the server, never the policy or the records.
struct ReadCache {
  static let entriesMax = 1_000
  static let bytesMax = 16 << 20
  static let ttlMax: Duration = .seconds(24 * 3600)

  struct Key: Hashable {
    let server: String
    /// The server's own URI.
    let uri: String
    /// Nil for all principals.
    let principal: String?
  }

  struct Entry {
    let result: JSONNode
    let expires: MonotonicTime
  }

  private var entries = BoundedCache<Key, Entry>(entries: entriesMax, bytes: bytesMax)
  /// Counts what was forgotten of each server: what was asked before that is not kept.
  private var ages: [String: UInt64] = [:]

  func age(of server: String) -> UInt64 { ages[server] ?? 0 }

  /// A result that is still fresh.
  mutating func find(_ key: Key, at now: MonotonicTime) -> Entry? {
    guard let entry = entries[key] else { return nil }
    if entry.expires > now { return entry }
    entries.remove(key)
    return nil
  }

  /// Keeps a result, unless something of its server was forgotten since `age`.
  mutating func insert(
    _ result: JSONNode, for key: Key, until expires: MonotonicTime, age: UInt64
  ) {
    guard age == self.age(of: key.server) else { return }
    entries.insert(
      Entry(result: result, expires: expires), for: key,
      bytes: 2 * result.document.bytes.count + key.uri.utf8.count + 256)
  }

  /// Forgets a resource of a server, or all of them.
  mutating func forget(_ server: String, uri: String? = nil) {
    ages[server, default: 0] += 1
    entries.remove { $0.server == server && (uri == nil || $0.uri == uri) }
  }
}
