internal import CLinux
import Glibc
import Synchronization

/// Work other threads leave for a loop, with the eventfd that wakes it.
///
/// The loop announces that it is about to block (`parked`); only the first thread that leaves work
/// after that writes to the eventfd, so wake-ups coalesce to one write per sleep. The eventfd is
/// registered edge-triggered and never read.
struct Inbox: ~Copyable, Sendable {
  let wake: Int32
  private let waiting: Lock<[Work]>
  /// Changed with the lock held; read without it, which is what most ticks need to know.
  private let isFilled = Atomic<Bool>(false)
  private let parked = Atomic<Bool>(false)

  init() throws(ReactorError) {
    wake = linux_eventfd()
    guard wake >= 0 else { throw .last("eventfd", "wake-ups") }
    waiting = Lock([])
  }

  deinit { close(wake) }

  /// Any thread.
  borrowing func leave(_ work: consuming sending Work) {
    let work = work
    waiting.withLock {
      $0.append(work)
      // Before `parked` is read: of a thread that leaves work and a loop that goes to sleep, one
      // sees what the other did.
      isFilled.store(true, ordering: .sequentiallyConsistent)
    }
    ring()
  }

  /// Any thread: wakes the loop if it sleeps, or keeps it from going to sleep.
  borrowing func ring() {
    guard parked.load(ordering: .sequentiallyConsistent),
      parked.exchange(false, ordering: .sequentiallyConsistent)
    else { return }
    var one: UInt64 = 1
    _ = write(wake, &one, 8)
  }

  /// Loop only: moves the work that waits to the end of `ready`.
  borrowing func collect(into ready: borrowing WorkQueue) {
    guard isFilled.load(ordering: .sequentiallyConsistent) else { return }
    waiting.withLock { waiting in
      isFilled.store(false, ordering: .relaxed)
      ready.append(contentsOf: waiting)
      waiting.removeAll(keepingCapacity: waiting.count <= WorkQueue.capacityKept)
    }
  }

  /// Loop only: announces the sleep. The caller must `collect` once more after this call and must
  /// not block when that brought work.
  borrowing func park() { parked.store(true, ordering: .sequentiallyConsistent) }

  /// Loop only: announces that the loop is awake. Whoever does not see it in time writes to the
  /// eventfd in vain.
  borrowing func unpark() { parked.store(false, ordering: .relaxed) }
}
