import HTTP
import Reactor
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
  @Test("answers several requests on one connection, method, path, query and headers as sent")
  func keepAlive() async throws {
    let seen = Log<String>()
    try await TestServer.with { exchange in
      seen.append(
        "\(exchange.method) \(exchange.path) \(exchange.query ?? "-") \(exchange.header("x-a") ?? "-")"
      )
      exchange.respond(status: 200, headers: ["X-B": "c"], body: Array("hello".utf8))
    } _: { server in
      let client = try RawClient(port: server.port)
      for index in 0..<3 {
        try client.send("GET /a%2Fb?q=\(index)&r=%20 HTTP/1.1\r\nHost: h\r\nX-A:  v \r\n\r\n")
        let response = try client.receiveResponse()
        #expect(response.status == 200)
        #expect(String(decoding: response.body, as: UTF8.self) == "hello")
        #expect(response.head.contains("X-B: c\r\n"))
      }
      try client.send("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try client.receiveResponse().status == 200)
      try client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try client.receiveResponse().status == 200)
      #expect(
        seen.all == [
          "GET /a%2Fb q=0&r=%20 v", "GET /a%2Fb q=1&r=%20 v", "GET /a%2Fb q=2&r=%20 v",
          "BREW /pot - -", "OPTIONS * - -",
        ])
    }
  }

  @Test("answers pipelined requests in order, also when each answer comes later")
  func pipelining() async throws {
    try await TestServer.with { exchange in
      exchange.loop.spawn {
        try? await exchange.loop.sleep(for: .milliseconds(3))
        exchange.respond(status: 200, body: Array(exchange.path.utf8))
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
      for index in 0..<20 {
        #expect(try client.receiveResponse().body == Array("/\(index)".utf8))
      }
    }
  }

  @Test("HEAD gets the headers of the body but not the body")
  func head() async throws {
    try await TestServer.with { exchange in
      exchange.respond(status: 200, body: Array("12345".utf8))
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
      let head = try client.receive(through: "\r\n\r\n")
      #expect(head.lowercased().contains("content-length: 5\r\n"))
      #expect(try client.receiveResponse().body.count == 5)
    }
  }

  @Test("keeps duplicates of a header visible and in order")
  func duplicates() async throws {
    try await TestServer.with { exchange in
      let values = exchange.headerValues("X-Twice").joined(separator: ",")
      exchange.respond(status: 200, body: Array("\(values) \(exchange.headers.fields.count)".utf8))
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\nx-twice: 1\r\nA: b\r\nX-TWICE: 2\r\n\r\n")
      #expect(String(decoding: try client.receiveResponse().body, as: UTF8.self) == "1,2 4")
    }
  }

  @Test(
    "an exchange kept after its end still has its headers, and answering twice is harmless late")
  func keptExchange() async throws {
    let kept = Log<HTTPExchange>()
    try await TestServer.with { exchange in
      kept.append(exchange)
      exchange.respond(status: 204)
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("GET /kept HTTP/1.1\r\nHost: h\r\nX-A: long enough for the heap\r\n\r\n")
      #expect(try client.receiveResponse().status == 204)
      client.hangUp()
      #expect(await eventually { await server.connectionCount() == 0 })
      let exchange = kept.all[0]
      let value = await server.loop.perform { exchange.header("x-a") }
      #expect(value == "long enough for the heap")
      #expect(exchange.path == "/kept")
    }
  }

  @Test(
    "refuses what two parsers could read differently",
    arguments: [
      ("both lengths", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
      ("two lengths", "Content-Length: 3\r\nContent-Length: 3\r\n"),
      ("two unequal lengths", "Content-Length: 3\r\nContent-Length: 4\r\n"),
      ("a list of lengths", "Content-Length: 3, 3\r\n"),
      ("a signed length", "Content-Length: +3\r\n"),
      ("a length with letters", "Content-Length: 3a\r\n"),
      ("an empty length", "Content-Length: \r\n"),
      ("a huge length", "Content-Length: 99999999999999999999999\r\n"),
      ("another encoding", "Transfer-Encoding: gzip\r\n"),
      ("two encodings", "Transfer-Encoding: gzip, chunked\r\n"),
      ("two encoding fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
      ("an encoding with a vertical tab", "Transfer-Encoding: \u{b}chunked\r\n"),
      ("an encoding with a blank", "Transfer-Encoding: chunked \r\n"),
      ("a blank before the colon", "X-A : b\r\n"),
      ("a folded field", "X-A: b\r\n c\r\n"),
      ("a field folded at the start", " X-A: b\r\n"),
      ("a line feed alone", "X-A: b\nX-B: c\r\n"),
      ("a carriage return alone", "X-A: b\rX-B: c\r\n"),
      ("a zero byte in a value", "X-A: b\0c\r\n"),
      ("a zero byte in a name", "X-\0A: b\r\n"),
      ("a control byte in a value", "X-A: b\u{1}c\r\n"),
      ("no colon", "X-A\r\n"),
      ("an empty name", ": b\r\n"),
      ("a second host", "Host: other\r\n"),
    ])
  func ambiguous(_ name: String, _ fields: String) async throws {
    let handled = Log<String>()
    try await TestServer.with { exchange in
      handled.append(exchange.path)
      exchange.respond(status: 200)
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\nabc")
      let answer = String(decoding: try client.receiveAll(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty, "\(name): \(answer.prefix(40))")
      #expect(handled.all.isEmpty, "\(name)")
    }
  }

  @Test(
    "refuses malformed request lines",
    arguments: [
      "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET /a b HTTP/1.1", "GET /\u{1} HTTP/1.1",
      "GET / HTTP/2.0", "GET / http/1.1", "GET /", "G\0T / HTTP/1.1", "GET /\0 HTTP/1.1",
      "G(T / HTTP/1.1", " GET / HTTP/1.1", "GET",
    ])
  func requestLine(_ line: String) async throws {
    let handled = Log<String>()
    try await TestServer.with { exchange in
      handled.append(exchange.path)
      exchange.respond(status: 200)
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("\(line)\r\nHost: h\r\n\r\n")
      client.finishSending()
      let answer = String(decoding: try client.receiveAll(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5") || answer.isEmpty)
      #expect(handled.all.isEmpty)
    }
  }

  @Test("a head above its bound gets 431 or a closed connection, one below it passes")
  func headerBomb() async throws {
    try await TestServer.with { exchange in
      exchange.respond(status: 200)
    } _: { server in
      let small = try RawClient(port: server.port)
      let pad = String(repeating: "a", count: 12_000)
      try small.send("GET / HTTP/1.1\r\nHost: h\r\nX-A: \(pad)\r\n\r\n")
      #expect(try small.receiveResponse().status == 200)
      for count in [17_000, 40_000] {
        let client = try RawClient(port: server.port)
        let pad = String(repeating: "a", count: count)
        try client.send("GET / HTTP/1.1\r\nHost: h\r\nX-A: \(pad)\r\n\r\n")
        #expect(try client.receiveResponse().status == 431)
      }
      let many = try RawClient(port: server.port)
      let fields = (0..<3000).map { "x\($0): y\r\n" }.joined()
      try? many.send("GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
      #expect(try many.receiveResponse().status == 431)
    }
  }

  @Test("stops accepting, finishes what is under way, and then closes")
  func gracefulShutdown() async throws {
    let held = Log<HTTPExchange>()
    let server = try await TestServer.start { held.append($0) }
    let client = try RawClient(port: server.port)
    let idle = try RawClient(port: server.port)
    try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(await eventually { held.count == 1 })
    #expect(await eventually { await server.connectionCount() == 2 })
    async let done: Void = server.shutdown(deadline: .seconds(30))
    #expect(try idle.receiveAll().isEmpty)
    #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: server.port) }
    let exchange = held.all[0]
    await server.loop.perform { exchange.respond(status: 200, body: Array("late".utf8)) }
    let answer = String(decoding: try client.receiveAll(), as: UTF8.self)
    #expect(answer.hasSuffix("late"))
    #expect(answer.contains("Connection: close\r\n"))
    await done
    server.group.shutdown()
  }

  @Test("a shutdown past its deadline tells the handler that its client is gone")
  func forcedShutdown() async throws {
    let held = Log<HTTPExchange>()
    let gone = Log<String>()
    let server = try await TestServer.start { exchange in
      exchange.onDisconnect = { gone.append(exchange.path) }
      held.append(exchange)
    }
    let client = try RawClient(port: server.port)
    try client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(await eventually { held.count == 1 })
    await server.shutdown(deadline: .milliseconds(20))
    #expect(gone.all == ["/x"])
    #expect(try client.receiveAll().isEmpty)
    let exchange = held.all[0]
    await server.loop.perform { exchange.respond(status: 200) }
    server.group.shutdown()
  }
}
