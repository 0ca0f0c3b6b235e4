public import Crypto
public import Reactor
import Synchronization

/// The tokens that this gateway makes: who makes, rotates and revokes one does it for all loops at
/// once, and the file has it before anybody hears of it. Any thread.
public final class AgentTokens: CredentialSource {
  /// Tokens at a time, those that are over and still shown among them.
  public static let countMax = 10_000
  /// For how long a token that was looked up counts without being looked up again, in seconds; so
  /// exact is what is known of its last use.
  static let lookUpTime: Int64 = 60

  private struct State {
    var tokens: [SHA256Digest: AgentToken] = [:]
    var epoch: UInt64 = 0
    /// Their last use is not in the file yet.
    var used: Set<SHA256Digest> = []
  }

  private let state = Mutex(State())
  private let current = Atomic<UInt64>(0)
  private let thread: BlockingThread
  private let store: Confined<AgentTokenStore>
  private let clock: TokenClock

  /// Opens the file, and makes it when it is not there. Blocks.
  /// - Parameter thread: where the file is written.
  public convenience init(path: String, thread: BlockingThread) throws(AgentTokenError) {
    try self.init(path: path, thread: thread, clock: .system)
  }

  init(path: String, thread: BlockingThread, clock: TokenClock) throws(AgentTokenError) {
    self.thread = thread
    self.clock = clock
    let store = try AgentTokenStore(path: path)
    let tokens = try store.all(now: clock.wall())
    self.store = Confined(store)
    state.withLock { state in
      for token in tokens { state.tokens[token.digest] = token }
    }
  }

  /// Changes when a token that was taken may not be any more.
  public var epoch: UInt64 { current.load(ordering: .acquiring) }

  /// Whether a time in seconds since the epoch has come.
  public func isPast(_ time: Int64) -> Bool { clock.wall() >= time }

  /// The token with this digest, if it is taken now, and until when it counts without being looked
  /// up again. Its use is noted.
  public func use(_ digest: SHA256Digest, from peer: String?) -> AgentTokenUse? {
    let now = clock.wall()
    return state.withLock { state in
      guard var token = state.tokens[digest], token.isValid(at: now) else { return nil }
      token.usedAt = now
      token.usedFrom = peer ?? token.usedFrom
      state.tokens[digest] = token
      state.used.insert(digest)
      return AgentTokenUse(
        principal: token.principal, until: min(token.expiresAt, now + Self.lookUpTime))
    }
  }

  /// All tokens, the oldest first.
  public var all: [AgentToken] {
    state.withLock { Array($0.tokens.values) }
      .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  /// The token of this name.
  public func token(_ id: String) throws(AgentTokenError) -> AgentToken {
    let found = state.withLock { state in state.tokens.values.first { $0.id == id } }
    guard let found else { throw .unknown(id) }
    return found
  }

  /// Makes a token.
  /// - Returns: what is known of it, and its text, which nobody can be told again.
  public func create(
    _ draft: AgentTokenDraft, by actor: String
  ) async throws(AgentTokenError) -> (token: AgentToken, text: String) {
    try draft.check()
    guard state.withLock({ $0.tokens.count }) < Self.countMax else { throw .tooMany }
    let now = clock.wall()
    let text = AgentTokenText.make()
    let token = AgentToken(
      principal: Principal(
        agent: draft.agent, human: draft.human, roles: draft.roles, tenant: draft.tenant,
        scopes: Set(draft.scopes).sorted()),
      profile: draft.profile, createdAt: now, createdBy: actor, expiresAt: now + draft.lifetime,
      digest: SHA256.hash(utf8: text))
    try await keep([token])
    return (token, text)
  }

  /// Makes a token in the place of another, which counts for `overlap` seconds more at most.
  public func rotate(
    _ id: String, overlap: Int64, by actor: String
  ) async throws(AgentTokenError) -> (token: AgentToken, text: String) {
    var old = try token(id)
    let now = clock.wall()
    guard old.isValid(at: now) else { throw .over(id) }
    guard (0...AgentTokenDraft.lifetimeMax).contains(overlap) else { throw .invalid("overlap") }
    let text = AgentTokenText.make()
    let new = AgentToken(
      principal: old.principal, profile: old.profile, createdAt: now, createdBy: actor,
      expiresAt: now + (old.expiresAt - old.createdAt), digest: SHA256.hash(utf8: text))
    old.expiresAt = min(old.expiresAt, now + overlap)
    old.replacedBy = new.id
    try await keep([new, old])
    return (new, text)
  }

  /// Revokes a token, at once and on all loops.
  public func revoke(_ id: String) async throws(AgentTokenError) -> AgentToken {
    var token = try token(id)
    guard token.revokedAt == nil else { return token }
    token.revokedAt = clock.wall()
    // It is taken nowhere from now on, also if the file cannot be written.
    put([token])
    try await keep([token])
    return token
  }

  /// Revokes the tokens that are picked out and still count, at once and on all loops.
  /// - Returns: those.
  public func revoke(
    where isPicked: (AgentToken) -> Bool
  ) async throws(AgentTokenError) -> [AgentToken] {
    let now = clock.wall()
    let tokens = all.filter { $0.isValid(at: now) && isPicked($0) }.map { token in
      var token = token
      token.revokedAt = now
      return token
    }
    guard !tokens.isEmpty else { return [] }
    put(tokens)
    try await keep(tokens)
    return tokens
  }

  /// Writes when tokens were used last.
  public func flush() async throws(AgentTokenError) {
    let used = state.withLock { state in
      defer { state.used = [] }
      return state.used.compactMap { state.tokens[$0] }
    }
    if !used.isEmpty { try await write(used) }
  }

  private func keep(_ tokens: [AgentToken]) async throws(AgentTokenError) {
    try await write(tokens)
    put(tokens)
  }

  private func write(_ tokens: [AgentToken]) async throws(AgentTokenError) {
    try await thread.run { [store] () throws(AgentTokenError) in try store.value.put(tokens) }
  }

  private func put(_ tokens: [AgentToken]) {
    state.withLock { state in
      for token in tokens { state.tokens[token.digest] = token }
      state.epoch += 1
      current.store(state.epoch, ordering: .releasing)
    }
  }
}
