public import Reactor

/// What people order while the gateway runs: what stops, and who may do what until when. Any
/// thread.
public final class Orders: Sendable {
  /// What does not go on.
  public let stops: Stops

  /// Who may do what until when.
  public let grants: Grants

  /// None, and none is kept in a file.
  public init() {
    stops = Stops()
    grants = Grants([], in: nil, clock: .system)
  }

  /// Those of a file, which is made when it is not there. Blocks.
  /// - Parameter thread: where the file is written.
  public convenience init(path: String, thread: BlockingThread) throws(OrderError) {
    try self.init(path: path, thread: thread, clock: .system)
  }

  init(path: String, thread: BlockingThread, clock: OrderClock) throws(OrderError) {
    let store = try OrderStore(path: path)
    let file = OrderFile(store, thread: thread)
    stops = Stops(try store.stops(), in: file, clock: clock)
    grants = Grants(try store.grants(), in: file, clock: clock)
  }
}
