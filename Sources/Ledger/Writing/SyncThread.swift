internal import CLinux
import Glibc
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
  private let signal: Semaphore
  private let thread: Mutex<pthread_t?>

  init(writer: Writer) throws(LedgerError) {
    self.writer = writer
    signal = Semaphore()
    thread = Mutex(nil)
    var handle = pthread_t()
    let start = Unmanaged.passRetained(self)
    let code = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<SyncThread>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw .system(FileFailure(operation: "pthread_create", path: "ledger sync", code: code))
    }
    let started = UInt(handle)
    thread.withLock { $0 = pthread_t(started) }
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
    let handle = thread.withLock { thread in
      defer { thread = nil }
      return thread.map { UInt($0) }
    }
    guard let handle else { return }
    wake()
    pthread_join(pthread_t(handle), nil)
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

/// A counting semaphore between threads of this process.
private struct Semaphore: ~Copyable, @unchecked Sendable {  // sem_t is made for several threads
  private let pointer: UnsafeMutablePointer<sem_t>

  init() {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: sem_t())
    sem_init(pointer, 0, 0)
  }

  deinit {
    sem_destroy(pointer)
    pointer.deallocate()
  }

  func post() { sem_post(pointer) }

  func wait() {
    while sem_wait(pointer) != 0 {}
  }
}
