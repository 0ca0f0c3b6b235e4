internal import CLinux
import Glibc
import Synchronization

/// One epoll event loop on one thread: descriptors, timers and jobs, and an executor for tasks
/// (`TaskExecutor`) and actors (`asUnownedSerialExecutor`), so that `async` code stays on its
/// thread.
///
/// A tick: wait for events (not at all while work is queued), call the handlers of ready
/// descriptors, fire due timers, run at most `Limits.jobsPerTick` queued jobs, call the
/// end-of-tick callbacks.
///
/// Everything not marked «any thread» must be called on the thread that is in `run()`; this is
/// checked. Handlers and callbacks are ordinary closures that need not be Sendable: they are
/// created, called and released on that thread.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
  // Confined to the loop's thread except for `inbox`, `owner` and `stopping`, which are atomic or
  // locked.

  /// Bounds of one tick.
  public enum Limits {
    /// Jobs run before epoll is asked again.
    public static let jobsPerTick = 512
    /// Events fetched at once; the rest comes with the next tick.
    public static let eventsPerTick = 256
  }

  /// The name given at creation, also the thread's in an `EventLoopGroup`.
  public let name: String

  /// When this tick began; read once per tick, after waiting for events.
  public var now: MonotonicTime { moments.pointee.tickBegan }

  let epoll: Int32
  let inbox: Inbox
  private let owner = Atomic<UInt>(0)
  private let stopping = Atomic<Bool>(false)

  let actors = ActorExecutor()
  let ready = WorkQueue()
  private let tickEnd = WorkQueue()
  var timers = TimerQueue<() -> Void>()
  var registrations = RegistrationTable()
  private let moments: UnsafeMutablePointer<Moments>
  private let events: UnsafeMutablePointer<linux_epoll_event>

  /// What every tick reads and changes: behind a pointer, where no access is checked at run time.
  private struct Moments {
    var tickBegan = MonotonicTime.read()
    var nextTimer = MonotonicTime.distantFuture
  }

  /// The earliest deadline in `timers`: all that most ticks need to know of them.
  var nextTimer: MonotonicTime {
    get { moments.pointee.nextTimer }
    set { moments.pointee.nextTimer = newValue }
  }

  private static let wakeToken = UInt64.max

  /// Creates a loop that does nothing until some thread calls `run()`.
  /// - Throws: `.system` when the process is out of descriptors.
  public init(name: String) throws(ReactorError) {
    self.name = name
    inbox = try Inbox()
    epoll = linux_epoll_create()
    events = .allocate(capacity: Limits.eventsPerTick)
    events.initialize(repeating: linux_epoll_event(), count: Limits.eventsPerTick)
    moments = .allocate(capacity: 1)
    moments.initialize(to: Moments())
    guard epoll >= 0 else { throw .last("epoll_create1", "loop «\(name)»") }
    guard linux_epoll_add(epoll, inbox.wake, LINUX_EPOLLIN | LINUX_EPOLLET, Self.wakeToken) == 0
    else { throw .last("epoll_ctl", "loop «\(name)»") }
    actors.loop = self
  }

  deinit {
    if epoll >= 0 { close(epoll) }
    events.deallocate()
    moments.deallocate()
  }

  // MARK: The thread

  /// The loop that runs on the calling thread, if any. Any thread.
  public static var current: EventLoop? {
    guard let pointer = pthread_getspecific(currentKey) else { return nil }
    return Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
  }

  private static let currentKey: pthread_key_t = {
    var key = pthread_key_t()
    let code = pthread_key_create(&key, nil)
    precondition(code == 0, "no thread-specific key is left for EventLoop.current")
    return key
  }()

  /// True on the thread that runs this loop. Any thread.
  public var isCurrent: Bool { owner.load(ordering: .relaxed) == UInt(pthread_self()) }

  /// Traps unless called on the thread that runs this loop.
  public func preconditionCurrent() {
    precondition(isCurrent, "must be called on the thread of its event loop")
  }

  // MARK: Running

  /// Runs on the calling thread until `stop()`. Work that is queued by then is kept and runs when
  /// `run()` is called again.
  public func run() {
    precondition(EventLoop.current == nil, "this thread already runs an event loop")
    let (free, _) = owner.compareExchange(
      expected: 0, desired: UInt(pthread_self()), ordering: .acquiringAndReleasing)
    precondition(free, "the event loop already runs on another thread")
    pthread_setspecific(Self.currentKey, Unmanaged.passUnretained(self).toOpaque())
    while !stopping.load(ordering: .acquiring) { tick() }
    stopping.store(false, ordering: .releasing)
    pthread_setspecific(Self.currentKey, nil)
    owner.store(0, ordering: .releasing)
  }

  /// Makes `run()` return after the current tick. Any thread.
  public func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    inbox.ring()
  }

  private func tick() {
    poll()
    fireTimers()
    runReady()
    runTickEnd()
  }

  private func poll() {
    inbox.collect(into: ready)
    let timeout = ready.isEmpty && tickEnd.isEmpty ? park() : 0
    let count = linux_epoll_wait(epoll, events, Int32(Limits.eventsPerTick), timeout)
    inbox.unpark()
    moments.pointee.tickBegan = .read()
    precondition(count >= 0 || errno == EINTR, "epoll_wait failed: \(errno)")
    var index: Int32 = 0
    while index < count {
      let event = linux_epoll_event_at(events, index)
      index += 1
      guard event.data != Self.wakeToken else { continue }
      let token = RegistrationTable.Token(rawValue: event.data)
      guard let registration = registrations[token] else { continue }
      registration.handler?(Readiness(epoll: event.events))
    }
  }

  /// Announces the sleep; returns how many milliseconds it may last, -1 for until woken.
  private func park() -> Int32 {
    inbox.park()
    inbox.collect(into: ready)
    guard ready.isEmpty, !stopping.load(ordering: .sequentiallyConsistent) else { return 0 }
    return timeoutUntilTimer()
  }

  /// Milliseconds until the earliest timer, rounded up so that no wait ends before it; -1 without
  /// timers.
  private func timeoutUntilTimer() -> Int32 {
    guard nextTimer < .distantFuture else { return -1 }
    let current = MonotonicTime.read()
    guard nextTimer > current else { return 0 }
    let nanoseconds = nextTimer.nanoseconds - current.nanoseconds
    let milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
    return Int32(clamping: milliseconds)
  }

  private func fireTimers() {
    guard nextTimer <= now else { return }
    // A timer that schedules another one without delay waits for the next tick.
    var budget = timers.count
    while budget > 0, let body = timers.takeDue(now) {
      body()
      budget -= 1
    }
    nextTimer = timers.earliest ?? .distantFuture
  }

  private func runReady() {
    let serial = asUnownedSerialExecutor()
    let task = asUnownedTaskExecutor()
    var budget = Limits.jobsPerTick
    while budget > 0, let work = ready.popFirst() {
      switch work {
      case .job(let job): job.runSynchronously(on: task)
      case .isolatedJob(let job): job.runSynchronously(isolatedTo: serial, taskExecutor: task)
      case .body(let body): body()
      }
      budget -= 1
    }
  }

  private func runTickEnd() {
    // What a callback adds waits for the end of the next tick.
    var budget = tickEnd.count
    while budget > 0, case .body(let callback)? = tickEnd.popFirst() {
      callback()
      budget -= 1
    }
  }

  /// Calls `body` once, after this tick's events, timers and jobs and before the loop waits again:
  /// the place to flush what a tick gathered. Work it queues runs before the loop blocks; a
  /// callback it adds is called at the end of the next tick, which follows without blocking.
  public func atEndOfTick(_ body: @escaping () -> Void) {
    preconditionCurrent()
    tickEnd.append(.body(body))
  }
}
