import HTTP
import Reactor
import TestSupport
import Testing

@Suite("Clients that hang up or dawdle")
struct HangUpTests {
  enum Way: CaseIterable { case close, halfClose, reset }

  @Test("a hang-up is noticed while the call is under way", arguments: Way.allCases)
  func whileSuspended(_ way: Way) async throws {
    let started = Log<Int>()
    let gone = Log<Int>()
    try await TestServer.with { exchange in
      exchange.onDisconnect = { gone.append(1) }
      started.append(1)
    } _: { server in
      // At once, and after the request was taken out of the library's hands.
      for pause in [Duration.zero, .milliseconds(30)] {
        let before = gone.count
        let client = try RawClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(await eventually { started.count == before + 1 })
        try await Task.sleep(for: pause)
        #expect(gone.count == before)
        switch way {
        case .close: client.hangUp()
        case .halfClose: client.finishSending()
        case .reset: client.reset()
        }
        #expect(await eventually { gone.count == before + 1 })
        #expect(await eventually { await server.connectionCount() == 0 })
      }
      #expect(gone.count == 2)
    }
  }

  @Test("whoever leaves at whatever byte, each handler is told at most once and nothing stays open")
  func leavesAnywhere() async throws {
    let exchanges = Log<HTTPExchange>()
    let gone = Log<ObjectIdentifier>()
    try await TestServer.with { exchange in
      exchanges.append(exchange)
      exchange.onDisconnect = { gone.append(ObjectIdentifier(exchange)) }
      exchange.loop.spawn {
        let body = try? await exchange.readBody(limit: 1000)
        if exchange.path == "/c" { try? await exchange.loop.sleep(for: .milliseconds(2)) }
        exchange.respond(status: 200, body: body ?? [])
      }
    } _: { server in
      var random = SeededGenerator(seed: 4711)
      let text = Array(ServerMachineTests.requests.map(\.text).joined().utf8)
      for _ in 0..<150 {
        let client = try RawClient(port: server.port)
        var rest = text.prefix(Int(random.next() % UInt64(text.count + 1)))
        while !rest.isEmpty {
          let piece = rest.prefix(1 + Int(random.next() % 400))
          // The server may have closed already, as it does after a stream to an old client.
          guard (try? client.send(Array(piece))) != nil else { break }
          rest = rest.dropFirst(piece.count)
        }
        switch random.next() % 3 {
        case 0: client.hangUp()
        case 1: client.reset()
        default: client.finishSending()
        }
      }
      #expect(await eventually { await server.connectionCount() == 0 })
      #expect(await server.loop.perform { exchanges.all.allSatisfy(\.hasEnded) })
      #expect(Set(gone.all).count == gone.count)
      #expect(exchanges.count > 100)
    }
  }

  @Test("no disconnect is reported after the response was sent")
  func afterResponse() async throws {
    let gone = Log<Int>()
    try await TestServer.with { exchange in
      exchange.onDisconnect = { gone.append(1) }
      exchange.loop.spawn {
        try? await exchange.loop.sleep(for: .milliseconds(15))
        exchange.respond(status: 200)
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      for _ in 0..<3 {
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receiveResponse().status == 200)
      }
      client.hangUp()
      #expect(await eventually { await server.connectionCount() == 0 })
      #expect(gone.count == 0)
    }
  }

  @Test("a stream ends when its client hangs up")
  func stream() async throws {
    let gone = Log<Int>()
    let streams = Log<HTTPResponseStream>()
    try await TestServer.with { exchange in
      exchange.onDisconnect = { gone.append(1) }
      let stream = exchange.respondStream(status: 200)
      _ = stream.send(OutgoingBytes(Array("hello".utf8)))
      streams.append(stream)
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      _ = try client.receive(through: "hello")
      client.hangUp()
      #expect(await eventually { gone.count == 1 })
      let stream = streams.all[0]
      #expect(await server.loop.perform { stream.send(OutgoingBytes([1])) } == false)
    }
  }

  static func impatient() -> HTTPServer.Configuration {
    var configuration = HTTPServer.Configuration()
    configuration.limits.headTimeout = .milliseconds(100)
    configuration.limits.idleTimeout = .milliseconds(100)
    configuration.limits.transferTimeout = .milliseconds(100)
    configuration.limits.bytesPerSecond = 1 << 20
    return configuration
  }

  @Test(
    "a connection that never completes a head is closed, also when it dribbles",
    arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: h\r\n"])
  func slowHead(_ start: String) async throws {
    try await TestServer.with(Self.impatient()) { exchange in
      exchange.respond(status: 200)
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send(start)
      #expect(
        await eventually {
          try? client.send("x")
          return await server.connectionCount() == 0
        })
    }
  }

  @Test("an idle connection is closed")
  func idle() async throws {
    try await TestServer.with(Self.impatient()) { exchange in
      exchange.respond(status: 200)
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try client.receiveResponse().status == 200)
      #expect(try client.receiveAll().isEmpty)
    }
  }

  @Test("a body that comes too slowly times out its reader")
  func slowBody() async throws {
    let errors = Log<HTTPExchangeError>()
    try await TestServer.with(Self.impatient()) { exchange in
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
      #expect(try client.receiveAll().isEmpty)
      #expect(await eventually { errors.all == [.timedOut] })
    }
  }

  @Test("a call may take longer than every timeout for clients")
  func slowHandler() async throws {
    try await TestServer.with(Self.impatient()) { exchange in
      exchange.loop.spawn {
        try? await exchange.loop.sleep(for: .milliseconds(400))
        exchange.respond(status: 200)
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try client.receiveResponse().status == 200)
    }
  }

  @Test("a client that does not read its response is cut off")
  func slowReader() async throws {
    let gone = Log<Int>()
    try await TestServer.with(Self.impatient()) { exchange in
      exchange.onDisconnect = { gone.append(1) }
      exchange.respond(status: 200, body: [UInt8](repeating: 65, count: 32 << 20))
    } _: { server in
      let client = try RawClient(port: server.port, receiveBuffer: 4096)
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(await eventually { gone.count == 1 })
    }
  }
}
