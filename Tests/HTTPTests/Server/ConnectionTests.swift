import HTTP
import Reactor
import Testing

@Suite("Server connections")
struct ConnectionTests {
  @Test("an upload in chunks is refused while the client is still sending")
  func earlyRefusal() async throws {
    var configuration = HTTPServer.Configuration()
    configuration.limits.bodyBytes = 1000
    try await TestServer.with(configuration, handler: RequestBodyTests.measure) { server in
      let client = try RawClient(port: server.port)
      try client.send(RequestTable.chunked("3e9\r\n" + String(repeating: "x", count: 1001)))
      #expect(try client.receiveResponse().status == 413)
      try client.send("\r\n0\r\n\r\n" + RequestTable.post("Content-Length: 1") + "x")
      #expect(try client.receiveResponse().status == 200)
    }
  }

  @Test("a chunk that is none is answered with 400, and its reader sees a disconnect")
  func malformedChunk() async throws {
    let errors = Log<HTTPExchangeError>()
    try await TestServer.with { exchange in
      exchange.loop.spawn {
        do throws(HTTPExchangeError) {
          _ = try await exchange.readBody(limit: 1000)
        } catch {
          errors.append(error)
          exchange.respond(status: 500)
        }
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send(RequestTable.chunked("1\r\na\r\n"))
      try client.send("x\r\n")
      let answer = String(decoding: try client.receiveAll(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 400 "))
      #expect(await eventually { errors.all == [.disconnected] })
    }
  }

  @Test("says when it closes: after a malformed request, to old clients, and when asked to")
  func persistence() async throws {
    try await TestServer.with {
      $0.respond(status: 200, body: Array("body".utf8))
    } _: { server in
      let rows: [(String, String, closes: Bool)] = [
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 200", true),
        ("GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200", true),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "HTTP/1.1 200", false),
        ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400", true),
        ("GET / HTTP/3.0\r\n\r\n", "HTTP/1.1 505", true),
      ]
      for row in rows {
        let client = try RawClient(port: server.port)
        try client.send(row.0)
        let response = try client.receiveResponse()
        #expect(response.head.hasPrefix(row.1))
        #expect(response.head.contains("Connection: close\r\n") == row.closes)
        if row.closes {
          #expect(try client.receiveAll().isEmpty)
        } else {
          try client.send(row.0)
          #expect(try client.receiveResponse().status == 200)
        }
      }
    }
  }

  @Test("every response is dated")
  func date() async throws {
    try await TestServer.with {
      $0.respond(status: 204, headers: ["Date": "never"])
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send(RequestTable.get)
      let head = try client.receive(through: "\r\n\r\n")
      let lines = head.split(separator: "\r\n").filter { $0.hasPrefix("Date: ") }
      #expect(lines.count == 1)
      #expect(lines[0].hasSuffix(" GMT") && lines[0].utf8.count == 35)
      #expect(!head.lowercased().contains("content-length"))
    }
  }

  @Test("HEAD gets the head of a stream and nothing of its body")
  func headOfStream() async throws {
    try await TestServer.with { exchange in
      let stream = exchange.respondStream(status: 200)
      _ = stream.send(OutgoingBytes([UInt8](repeating: 65, count: 300_000)))
      stream.finish()
    } _: { server in
      let client = try RawClient(port: server.port)
      for _ in 0..<2 {
        try client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
        let head = try client.receive(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(head.contains("Transfer-Encoding: chunked\r\n"))
      }
    }
  }

  @Test("connections beyond the bound wait until one closes")
  func bound() async throws {
    var configuration = HTTPServer.Configuration()
    configuration.limits.connections = 2
    try await TestServer.with(configuration) {
      $0.respond(status: 200)
    } _: { server in
      let first = try RawClient(port: server.port)
      let second = try RawClient(port: server.port)
      for client in [first, second] {
        try client.send(RequestTable.get)
        #expect(try client.receiveResponse().status == 200)
      }
      let third = try RawClient(port: server.port)
      try third.send(RequestTable.get)
      try await Task.sleep(for: .milliseconds(30))
      #expect(await server.connectionCount() == 2)
      first.hangUp()
      #expect(try third.receiveResponse().status == 200)
    }
  }

  @Test("many requests at once are answered in order, and bytes after them are kept")
  func manyPipelined() async throws {
    try await TestServer.with {
      $0.respond(status: 200, body: Array($0.path.utf8))
    } _: { server in
      let client = try RawClient(port: server.port)
      let count = 3000
      let text = (0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
      try client.send(text + "GET /last")
      for index in 0..<count {
        #expect(try client.receiveResponse().body == Array("/\(index)".utf8))
      }
      try client.send(" HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try client.receiveResponse().body == Array("/last".utf8))
    }
  }

  @Test("a client that goes on sending after its last answer is cut off in the end")
  func linger() async throws {
    var configuration = HTTPServer.Configuration()
    configuration.limits.drainBytes = 1 << 20
    try await TestServer.with(configuration) {
      $0.respond(status: 200)
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("nonsense\r\n\r\n")
      #expect(try client.receiveResponse().status == 400)
      let block = [UInt8](repeating: 7, count: 64 * 1024)
      #expect(throws: RawClient.Failure.self) {
        for _ in 0..<1000 { try client.send(block) }
      }
      #expect(await eventually { await server.connectionCount() == 0 })
    }
  }

  @Test("a client that never shakes hands is cut off, one that speaks no TLS at once")
  func handshake() async throws {
    guard let files = TestCertificate.files else {
      print("skipped: no openssl command to make a certificate with")
      return
    }
    var configuration = HangUpTests.impatient()
    configuration.tls = files
    try await TestServer.with(configuration) {
      $0.respond(status: 200)
    } _: { server in
      let silent = try RawClient(port: server.port)
      let plain = try RawClient(port: server.port)
      try plain.send(RequestTable.get)
      let answer = try plain.receiveAll()
      #expect(answer.first != 72, "plain text was answered in plain text")
      #expect(try silent.receiveAll().isEmpty)
      #expect(await eventually { await server.connectionCount() == 0 })
    }
  }
}
