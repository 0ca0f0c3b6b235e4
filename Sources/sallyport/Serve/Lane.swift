import Console
import Gate
import HTTP
import MCP
import Reactor

/// What one loop has of its own: a gate, and with HTTP a server and a client face.
final class Lane: @unchecked Sendable {  // confined to its loop, but for `gate.replace`
  let loop: EventLoop
  let gate: Gate
  private var server: HTTPServer?
  private var face: StreamableHTTPFace<Gate>?

  init(loop: EventLoop, gate: Gate) {
    self.loop = loop
    self.gate = gate
  }

  /// Serves a share of the connections of a port.
  func serve(
    _ socket: ListeningSocket, _ configuration: HTTPServer.Configuration,
    _ faceConfiguration: HTTPFaceConfiguration, sessions: SessionTable, console: Console,
    isReady: @escaping @Sendable () -> Bool
  ) throws(HTTPServerError) {
    let face = StreamableHTTPFace(
      loop: loop, handler: gate, sessions: sessions, configuration: faceConfiguration)
    self.face = face
    server = try HTTPServer(loop: loop, listening: socket, configuration: configuration) {
      exchange in
      switch exchange.path {
      case "/healthz": Self.answer(exchange, 200, "ok\n")
      case "/readyz":
        isReady()
          ? Self.answer(exchange, 200, "ready\n")
          : Self.answer(exchange, 503, "upstreams are being connected\n")
      case let path where Console.serves(path): console.serve(exchange)
      default: face.serve(exchange)
      }
    }
  }

  /// Stops accepting, and lets what is under way finish until the deadline. Any loop.
  func drain(deadline: Duration) async {
    await withUnsafeContinuation { (done: UnsafeContinuation<Void, Never>) in
      loop.spawn {
        self.server?.stopAccepting()
        await self.face?.drain(deadline: deadline)
        await self.server?.shutdown(deadline: .seconds(1))
        done.resume()
      }
    }
  }

  /// Ends what the stops in force cover: calls under way and streams. Any thread.
  /// - Returns: how many of each.
  func enforceStops() async -> (calls: Int, streams: Int) {
    let calls = await gate.enforceStops()
    let streams = await loop.perform { [self] in
      face?.endListening { gate.isStopped(callerKey: $0, at: $1) } ?? 0
    }
    return (calls, streams)
  }

  private static func answer(_ exchange: HTTPExchange, _ status: Int, _ text: String) {
    exchange.respond(
      status: status,
      headers: HTTPHeaders([HTTPField(name: "Content-Type", value: "text/plain; charset=utf-8")]),
      body: Array(text.utf8))
  }
}
