/// What a client listens for beyond its requests (MCP 2026-07-28, basic/patterns/subscriptions).
public struct SubscriptionFilter: Sendable, Equatable {
  /// The lists whose changes are wanted.
  public var lists: Set<ListKind> = []
  /// The resources whose updates are wanted, by the URIs that the client knows.
  public var resources: [String] = []
  /// The tasks whose state is wanted, by the ids that the client knows.
  public var tasks: [String] = []

  /// Nothing is wanted.
  public var isEmpty: Bool { lists.isEmpty && resources.isEmpty && tasks.isEmpty }

  /// A filter.
  public init(lists: Set<ListKind> = [], resources: [String] = [], tasks: [String] = []) {
    self.lists = lists
    self.resources = resources
    self.tasks = tasks
  }
}

/// Something that a client who listens is told; of no era.
public enum ServerNotification: Sendable {
  /// A list changed as far as this client can see it.
  case listChanged(ListKind)
  /// A resource changed: its URI as the client knows it.
  case resourceUpdated(uri: String)
  /// A task's state: the JSON text of the whole `params`, without a subscription's id.
  case task(params: [UInt8])
}

/// A client that listens, until `end` is called.
public final class Listening: Sendable {
  /// What of the wish is honoured.
  public let honoured: SubscriptionFilter
  private let onEnd: @Sendable () -> Void

  /// `onEnd` is called when nobody listens any more.
  public init(honoured: SubscriptionFilter, onEnd: @escaping @Sendable () -> Void) {
    self.honoured = honoured
    self.onEnd = onEnd
  }

  /// Nothing is told after this. Any thread; once.
  public func end() { onEnd() }
}
