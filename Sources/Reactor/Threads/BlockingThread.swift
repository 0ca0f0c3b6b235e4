/// One thread of its own for calls that block (fsync, getaddrinfo, SQLite), which run in the order
/// they were handed in.
///
/// Dropping the last reference ends the thread after the work that was handed in.
public final class BlockingThread: Sendable {
  /// Units of work that wait unless another bound is given.
  public static let standardCapacity = 1024

  /// Units of work that may wait, the running one not counted.
  public let capacity: Int

  private let queue: Queue
  private let thread: Thread

  /// Starts the thread.
  /// - Throws: `.system` when the process is out of threads.
  public init(
    name: String, capacity: Int = BlockingThread.standardCapacity
  ) throws(ReactorError) {
    precondition(capacity > 0, "a blocking thread needs room for one unit of work")
    let queue = Queue()
    self.queue = queue
    self.capacity = capacity
    thread = try Thread(name: name, detached: true) { queue.work() }
  }

  deinit { queue.end() }

  /// Units of work that wait now. Any thread.
  public var waitingCount: Int { queue.count }

  /// Runs `body` on this thread and returns what it gives; the calling task is suspended meanwhile
  /// and goes on where it was. Any thread. Work handed in so is not refused at `capacity`: each
  /// unit is a suspended task, and those are bounded by who starts them. `runIfRoom` refuses.
  public func run<T: Sendable, E: Error>(
    _ body: @escaping @Sendable () throws(E) -> T
  ) async throws(E) -> T {
    let result: Result<T, E> = await withUnsafeContinuation { continuation in
      _ = queue.append(limit: .max) { continuation.resume(returning: Self.result(of: body)) }
    }
    return try result.get()
  }

  /// As `run`, but returns nil without running `body` when `capacity` units wait already.
  public func runIfRoom<T: Sendable, E: Error>(
    _ body: @escaping @Sendable () throws(E) -> T
  ) async throws(E) -> T? {
    let result: Result<T, E>? = await withUnsafeContinuation { continuation in
      let accepted = queue.append(limit: capacity) {
        continuation.resume(returning: Self.result(of: body))
      }
      if !accepted { continuation.resume(returning: nil) }
    }
    return try result?.get()
  }

  /// Hands in work nobody waits for; false, and nothing is run, when `capacity` units wait already.
  /// Any thread.
  public func submit(_ body: @escaping @Sendable () -> Void) -> Bool {
    queue.append(limit: capacity, body)
  }

  private static func result<T, E: Error>(
    of body: () throws(E) -> T
  ) -> Result<T, E> {
    do throws(E) { return .success(try body()) } catch { return .failure(error) }
  }
}

/// What waits for the thread. Outlives the `BlockingThread` until it is worked off.
private final class Queue: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var ended = false
  }

  private let state = Lock(State())
  private let changed = Condition()

  var count: Int { state.withLock { $0.waiting.count } }

  func append(limit: Int, _ body: @escaping @Sendable () -> Void) -> Bool {
    let accepted = state.withLock { state in
      guard state.waiting.count < limit else { return false }
      state.waiting.append(body)
      return true
    }
    if accepted { changed.signal() }
    return accepted
  }

  func end() {
    state.withLock { $0.ended = true }
    changed.signal()
  }

  func work() {
    while let body = next() { body() }
  }

  private func next() -> (@Sendable () -> Void)? {
    state.wait(for: changed) { state -> (@Sendable () -> Void)?? in
      if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
      return state.ended ? .some(nil) : nil
    }
  }
}
