public import HTTP
public import Reactor

/// The HTTP client of each loop. Immutable.
public struct HTTPClients: Sendable {
  private let byLoop: [ObjectIdentifier: HTTPClient]

  /// A client for each loop; no loop twice.
  public init(_ clients: [(loop: EventLoop, client: HTTPClient)]) {
    byLoop = Dictionary(
      uniqueKeysWithValues: clients.map { (ObjectIdentifier($0.loop), $0.client) })
  }

  subscript(loop: EventLoop) -> HTTPClient? { byLoop[ObjectIdentifier(loop)] }
}
