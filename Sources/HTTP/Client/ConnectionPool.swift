internal import Glibc
internal import Reactor

/// The plain-text connections to one origin, and the requests that wait for one. Confined to its
/// loop.
final class ConnectionPool {
  let origin: Origin
  unowned let client: HTTPClient
  private var idle: [PlainConnection] = []
  private(set) var count = 0
  private var waiting: [HTTPTransfer] = []

  init(_ origin: Origin, client: HTTPClient) {
    self.origin = origin
    self.client = client
  }

  var isEmpty: Bool { count == 0 && waiting.isEmpty }

  /// Sends on an idle connection, on a new one, or when there is room.
  func take(_ transfer: HTTPTransfer, fresh: Bool = false) {
    while !fresh, let connection = idle.popLast() {
      if connection.isUsable {
        connection.start(transfer, isReused: true)
        return
      }
      connection.close()
    }
    transfer.startConnecting()
    if count < client.configuration.connectionsPerOrigin {
      connect(transfer)
    } else if waiting.count < client.configuration.waitingPerOrigin {
      waiting.append(transfer)
    } else if waiting.contains(where: \.hasEnded) {
      waiting.removeAll(where: \.hasEnded)
      waiting.append(transfer)
    } else {
      transfer.fail(.poolExhausted(limit: client.configuration.waitingPerOrigin))
    }
  }

  private func connect(_ transfer: HTTPTransfer) {
    count += 1
    let connection = PlainConnection(self, transfer)
    if let path = origin.unixPath {
      connection.connect(unixPath: path)
    } else if let address = NameResolver.known(origin.host, port: origin.port) {
      connect(connection, .success([address]))
    } else {
      let (host, port) = (origin.host, origin.port)
      client.loop.spawnConfined { [resolver = client.resolver] in
        self.connect(connection, await resolver.resolve(host, port: port))
      }
    }
  }

  private func connect(
    _ connection: PlainConnection, _ addresses: Result<[SocketAddress], HTTPClientError>
  ) {
    switch addresses {
    case .success(let addresses):
      let refused = addresses.first { !AddressPolicy.isPublic($0.bytes) }
      if origin.refusesPrivateAddresses, let refused {
        connection.fail(.refusedAddress(host: origin.host, address: refused.text))
      } else {
        connection.connect(addresses)
      }
    case .failure(let error): connection.fail(error)
    }
  }

  /// A connection finished its exchange and may carry another.
  func giveBack(_ connection: PlainConnection) {
    while let transfer = nextWaiting() {
      connection.start(transfer, isReused: true)
      return
    }
    guard idle.count < client.configuration.idlePerOrigin else {
      connection.close()
      return
    }
    connection.rest(client.idleNanoseconds)
    idle.append(connection)
  }

  func closed(_ connection: PlainConnection) {
    count -= 1
    if let index = idle.firstIndex(where: { $0 === connection }) { idle.remove(at: index) }
    if count < client.configuration.connectionsPerOrigin, let transfer = nextWaiting() {
      connect(transfer)
    }
  }

  private func nextWaiting() -> HTTPTransfer? {
    while !waiting.isEmpty {
      let transfer = waiting.removeFirst()
      if !transfer.hasEnded { return transfer }
    }
    return nil
  }

  func closeIdle() {
    let connections = idle
    idle = []
    for connection in connections { connection.close() }
  }
}
