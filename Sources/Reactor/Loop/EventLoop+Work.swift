extension EventLoop {
  /// Runs `body` on this loop, after the work queued before. Any thread; on the loop's own thread
  /// it costs an append to an array: no lock, no system call.
  public func execute(_ body: @escaping @Sendable () -> Void) {
    queue(.body(body))
  }

  /// As `execute`, on the loop's thread only: `body` may hold what belongs to the loop.
  public func executeConfined(_ body: @escaping () -> Void) {
    preconditionCurrent()
    ready.append(.body(body))
  }

  /// Starts a task that stays on this loop, also after each `await` of code that has no executor of
  /// its own; its child tasks do too. It starts after the work queued before. Any thread.
  ///
  /// A plain `Task {}` would leave the loop for the global pool.
  @discardableResult
  public func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    Task(executorPreference: self, operation: body)
  }

  /// As `spawn`, on the loop's thread only: `body` may hold what belongs to the loop.
  @discardableResult
  public func spawnConfined(_ body: @escaping () async -> Void) -> Task<Void, Never> {
    preconditionCurrent()
    let confined = Confined(body)
    return Task(executorPreference: self) { await confined.value() }
  }

  /// Runs `body` on this loop and returns what it gives: for tests, start-up and other loops. Any
  /// thread.
  public func perform<T: Sendable, E: Error>(
    _ body: @escaping @Sendable () throws(E) -> T
  ) async throws(E) -> T {
    let result: Result<T, E> = await withUnsafeContinuation { continuation in
      execute {
        do throws(E) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}

/// A value that never leaves the thread of one loop, for closures that must be Sendable and are run
/// on that loop.
public struct Confined<Value>: @unchecked Sendable {  // made and used on one loop's thread
  /// The value. Read it on the loop it was made on.
  public let value: Value

  /// Wraps a value of the current loop.
  public init(_ value: Value) {
    self.value = value
  }
}
