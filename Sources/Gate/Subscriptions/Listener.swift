import JSON
import MCP
import Synchronization

/// One client that listens.
final class Listener: Sendable {
  /// A resource or a task that a client is told of.
  struct Item: Sendable, Hashable {
    /// The URI or the id that the client knows.
    var name: String
    var server: String
    /// The URI or the id that the server knows.
    var ownName: String
  }

  /// What a client is told of by itself.
  struct Items: Sendable {
    var resources: [Item] = []
    var tasks: [Item] = []

    var isEmpty: Bool { resources.isEmpty && tasks.isEmpty }
    var servers: Set<String> { Set((resources + tasks).map(\.server)) }
  }

  let group: ListenerGroup
  let lists: ListKinds
  /// At the beginning; policies that change take some away.
  let items: Items
  private let tell: @Sendable (ServerNotification) -> Void
  private let tellTask: @Sendable (_ state: JSONNode, _ task: Item) -> Void
  private let hasEnded = Atomic(false)

  init(
    in group: ListenerGroup, lists: ListKinds, items: Items,
    tell: @escaping @Sendable (ServerNotification) -> Void,
    tellTask: @escaping @Sendable (_ state: JSONNode, _ task: Item) -> Void
  ) {
    self.group = group
    self.lists = lists
    self.items = items
    self.tell = tell
    self.tellTask = tellTask
  }

  /// Tells the client, unless it has ended.
  func take(_ notification: ServerNotification) {
    if !hasEnded.load(ordering: .acquiring) { tell(notification) }
  }

  /// Has the client told of a task's state, as its server says it.
  func take(_ state: JSONNode, of task: Item) {
    if !hasEnded.load(ordering: .acquiring) { tellTask(state, task) }
  }

  /// Whether this is the first end.
  func end() -> Bool { !hasEnded.exchange(true, ordering: .acquiringAndReleasing) }
}
