extension EventLoop {
  /// Queues a job of a task that prefers this loop: one that starts or goes on. Any thread.
  public func enqueue(_ job: consuming ExecutorJob) { queue(.job(UnownedJob(job))) }

  /// This loop as the executor of actors and what is isolated to them. Valid as long as the loop.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: actors)
  }

  func queue(_ work: consuming sending Work) {
    if isCurrent {
      ready.append(work)
    } else {
      inbox.leave(work)
    }
  }
}

/// A loop as the executor of actors.
///
/// It is another object than the loop because their jobs are run differently. A task that finds
/// itself on the executor of some actor, where it belongs to none, leaves it at its first step: it
/// would be queued twice each time that it goes on.
final class ActorExecutor: SerialExecutor, @unchecked Sendable {  // `loop` is set once, at creation
  unowned var loop: EventLoop?

  func enqueue(_ job: consuming ExecutorJob) { loop?.queue(.isolatedJob(UnownedJob(job))) }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Makes `assumeIsolated` of an actor on this loop hold on its thread.
  func checkIsolated() {
    precondition(loop?.isCurrent == true, "must be called on the thread of its event loop")
  }

  func isIsolatingCurrentContext() -> Bool? { loop?.isCurrent }
}
