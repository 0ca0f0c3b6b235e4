import Reactor

/// The file of orders, written on one thread.
final class OrderFile: Sendable {
  private let thread: BlockingThread
  private let store: Confined<OrderStore>

  init(_ store: OrderStore, thread: BlockingThread) {
    self.store = Confined(store)
    self.thread = thread
  }

  /// Changes the file. What `body` did is durable when this returns.
  func write(
    _ body: @escaping @Sendable (OrderStore) throws(OrderError) -> Void
  ) async throws(OrderError) {
    try await thread.run { [store] () throws(OrderError) in try body(store.value) }
  }
}
