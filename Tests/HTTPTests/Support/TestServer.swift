import HTTP
import Reactor
import Synchronization

/// A server on a loop of its own thread, ended by `stop`.
final class TestServer: Sendable {
  let group: EventLoopGroup
  let server: Confined<HTTPServer>
  let port: UInt16

  var loop: EventLoop { group.loops[0] }

  private init(group: EventLoopGroup, server: Confined<HTTPServer>, port: UInt16) {
    self.group = group
    self.server = server
    self.port = port
  }

  static func start(
    _ configuration: HTTPServer.Configuration = HTTPServer.Configuration(),
    unixPath: String? = nil, handler: @escaping @Sendable (HTTPExchange) -> Void
  ) async throws -> TestServer {
    let group = try EventLoopGroup(count: 1)
    let loop = group.loops[0]
    let socket =
      if let unixPath {
        try ListeningSocket.unix(path: unixPath)
      } else {
        try ListeningSocket.tcp(host: "127.0.0.1", port: 0, reusePort: false)
      }
    let server = try await loop.perform { () throws(HTTPServerError) in
      Confined(
        try HTTPServer(
          loop: loop, listening: socket, configuration: configuration, handler: handler))
    }
    return TestServer(group: group, server: server, port: socket.port)
  }

  func stop() async {
    await shutdown(deadline: .zero)
    group.shutdown()
  }

  func shutdown(deadline: Duration) async {
    await withCheckedContinuation { continuation in
      let server = self.server
      loop.spawn {
        await server.value.shutdown(deadline: deadline)
        continuation.resume()
      }
    }
  }

  func connectionCount() async -> Int {
    let server = self.server
    return await loop.perform { server.value.connectionCount }
  }

  /// Runs `body` against a server and ends the server.
  static func with<T>(
    _ configuration: HTTPServer.Configuration = HTTPServer.Configuration(),
    unixPath: String? = nil,
    handler: @escaping @Sendable (HTTPExchange) -> Void,
    _ body: (TestServer) async throws -> T
  ) async throws -> T {
    let server = try await start(configuration, unixPath: unixPath, handler: handler)
    do {
      let result = try await body(server)
      await server.stop()
      return result
    } catch {
      await server.stop()
      throw error
    }
  }
}

/// A list that several threads append to.
final class Log<Element: Sendable>: Sendable {
  private let storage = Mutex<[Element]>([])

  func append(_ element: Element) { storage.withLock { $0.append(element) } }
  var all: [Element] { storage.withLock { $0 } }
  var count: Int { all.count }
}

/// Waits until a condition holds; false after ten seconds.
func eventually(_ condition: () async -> Bool) async -> Bool {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(10)
  while clock.now < deadline {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(2))
  }
  return await condition()
}
