public import Reactor

/// What was used of quotas, in a file of its own, written on one thread.
public final class UsageFile: Sendable {
  private let thread: BlockingThread
  private let store: Confined<UsageStore>

  /// Opens the file, which is made when it is not there. Blocks.
  /// - Parameters:
  ///   - thread: where it is written.
  ///   - now: microseconds since the epoch.
  /// - Returns: the file, and all in it that is not back by now.
  public static func open(
    path: String, thread: BlockingThread, at now: Int64
  ) throws(OrderError) -> (file: UsageFile, uses: [KeptUse]) {
    let store = try UsageStore(path: path)
    let uses = try store.uses(at: now)
    return (UsageFile(store, thread: thread), uses)
  }

  private init(_ store: UsageStore, thread: BlockingThread) {
    self.store = Confined(store)
    self.thread = thread
  }

  /// Writes what changed. What is in the file when this returns outlives the process.
  /// - Parameters:
  ///   - changes: says what changed and when it is now; asked on the thread.
  ///   - kept: told of it once it is in the file; on the thread.
  public func keep<Change: Sendable>(
    _ changes: @escaping @Sendable () -> (changes: [Change], now: Int64),
    as use: @escaping @Sendable (Change) -> KeptUse,
    then kept: @escaping @Sendable ([Change]) -> Void
  ) async throws(OrderError) {
    try await thread.run { [store] () throws(OrderError) in
      let (changes, now) = changes()
      guard !changes.isEmpty else { return }
      try store.value.put(changes.map(use), at: now)
      kept(changes)
    }
  }
}
