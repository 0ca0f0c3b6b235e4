import Crypto
public import Reactor
import Synchronization

/// The people who may sign in, and the sessions of those who did: for all loops at once, and the
/// file has a change before anybody hears of it. Any thread.
public final class People: Sendable {
  /// Accounts at a time.
  public static let accountsMax = 10_000
  /// Sessions at a time, of all people and of one; then the oldest ends.
  public static let sessionsMax = 10_000
  /// Sessions of one person.
  public static let sessionsPerPersonMax = 20
  /// Passkeys of one account.
  public static let passkeysMax = 20
  /// Passwords that wait to be hashed: each takes 64 MiB for a while, one after the other.
  static let waitingPasswordsMax = 32
  /// How exact it is known when a session was last used, in seconds.
  static let useInterval: Int64 = 60

  struct State {
    var accounts: [String: Account] = [:]
    /// Whose a passkey is.
    var owners: [[UInt8]: String] = [:]
    var sessions: [SHA256Digest: PersonSession] = [:]
    /// Their last use is not in the file yet.
    var used: Set<SHA256Digest> = []
    var limits: SessionLimits
    var taken = TakenChallenges()
    var devices = DeviceSignIns()
    /// Passwords and codes apart: who knows the one still has to guess the other. After ten guesses
    /// 30 seconds, at most a quarter of an hour.
    var byAccount = GuessThrottle<String>(
      freeFailures: 10, firstWait: 30, longestWait: 900, memory: 3600, subjectsMax: 20_000)
    /// Many people may come from one address, such as a proxy's.
    var byAddress = GuessThrottle<String>(
      freeFailures: 100, firstWait: 5, longestWait: 60, memory: 900, subjectsMax: 20_000)
    /// Passkeys cannot be guessed: only how many failures are put on record is bounded.
    var failedPasskeys = GuessThrottle<String>(
      freeFailures: 100, firstWait: 5, longestWait: 60, memory: 900, subjectsMax: 20_000)

    mutating func publish(_ account: Account) {
      let key = Account.key(account.name)
      for passkey in accounts[key]?.passkeys ?? [] { owners[passkey.id] = nil }
      for passkey in account.passkeys { owners[passkey.id] = key }
      accounts[key] = account
    }
  }

  let state: Mutex<State>
  let clock: TokenClock
  let thread: BlockingThread
  let store: Confined<PeopleStore>
  let hashing: BlockingThread
  let cost: Argon2id.Cost
  let challenges = PasskeyChallenge()
  let tickets = SignInTickets()
  private let journal: any PeopleJournal
  /// An unknown name costs what a known one does.
  let nobodysHash: String

  /// Opens the file, and makes it when it is not there. Blocks.
  /// - Parameter thread: where the file is written.
  public convenience init(
    path: String, thread: BlockingThread, limits: SessionLimits, journal: any PeopleJournal
  ) throws(PeopleError) {
    try self.init(
      path: path, thread: thread, limits: limits, journal: journal, clock: .system,
      cost: .standard)
  }

  init(
    path: String, thread: BlockingThread, limits: SessionLimits, journal: any PeopleJournal,
    clock: TokenClock, cost: Argon2id.Cost
  ) throws(PeopleError) {
    self.thread = thread
    self.journal = journal
    self.clock = clock
    self.cost = cost
    let store = try PeopleStore(path: path)
    self.store = Confined(store)
    var state = State(limits: limits)
    for account in try store.accounts() { state.publish(account) }
    for session in try store.sessions() { state.sessions[session.digest] = session }
    self.state = Mutex(state)
    nobodysHash = Argon2id.unmatchable(cost: cost)
    do {
      hashing = try BlockingThread(name: "passwords", capacity: Self.waitingPasswordsMax)
    } catch {
      throw .storage("\(error)")
    }
  }

  /// How long sessions last, from now on.
  public func set(limits: SessionLimits) { state.withLock { $0.limits = limits } }

  /// How many accounts there are.
  public var count: Int { state.withLock { $0.accounts.count } }

  /// All accounts, by name.
  public var accounts: [Account] {
    state.withLock { Array($0.accounts.values) }.sorted { $0.name < $1.name }
  }

  /// The account of this name.
  public func account(_ name: String) throws(PeopleError) -> Account {
    guard let account = state.withLock({ $0.accounts[Account.key(name)] }) else {
      throw .unknown(name)
    }
    return account
  }

  /// Whether somebody proved who they are within so many seconds.
  public func isRecent(_ authentication: Authentication, within seconds: Int64) -> Bool {
    guard let time = authentication.time else { return false }
    return (0...seconds).contains(clock.wall() - time)
  }

  // MARK: - Changes

  /// Changes an account: one change after the other, in the file first.
  @discardableResult
  func change(
    _ name: String, _ body: @escaping @Sendable (inout Account) throws(PeopleError) -> Void
  ) async throws(PeopleError) -> Account {
    try await thread.run { [self] () throws(PeopleError) in
      var account = try account(name)
      try body(&account)
      try store.value.put(account)
      state.withLock { $0.publish(account) }
      return account
    }
  }

  /// Puts an event on record.
  func record(_ event: PeopleEvent) async throws(PeopleError) {
    guard await journal.keep(event) else { throw .storage("the ledger cannot be written") }
  }

  /// Puts an event on record as well as that goes: what it tells has come to nothing anyway.
  func note(_ event: PeopleEvent) async { _ = await journal.keep(event) }

  /// The hash of a password that was chosen.
  func hash(_ password: String, of name: String) async throws(PeopleError) -> String {
    if let objection = PasswordRules.objection(to: password, of: name) {
      throw .password(objection)
    }
    let hash: Result<String, PasswordHashError>? = await hashing.runIfRoom { [cost] in
      do throws(PasswordHashError) {
        return .success(try Argon2id.hash(Array(password.utf8), cost: cost))
      } catch { return .failure(error) }
    }
    guard let hash else { throw .busy }
    do { return try hash.get() } catch { throw .storage("the password cannot be hashed: \(error)") }
  }
}
