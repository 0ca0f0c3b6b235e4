import MCP
import Synchronization

/// One client that listens.
final class Listener: Sendable {
  /// A resource that a client is told of.
  struct Resource: Sendable, Equatable {
    /// As the client knows it.
    var uri: String
    var server: String
    /// As the server knows it.
    var ownURI: String
  }

  let group: ListenerGroup
  let lists: ListKinds
  /// At the beginning; policies that change take some away.
  let resources: [Resource]
  private let tell: @Sendable (ServerNotification) -> Void
  private let hasEnded = Atomic(false)

  init(
    in group: ListenerGroup, lists: ListKinds, resources: [Resource],
    tell: @escaping @Sendable (ServerNotification) -> Void
  ) {
    self.group = group
    self.lists = lists
    self.resources = resources
    self.tell = tell
  }

  /// Tells the client, unless it has ended.
  func take(_ notification: ServerNotification) {
    if !hasEnded.load(ordering: .acquiring) { tell(notification) }
  }

  /// Whether this is the first end.
  func end() -> Bool { !hasEnded.exchange(true, ordering: .acquiringAndReleasing) }
}
