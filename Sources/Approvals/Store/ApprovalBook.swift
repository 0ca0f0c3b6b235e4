import Crypto
public import Reactor
import Synchronization

/// All approvals of this gateway, the same for all loops: the file has every change before anybody
/// hears of it, and changes happen one after the other. Any thread.
public final class ApprovalBook: Sendable {
  /// Approvals at a time, those that ended and are still shown among them.
  public static let countMax = 10_000
  /// How many of one agent wait.
  public static let pendingPerAgentMax = 100
  /// Bytes of the arguments of one call, in canonical form.
  public static let argumentBytesMax = 256 << 10
  /// Bytes of all arguments that are kept.
  public static let argumentBytesInAllMax = 64 << 20
  /// How long the arguments of an approval that ended are kept, in seconds.
  public static let argumentsKeptTime: Int64 = 3600
  /// How long an approval that ended is kept to be shown, in seconds.
  public static let keptTime: Int64 = 30 * 86_400

  /// Hears of an approval that changed.
  public typealias Observer = @Sendable (Approval) -> Void

  private struct State {
    var shelf = ApprovalShelf()
    /// Those that an answer is being made of.
    var claimed: Set<String> = []
    var observers: [Observer] = []
  }

  private let state = Mutex(State())
  private let current = Atomic<UInt64>(0)
  private let thread: BlockingThread
  private let store: Confined<ApprovalStore>

  /// Opens the file, and makes it when it is not there. Blocks.
  /// - Parameter thread: where the file is written.
  public init(path: String, thread: BlockingThread) throws(ApprovalRefusal) {
    self.thread = thread
    let store = try ApprovalStore(path: path)
    let approvals = try store.all()
    self.store = Confined(store)
    state.withLock { state in
      for approval in approvals { state.shelf.put(approval) }
    }
  }

  /// Changes with every change.
  public var epoch: UInt64 { current.load(ordering: .acquiring) }

  /// All approvals, the oldest first.
  public var all: [Approval] {
    state.withLock { Array($0.shelf.all.values) }
      .sorted { ($0.requestedAt, $0.id) < ($1.requestedAt, $1.id) }
  }

  /// The approval of this name.
  public func approval(_ id: String) throws(ApprovalRefusal) -> Approval {
    guard let found = state.withLock({ $0.shelf[id] }) else { throw .unknown(id) }
    return found
  }

  /// How many wait for people.
  public var pendingCount: Int {
    state.withLock { $0.shelf.all.values.count { $0.state == .pending } }
  }

  /// From now on `observer` hears of every change, after the file has it: on the thread of the
  /// file, so it must not block.
  public func observe(_ observer: @escaping Observer) {
    state.withLock { $0.observers.append(observer) }
  }

  /// What a call with these terms meets: one that counts, or a no that stands until its deadline.
  public func standing(_ terms: ApprovalTerms, at now: Int64) -> Approval? {
    state.withLock { $0.shelf.standing(terms, at: now) }
  }

  // MARK: - Changes

  /// Opens an approval, or joins the one that the same call met before.
  /// - Parameter now, deadline: seconds since 1970 UTC.
  public func request(
    _ terms: ApprovalTerms, _ ask: ApprovalAsk, at now: Int64, until deadline: Int64
  ) async throws(ApprovalRefusal) -> (approval: Approval, isNew: Bool) {
    if let met = standing(terms, at: now) { return (met, false) }
    guard ask.arguments.count <= Self.argumentBytesMax else {
      throw .argumentsTooLarge(ask.arguments.count)
    }
    return try await thread.run { [self] () throws(ApprovalRefusal) in
      if let met = standing(terms, at: now) { return (met, false) }
      let approval = Approval(
        id: ApprovalID.make(), terms: terms, ask: ask, requestedAt: now, deadline: deadline)
      let (pending, room) = state.withLock {
        ($0.shelf.pendingCount(of: terms.agent), $0.shelf.room(for: ask.arguments.count))
      }
      guard pending < Self.pendingPerAgentMax else { throw .tooManyOfAgent(terms.agent) }
      guard let room else { throw .full }
      try keep([approval], erased: room.erased, removing: room.removed)
      return (approval, true)
    }
  }

  /// Changes an approval as `body` says, or not at all.
  /// - Returns: the approval as it is from now on.
  public func change(
    _ id: String, _ body: @escaping @Sendable (inout Approval) throws(ApprovalRefusal) -> Void
  ) async throws(ApprovalRefusal) -> Approval {
    try await thread.run { [self] () throws(ApprovalRefusal) in
      var approval = try approval(id)
      let before = approval
      try body(&approval)
      if approval != before { try keep([approval]) }
      return approval
    }
  }

  /// Ends those whose time has come, but not while an answer is made of one; forgets what is over
  /// for long.
  /// - Returns: those that ended so.
  public func sweep(at now: Int64) async throws(ApprovalRefusal) -> [Approval] {
    guard state.withLock({ $0.shelf.isDue(at: now) }) else { return [] }
    return try await thread.run { [self] () throws(ApprovalRefusal) in
      let (due, claimed, outdated) = state.withLock {
        ($0.shelf.expired(at: now), $0.claimed, $0.shelf.outdated(at: now))
      }
      let expired = due.filter { !claimed.contains($0.id) }
      let (erased, removed) = outdated
      if !(expired.isEmpty && erased.isEmpty && removed.isEmpty) {
        try keep(expired, erased: erased, removing: removed)
      }
      return expired
    }
  }

  /// Keeps that the ledger has what became of approvals, as far as they still are as they are
  /// given here. Nobody is told: to people it changes nothing.
  public func noteOnRecord(_ approvals: [Approval]) async throws(ApprovalRefusal) {
    try await thread.run { [self] () throws(ApprovalRefusal) in
      let noted = state.withLock { state in
        approvals.compactMap { given -> Approval? in
          guard var now = state.shelf[given.id], now.state == given.state, !now.isOnRecord
          else { return nil }
          now.isOnRecord = true
          return now
        }
      }
      guard !noted.isEmpty else { return }
      try store.value.put(noted)
      state.withLock { state in for approval in noted { state.shelf.put(approval) } }
    }
  }

  /// Takes an approval for one answer: nobody else answers it, and no time ends it, until
  /// `release`.
  /// - Returns: whether it was free.
  public func claim(_ id: String) -> Bool { state.withLock { $0.claimed.insert(id).inserted } }

  /// Gives it back.
  public func release(_ id: String) { state.withLock { _ = $0.claimed.remove(id) } }

  /// On the thread of the file.
  private func keep(
    _ approvals: [Approval], erased: [Approval] = [], removing ids: [String] = []
  ) throws(ApprovalRefusal) {
    try store.value.put(approvals + erased, removing: ids)
    if !(erased.isEmpty && ids.isEmpty) { try store.value.forget() }
    let observers = state.withLock { state in
      for id in ids { state.shelf.remove(id) }
      for approval in approvals + erased { state.shelf.put(approval) }
      return state.observers
    }
    _ = current.add(1, ordering: .acquiringAndReleasing)
    for approval in approvals { for observer in observers { observer(approval) } }
  }
}
