extension EventLoop {
  /// Queues a job of the Swift runtime: a task that starts or goes on. Any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      ready.append(.job(job))
    } else {
      inbox.leave(.job(job))
    }
  }

  /// This loop as the executor of actors and isolated code.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Makes `assumeIsolated` of an actor on this loop hold on its thread.
  public func checkIsolated() { preconditionCurrent() }

  /// True on the loop's thread.
  public func isIsolatingCurrentContext() -> Bool? { isCurrent }
}
