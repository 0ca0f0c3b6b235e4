import Synchronization

/// Counts how often a connection to a server was made, after which it may be another. Any thread.
final class ConnectionCount: Sendable {
  private let total = Atomic<Int>(0)

  /// How often.
  var count: Int { total.load(ordering: .acquiring) }

  func add() { total.add(1, ordering: .releasing) }
}

/// Of which connections of a server it is known who it is.
struct ServerIdentification: Sendable {
  private let connections: ConnectionCount
  private let known: Int

  /// - Parameter known: how many there had been when it was looked at.
  init(_ connections: ConnectionCount, known: Int) {
    self.connections = connections
    self.known = known
  }

  /// Whether it was looked at since its connection was made.
  var isCurrent: Bool { connections.count == known }
}
