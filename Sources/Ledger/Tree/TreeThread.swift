internal import Crypto
import Synchronization

/// The thread that keeps the tree: at intervals, and when it is asked to.
final class TreeThread: Sendable {
  private typealias Job = @Sendable (TreeKeeper) -> Void

  private struct State: Sendable {
    var jobs: [Job] = []
    var isStopping = false
    var checkpoint: SignedNote?
    var size: UInt64 = 0
    var error: LedgerError?
  }

  private let state: Mutex<State>
  private let signal = Semaphore()
  private let thread = Mutex<LedgerThread?>(nil)
  private let interval: Int64

  init(keeper: sending TreeKeeper, interval: Int64) throws(LedgerError) {
    self.interval = max(1, interval)
    state = Mutex(
      State(checkpoint: keeper.checkpoint, size: keeper.signedSize))
    let box = Confined(keeper)
    let started = try LedgerThread(name: "ledger tree") { [self] in run(box.value) }
    thread.withLock { $0 = started }
  }

  /// The newest checkpoint.
  var checkpoint: SignedNote? { state.withLock { $0.checkpoint } }
  /// The records under it.
  var size: UInt64 { state.withLock { $0.size } }
  /// Why there is no newer one, if so.
  var error: LedgerError? { state.withLock { $0.error } }

  /// Runs `body` on the thread.
  func perform<T: Sendable>(
    _ body: @escaping @Sendable (TreeKeeper) throws(LedgerError) -> T
  ) async throws(LedgerError) -> T {
    let result: Result<T, LedgerError> = await withUnsafeContinuation { continuation in
      let isStopping = state.withLock { state in
        if state.isStopping { return true }
        state.jobs.append { keeper in
          do throws(LedgerError) {
            continuation.resume(returning: .success(try body(keeper)))
          } catch {
            continuation.resume(returning: .failure(error))
          }
        }
        return false
      }
      if isStopping { continuation.resume(returning: .failure(.closed)) } else { signal.post() }
    }
    return try result.get()
  }

  /// Serves who waits, signs what is left, and ends the thread. Again without effect.
  func stop() {
    state.withLock { $0.isStopping = true }
    guard let running = thread.withLock({ $0.take() }) else { return }
    signal.post()
    running.join()
  }

  private func run(_ keeper: TreeKeeper) {
    while true {
      let (jobs, isStopping) = state.withLock { state in
        let jobs = state.jobs
        state.jobs = []
        return (jobs, state.isStopping)
      }
      for job in jobs { job(keeper) }
      var failure: LedgerError?
      do throws(LedgerError) { try keeper.advance() } catch { failure = error }
      state.withLock { state in
        state.checkpoint = keeper.checkpoint
        state.size = keeper.signedSize
        state.error = failure
      }
      if isStopping { return }
      signal.wait(milliseconds: interval)
    }
  }
}

/// Hands a value to the one thread that will use it.
private struct Confined<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
