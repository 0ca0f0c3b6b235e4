import HTTP
import Reactor
import Testing

@Suite("Request bodies")
struct RequestBodyTests {
  /// Answers with the length and a checksum of the body, or with the error.
  static let measure: @Sendable (HTTPExchange) -> Void = { exchange in
    exchange.loop.spawn {
      do throws(HTTPExchangeError) {
        let body = try await exchange.readBody(limit: 10 << 20)
        exchange.respond(status: 200, body: Array("\(body.count) \(checksum(body))".utf8))
      } catch {
        switch error {
        case .tooLarge: exchange.respond(status: 413, body: Array("too large".utf8))
        default: exchange.respond(status: 400, body: Array("\(error)".utf8))
        }
      }
    }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }

  static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
  }

  @Test("reads bodies of every size with a length", arguments: [1, 100, 20_000, 70_000, 3_000_000])
  func withLength(_ count: Int) async throws {
    try await TestServer.with(handler: Self.measure) { server in
      let client = try RawClient(port: server.port)
      let body = Self.bytes(count)
      for _ in 0..<2 {
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n")
        try client.send(body)
        let answer = String(decoding: try client.receiveResponse().body, as: UTF8.self)
        #expect(answer == "\(count) \(Self.checksum(body))")
      }
    }
  }

  @Test("reads chunked bodies, also byte by byte")
  func chunked() async throws {
    try await TestServer.with(handler: Self.measure) { server in
      let client = try RawClient(port: server.port)
      let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      let expected = "11 \(Self.checksum(Array("hello world".utf8)))"
      try client.send(head + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: t\r\n\r\n")
      #expect(String(decoding: try client.receiveResponse().body, as: UTF8.self) == expected)
      for byte in Array((head + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n").utf8) {
        try client.send([byte])
      }
      #expect(String(decoding: try client.receiveResponse().body, as: UTF8.self) == expected)
    }
  }

  @Test("an eleven megabyte body gets 413, and the connection lives on")
  func tooLarge() async throws {
    try await TestServer.with(handler: Self.measure) { server in
      let client = try RawClient(port: server.port)
      let count = 11 << 20
      try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n")
      try client.send([UInt8](repeating: 1, count: count))
      #expect(try client.receiveResponse().status == 413)
      try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx")
      #expect(try client.receiveResponse().status == 200)
    }
  }

  @Test("a chunked body that grows beyond the bound gets 413")
  func chunkedTooLarge() async throws {
    try await TestServer.with(handler: Self.measure) { server in
      let client = try RawClient(port: server.port)
      try client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 1, count: 1 << 20) + [13, 10]
      for _ in 0..<11 { try client.send(chunk) }
      try client.send("0\r\n\r\n")
      #expect(try client.receiveResponse().status == 413)
    }
  }

  @Test("a client that asks first is refused without sending its body")
  func expectContinue() async throws {
    try await TestServer.with(handler: Self.measure) { server in
      let client = try RawClient(port: server.port)
      try client.send(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11000000\r\nExpect: 100-continue\r\n\r\n")
      #expect(try client.receiveResponse().status == 413)
      let other = try RawClient(port: server.port)
      try other.send(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n")
      #expect(try other.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
      try other.send("abc")
      #expect(try other.receiveResponse().status == 200)
    }
  }

  @Test("an answer before the body is read reaches the client")
  func earlyAnswer() async throws {
    try await TestServer.with { exchange in
      exchange.respond(status: 401, body: Array("who?".utf8))
    } _: { server in
      for count in [10, 60_000, 2_000_000] {
        let client = try RawClient(port: server.port)
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n")
        try client.send([UInt8](repeating: 1, count: count))
        #expect(try client.receiveResponse().status == 401)
      }
    }
  }

  @Test("a body that nobody reads makes the client wait, and reading goes on where it stopped")
  func backPressure() async throws {
    let held = Log<HTTPExchange>()
    var configuration = HTTPServer.Configuration()
    configuration.limits.bodyBytes = 64 << 20
    try await TestServer.with(configuration) { exchange in
      held.append(exchange)
      exchange.loop.spawn {
        // One chunk shows that the body is wanted; then nobody reads until the test says so.
        _ = try? await exchange.readChunk()
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      let count = 48 << 20
      try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n")
      let block = [UInt8](repeating: 7, count: 64 * 1024)
      var sent = 0
      var stalls = 0
      while sent < count, stalls < 200 {
        let taken = client.sendSome(Array(block.prefix(count - sent)))
        if taken > 0 {
          sent += taken
          stalls = 0
        } else {
          stalls += 1
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      #expect(sent < count, "the server took everything although nobody read")
      let exchange = held.all[0]
      server.loop.spawn {
        var total = 0
        while let chunk = try? await exchange.readChunk() { total += chunk.count }
        exchange.respond(status: 200, body: Array("\(total)".utf8))
      }
      while sent < count {
        let taken = client.sendSome(Array(block.prefix(count - sent)))
        if taken > 0 { sent += taken } else { await Task.yield() }
      }
      let total = Int(String(decoding: try client.receiveResponse().body, as: UTF8.self)) ?? 0
      #expect(total <= count && total >= count - (1 << 20))
    }
  }

  @Test("a client that stops in the middle of its body is a disconnect for the reader")
  func brokenBody() async throws {
    let errors = Log<HTTPExchangeError>()
    let gone = Log<Int>()
    try await TestServer.with { exchange in
      exchange.onDisconnect = { gone.append(1) }
      exchange.loop.spawn {
        do throws(HTTPExchangeError) {
          _ = try await exchange.readBody(limit: 1000)
        } catch {
          errors.append(error)
        }
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc")
      client.hangUp()
      #expect(await eventually { errors.count == 1 && gone.count == 1 })
      #expect(errors.all == [.disconnected])
    }
  }
}
