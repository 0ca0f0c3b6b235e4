public import HTTP
public import Reactor

/// The HTTP client of each loop. Immutable.
public struct HTTPClients: Sendable {
  /// Few, so they are looked through.
  private let clients: [HTTPClient]

  /// A client for each loop; no loop twice.
  public init(_ clients: [(loop: EventLoop, client: HTTPClient)]) {
    self.clients = clients.map(\.client)
    precondition(clients.allSatisfy { $0.loop === $0.client.loop }, "a client of another loop")
  }

  subscript(loop: EventLoop) -> HTTPClient? {
    for client in clients where client.loop === loop { return client }
    return nil
  }
}
