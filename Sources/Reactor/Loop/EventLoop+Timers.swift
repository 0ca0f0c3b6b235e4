extension EventLoop {
  /// Calls `body` on this loop at `deadline` or soon after (the wait for it is in whole
  /// milliseconds). O(log n); no task is made.
  @discardableResult
  public func schedule(
    at deadline: MonotonicTime, _ body: @escaping () -> Void
  ) -> LoopTimer {
    preconditionCurrent()
    nextTimer = min(nextTimer, deadline)
    return LoopTimer(loop: self, id: timers.add(deadline, body))
  }

  /// Calls `body` on this loop `delay` after the beginning of this tick (`now`).
  @discardableResult
  public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> LoopTimer {
    schedule(at: now + delay, body)
  }

  /// Suspends the calling task for `duration`, on this loop's timers. Any thread.
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  public func sleep(for duration: Duration) async throws(CancellationError) {
    let sleeper = Sleeper(loop: self)
    let completed = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        if isCurrent {
          sleeper.begin(duration, continuation)
        } else {
          execute { sleeper.begin(duration, continuation) }
        }
      }
    } onCancel: {
      execute { sleeper.end(completed: false) }
    }
    guard completed else { throw CancellationError() }
  }
}

/// A timer of a loop that can be cancelled. Dropping it does not cancel it.
public struct LoopTimer {
  private let loop: EventLoop
  private let id: TimerQueue<() -> Void>.ID

  init(loop: EventLoop, id: TimerQueue<() -> Void>.ID) {
    self.loop = loop
    self.id = id
  }

  /// Keeps the timer from firing and releases its closure; does nothing when it fired or was
  /// cancelled.
  public func cancel() {
    loop.preconditionCurrent()
    loop.timers.remove(id)
    loop.nextTimer = loop.timers.earliest ?? .distantFuture
  }
}

private final class Sleeper: @unchecked Sendable {  // confined to its loop
  private let loop: EventLoop
  private var timer: LoopTimer?
  private var continuation: UnsafeContinuation<Bool, Never>?
  private var ended = false

  init(loop: EventLoop) { self.loop = loop }

  func begin(_ duration: Duration, _ continuation: UnsafeContinuation<Bool, Never>) {
    if ended { return continuation.resume(returning: false) }
    self.continuation = continuation
    timer = loop.schedule(after: duration) { self.end(completed: true) }
  }

  func end(completed: Bool) {
    guard !ended else { return }
    ended = true
    timer?.cancel()
    timer = nil
    continuation.take()?.resume(returning: completed)
  }
}
