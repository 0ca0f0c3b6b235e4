internal import CLinux
import Glibc

/// A thread of the ledger's own, joined once.
struct LedgerThread: @unchecked Sendable {  // a handle that any thread may join
  private let handle: pthread_t

  init(name: String, _ body: @escaping @Sendable () -> Void) throws(LedgerError) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var handle = pthread_t()
    let code = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        _ = linux_set_thread_name(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw .system(FileFailure(operation: "pthread_create", path: name, code: code))
    }
    self.handle = handle
  }

  func join() { pthread_join(handle, nil) }

  private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}

/// A counting semaphore between threads of this process.
struct Semaphore: ~Copyable, @unchecked Sendable {  // sem_t is made for several threads
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

  /// Waits no longer than so many milliseconds, by a clock that nobody sets.
  func wait(milliseconds: Int64) {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let nanoseconds = Int64(now.tv_nsec) + milliseconds % 1_000 * 1_000_000
    let seconds = Int64(now.tv_sec) + milliseconds / 1_000 + nanoseconds / 1_000_000_000
    while linux_semaphore_wait_until(pointer, seconds, nanoseconds % 1_000_000_000) != 0,
      errno == EINTR
    {}
  }
}
