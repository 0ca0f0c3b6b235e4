import Synchronization

/// The grants in force. A grant is in the file before it is in force; one that is revoked is out of
/// force before it is out of the file. Any thread.
public final class Grants: Sendable {
  /// Grants at a time.
  public static let countMax = 1_000

  private let state: Mutex<[Grant]>
  private let file: OrderFile?
  private let clock: OrderClock

  init(_ grants: [Grant], in file: OrderFile?, clock: OrderClock) {
    state = Mutex(grants.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) })
    self.file = file
    self.clock = clock
  }

  /// Those in force, the oldest first.
  public var all: [Grant] {
    let now = clock.now()
    return state.withLock { $0 }.filter { $0.expiresAt > now }
  }

  /// When the next one is over, in seconds since the epoch.
  public var nextExpiry: Int64? { state.withLock { $0 }.map(\.expiresAt).min() }

  /// Seconds since the epoch, by the clock that grants go by.
  public var now: Int64 { clock.now() }

  /// The grant of this name.
  public func grant(_ id: String) throws(OrderError) -> Grant {
    guard let found = all.first(where: { $0.id == id }) else { throw .unknown("grant", id) }
    return found
  }

  /// A grant that is not in force yet, with its policy.
  public func draft(_ draft: GrantDraft, by actor: String) throws(OrderError) -> Grant {
    try draft.check()
    guard state.withLock({ $0.count }) < Self.countMax else {
      throw .tooMany("grants", Self.countMax)
    }
    let grant = Grant(
      id: OrderText.id("grant"), draft: draft, actor: actor, createdAt: clock.now())
    try grant.check()
    return grant
  }

  /// Puts a grant in force.
  public func give(_ grant: Grant) async throws(OrderError) {
    try await file?.write { store throws(OrderError) in try store.put(grant) }
    state.withLock { $0.append(grant) }
  }

  /// Takes a grant back, at once.
  public func revoke(_ id: String) async throws(OrderError) -> Grant {
    let grant = try grant(id)
    state.withLock { $0.removeAll { $0.id == id } }
    try await forget([id])
    return grant
  }

  /// Takes those that are over out of force.
  public func takeExpired() -> [Grant] {
    let now = clock.now()
    return state.withLock { grants in
      let over = grants.filter { $0.expiresAt <= now }
      if !over.isEmpty { grants.removeAll { $0.expiresAt <= now } }
      return over
    }
  }

  /// Takes those that are not in force any more out of the file.
  public func forget(_ ids: [String]) async throws(OrderError) {
    try await file?.write { store throws(OrderError) in
      for id in ids { try store.remove(grant: id) }
    }
  }
}
