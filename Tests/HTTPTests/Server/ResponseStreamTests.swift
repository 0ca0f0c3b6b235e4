import Glibc
import HTTP
import Reactor
import Testing

@Suite("Response streams and large responses")
struct ResponseStreamTests {
  @Test("pieces reach the client as they are written, without waiting for the end")
  func pieces() async throws {
    let streams = Log<HTTPResponseStream>()
    try await TestServer.with { exchange in
      streams.append(
        exchange.respondStream(status: 200, headers: ["Content-Type": "text/event-stream"]))
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      let head = try client.receive(through: "\r\n\r\n")
      #expect(head.contains("Transfer-Encoding: chunked\r\n"))
      #expect(head.contains("Content-Type: text/event-stream\r\n"))
      let stream = streams.all[0]
      for index in 0..<5 {
        let event = OutgoingBytes(Array("event \(index)".utf8))
        #expect(await server.loop.perform { stream.send(event) })
        #expect(try client.receive(through: "event \(index)\r\n").hasPrefix("7\r\n"))
      }
      await server.loop.perform { stream.finish() }
      #expect(try client.receive(through: "0\r\n\r\n") == "0\r\n\r\n")
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test("a slow reader makes the writer wait at the high-water mark, and gets every byte")
  func backPressure() async throws {
    let streams = Log<HTTPResponseStream>()
    let written = Log<Int>()
    let block = [UInt8](repeating: 66, count: 32 * 1024)
    let blocks = 400
    try await TestServer.with { exchange in
      let stream = exchange.respondStream(status: 200)
      streams.append(stream)
      exchange.loop.spawn {
        for index in 0..<blocks {
          do { try await stream.write(OutgoingBytes(block)) } catch { return }
          written.append(index)
        }
        stream.finish()
      }
    } _: { server in
      let client = try RawClient(port: server.port, receiveBuffer: 4096)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      let stream = try #require(await eventually { streams.count == 1 } ? streams.all[0] : nil)
      #expect(await eventually { await server.loop.perform { stream.bufferedBytes } > 64 * 1024 })
      #expect(await server.loop.perform { stream.bufferedBytes } <= 64 * 1024 + block.count)
      #expect(written.count < blocks)
      let refused = await server.loop.perform {
        stream.send(OutgoingBytes([UInt8](repeating: 1, count: 1 << 20)))
      }
      #expect(!refused)
      var total = 0
      while written.count < blocks || total < blocks * block.count {
        let bytes = try client.receive()
        total += bytes.count { $0 == 66 } - (bytes.isEmpty ? 1 : 0)
        if bytes.isEmpty { break }
      }
      #expect(total == blocks * block.count)
    }
  }

  @Test("large bodies arrive whole", arguments: [64 * 1024, 64 * 1024 + 1, 5_000_000])
  func large(_ count: Int) async throws {
    let body = RequestBodyTests.bytes(count)
    try await TestServer.with { exchange in
      exchange.respond(status: 200, body: body)
    } _: { server in
      let client = try RawClient(port: server.port)
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receiveResponse().body == body)
      }
    }
  }

  @Test("a body in pieces arrives whole, as a response and in a stream")
  func bodyInPieces() async throws {
    let parts = [3, 1_000_000, 20_000, 10, 300_000, 0, 1].map(RequestBodyTests.bytes)
    var body = OutgoingBytes()
    for part in parts { body.append(part) }
    let sent = body
    try await TestServer.with { exchange in
      if exchange.path == "/stream" {
        exchange.respondStream(status: 200).finish(sent)
      } else {
        exchange.respond(status: 200, body: sent)
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receiveResponse().body == Array(parts.joined()))
      }
      let old = try RawClient(port: server.port)
      try old.send("GET /stream HTTP/1.0\r\nHost: h\r\n\r\n")
      #expect(try old.receiveAll().suffix(sent.count) == Array(parts.joined()))
    }
  }

  @Test("HTTP/1.0 gets a stream that ends with the connection")
  func version10() async throws {
    try await TestServer.with { exchange in
      let stream = exchange.respondStream(status: 200)
      _ = stream.send(OutgoingBytes(Array("abc".utf8)))
      _ = stream.send(OutgoingBytes(Array("def".utf8)))
      stream.finish()
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n")
      let all = String(decoding: try client.receiveAll(), as: UTF8.self)
      #expect(all.hasSuffix("\r\n\r\nabcdef"))
    }
  }

  @Test("a Unix socket has mode 0600 and tells who connected")
  func unix() async throws {
    let path = "/tmp/sallyport-http-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
    defer { unlink(path) }
    try await TestServer.with(unixPath: path) { exchange in
      if case .unix(let uid, _, let pid) = exchange.peer {
        exchange.respond(status: 200, body: Array("\(uid) \(pid)".utf8))
      } else {
        exchange.respond(status: 500)
      }
    } _: { _ in
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      let client = try RawClient(unixPath: path)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      let body = String(decoding: try client.receiveResponse().body, as: UTF8.self)
      #expect(body == "\(getuid()) \(getpid())")
      #expect(throws: HTTPServerError.pathInUse(path)) {
        _ = try ListeningSocket.unix(path: path)
      }
    }
    // Left behind by a server that is gone: replaced.
    let again = try ListeningSocket.unix(path: path)
    close(again.fd)
  }
}
