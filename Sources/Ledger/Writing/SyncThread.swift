import Synchronization

/// The thread that waits for the disk. All who wait for durability while one sync runs are served
/// by the next one.
final class SyncThread: Sendable {
  private struct State: Sendable {
    var waiters: [Waiter] = []
    var isSignalled = false
    var isStopping = false
  }

  private struct Waiter: Sendable {
    var sequence: UInt64
    var continuation: UnsafeContinuation<LedgerError?, Never>
  }

  private let writer: Writer
  private let state = Mutex(State())
  private let signal = Semaphore()
  private let thread = Mutex<LedgerThread?>(nil)

  init(writer: Writer) throws(LedgerError) {
    self.writer = writer
    let started = try LedgerThread(name: "ledger sync") { [self] in run() }
    thread.withLock { $0 = started }
  }

  /// Suspends until the record at `sequence` is on disk.
  func wait(for sequence: UInt64) async -> LedgerError? {
    await withUnsafeContinuation { continuation in
      let isStopping = state.withLock { state in
        if state.isStopping { return true }
        state.waiters.append(Waiter(sequence: sequence, continuation: continuation))
        return false
      }
      if isStopping {
        continuation.resume(returning: writer.durable > sequence ? nil : .closed)
      } else {
        wake()
      }
    }
  }

  /// Asks for a sync that nobody waits for.
  func wake() {
    let wasSignalled = state.withLock { state in
      let was = state.isSignalled
      state.isSignalled = true
      return was
    }
    if !wasSignalled { signal.post() }
  }

  /// Serves who waits, then ends the thread and waits for that. Again without effect.
  func stop() {
    state.withLock { $0.isStopping = true }
    guard let running = thread.withLock({ $0.take() }) else { return }
    wake()
    running.join()
  }

  private func run() {
    while true {
      signal.wait()
      let (waiters, isStopping) = state.withLock { state in
        state.isSignalled = false
        let waiters = state.waiters
        state.waiters = []
        return (waiters, state.isStopping)
      }
      var failure: LedgerError?
      do throws(LedgerError) {
        try writer.synchronize()
      } catch {
        failure = error
      }
      let durable = writer.durable
      for waiter in waiters {
        waiter.continuation.resume(
          returning: durable > waiter.sequence ? nil : failure ?? .closed)
      }
      if isStopping { return }
    }
  }
}
