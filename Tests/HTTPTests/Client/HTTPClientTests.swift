import HTTP
import Reactor
import Testing

@Suite("HTTP client, plain text")
struct HTTPClientTests {
  @Test("sends method, target, fields and body, and reads the response")
  func roundTrip() async throws {
    try await TestServer.with { exchange in
      exchange.loop.spawn {
        let body = (try? await exchange.readBody(limit: 1 << 20)) ?? []
        let fields = exchange.headers.fields.map { "\($0.name)=\($0.value)" }
        let text =
          "\(exchange.method) \(exchange.path)?\(exchange.query ?? "") "
          + "\(fields.joined(separator: ";")) \(body.count)"
        exchange.respond(status: 201, headers: ["X-A": "b"], body: Array(text.utf8))
      }
    } _: { server in
      let client = try await TestClient()
      var request = HTTPClientRequest(
        method: "POST", url: try HTTPURL("http://127.0.0.1:\(server.port)/p?q=1#f"),
        headers: ["Accept": "*/*", "connection": "close", "CONTENT-LENGTH": "7"],
        body: Array("hello".utf8))
      for size in [5, 16 * 1024, 16 * 1024 + 1, 600_000] {
        request.body = [UInt8](repeating: 1, count: size)
        let answer = try await client.ask(request).get()
        #expect(answer.status == 201)
        #expect(answer.headers["x-A"] == "b")
        #expect(
          answer.text
            == "POST /p?q=1 Host=127.0.0.1:\(server.port);Accept=*/*;Content-Length=\(size) \(size)"
        )
      }
      #expect(await client.connectionCount() == 1)
    }
  }

  @Test("gives a body that has come without waiting, within its bound")
  func collected() async throws {
    try await TestServer.with { exchange in
      exchange.respond(
        status: 200, headers: ["Content-Type": "text/plain"], body: Array("hello".utf8))
    } _: { server in
      let client = try await TestClient()
      let url = try HTTPURL("http://127.0.0.1:\(server.port)/")
      for (limit, expected) in [
        (5, .success(Array("hello".utf8))), (4, .failure(.bodyTooLarge(limit: 4))),
      ] as [(Int, Result<[UInt8]?, HTTPClientError>)] {
        let collected = await client.run { client throws(HTTPClientError) -> [UInt8]? in
          let response = try await client.send(HTTPClientRequest(url: url))
          #expect(response.withHeader("content-TYPE") { $0.count } == 10)
          #expect(response.withHeader("Content-Typ") { $0.count } == nil)
          for _ in 0..<1000 {
            if let body = try response.collected(limit: limit) { return body }
            try? await client.loop.sleep(for: .milliseconds(1))
          }
          return nil
        }
        #expect(collected == expected)
      }
    }
  }

  @Test("a template's fields come first, and stay when its request becomes another")
  func template() async throws {
    try await TestServer.with { exchange in
      let fields = exchange.headers.fields.filter { $0.name != "Host" }.map(\.name)
      exchange.respond(
        status: 200,
        body: Array("\(exchange.method) \(exchange.path) \(fields.joined(separator: ","))".utf8))
    } _: { server in
      let client = try await TestClient()
      let url = try HTTPURL("http://127.0.0.1:\(server.port)/a")
      let template = try HTTPRequestTemplate(
        HTTPClientRequest(method: "GET", url: url, headers: ["A": "1", "B": "2"]))
      var request = HTTPClientRequest(template, headers: ["C": "3"], body: [])
      #expect(try await client.ask(request).get().text == "GET /a A,B,C")
      request.maxBufferedBytes = 1
      #expect(try await client.ask(request).get().text == "GET /a A,B,C")
      request.url = try HTTPURL("http://127.0.0.1:\(server.port)/b")
      #expect(try await client.ask(request).get().text == "GET /b A,B,C")
      #expect(
        throws: HTTPRequestError.invalidField(name: "D"),
        performing: { try HTTPRequestTemplate(HTTPClientRequest(url: url, headers: ["D": "\r"])) })
    }
  }

  @Test("streams a response piece by piece")
  func streams() async throws {
    try await TestServer.with { exchange in
      exchange.loop.spawn {
        let stream = exchange.respondStream(status: 200)
        for index in 0..<1000 {
          let piece = OutgoingBytes(Array("piece \(index)\n".utf8))
          guard (try? await stream.write(piece)) != nil else { return }
        }
        stream.finish()
      }
    } _: { server in
      let client = try await TestClient()
      let answer = try await client.ask(
        HTTPClientRequest(url: try HTTPURL("http://127.0.0.1:\(server.port)/"))
      ).get()
      #expect(answer.text == (0..<1000).map { "piece \($0)\n" }.joined())
    }
  }

  @Test(
    "the rest of a body is collected whole, with a length and without, after what was read of it",
    arguments: [1, 300_000, 5_000_000], ["/length", "/chunks"])
  func collectsRest(count: Int, path: String) async throws {
    let body = RequestBodyTests.bytes(count)
    try await TestServer.with { exchange in
      if exchange.path == "/length" {
        exchange.respond(status: 200, body: body)
      } else {
        exchange.respondStream(status: 200).finish(OutgoingBytes(body))
      }
    } _: { server in
      let client = try await TestClient()
      let url = try HTTPURL("http://127.0.0.1:\(server.port)\(path)")
      for readsFirst in [false, true] {
        let read = await client.run { client throws(HTTPClientError) -> [UInt8] in
          let response = try await client.send(HTTPClientRequest(url: url))
          let first = readsFirst ? try await response.nextChunk() ?? [] : []
          // What comes meanwhile fills the buffer, and the server waits.
          try? await client.loop.sleep(for: .milliseconds(20))
          return first + (try await response.collect(limit: count))
        }
        #expect(try read.get() == body)
        let refused = await client.run { client throws(HTTPClientError) -> [UInt8] in
          let response = try await client.send(HTTPClientRequest(url: url))
          return try await response.collect(limit: count - 1)
        }
        #expect(refused == .failure(.bodyTooLarge(limit: count - 1)))
      }
    }
  }

  @Test("a slow reader makes the server wait, and gets every byte")
  func backPressure() async throws {
    let streams = Log<HTTPResponseStream>()
    let total = 32 << 20
    try await TestServer.with { exchange in
      exchange.loop.spawn {
        let stream = exchange.respondStream(status: 200)
        streams.append(stream)
        for _ in 0..<(total >> 16) {
          let piece = OutgoingBytes([UInt8](repeating: 9, count: 1 << 16))
          guard (try? await stream.write(piece)) != nil else {
            return
          }
        }
        stream.finish()
      }
    } _: { server in
      let client = try await TestClient()
      let url = try HTTPURL("http://127.0.0.1:\(server.port)/")
      let read = await client.run { client throws(HTTPClientError) -> Int in
        let response = try await client.send(HTTPClientRequest(url: url))
        // Nobody reads: the server's stream must fill up and stay so.
        _ = await eventually {
          await server.loop.perform { (streams.all.first?.bufferedBytes ?? 0) > 64 * 1024 }
        }
        var count = 0
        while let chunk = try await response.nextChunk() {
          guard chunk.count <= 512 * 1024 else { return -chunk.count }
          count += chunk.count
        }
        return count
      }
      #expect(try read.get() == total)
    }
  }

  @Test("cancelling the task closes the connection, before and after the head")
  func cancellation() async throws {
    let gone = Log<String>()
    try await TestServer.with { exchange in
      exchange.onDisconnect = { gone.append(exchange.path) }
      if exchange.path == "/stream" { _ = exchange.respondStream(status: 200) }
    } _: { server in
      let client = try await TestClient()
      for path in ["/head", "/stream"] {
        let url = try HTTPURL("http://127.0.0.1:\(server.port)\(path)")
        let http = client.client
        let results = Log<HTTPClientError>()
        let started = Log<Int>()
        let task = client.loop.spawn {
          do throws(HTTPClientError) {
            started.append(1)
            let response = try await http.send(HTTPClientRequest(url: url))
            _ = try await response.nextChunk()
          } catch {
            results.append(error)
          }
        }
        #expect(await eventually { await server.connectionCount() == 1 })
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        #expect(await eventually { results.all == [.cancelled] })
        #expect(await eventually { gone.all.last == path })
        #expect(await eventually { await server.connectionCount() == 0 })
      }
    }
  }

  @Test("a response that is dropped unread closes its connection")
  func dropped() async throws {
    let gone = Log<String>()
    try await TestServer.with { exchange in
      exchange.onDisconnect = { gone.append(exchange.path) }
      _ = exchange.respondStream(status: 200).send(OutgoingBytes([1]))
    } _: { server in
      let client = try await TestClient()
      let url = try HTTPURL("http://127.0.0.1:\(server.port)/")
      let status = await client.run { client throws(HTTPClientError) in
        try await client.send(HTTPClientRequest(url: url)).status
      }
      #expect(try status.get() == 200)
      #expect(await eventually { gone.count == 1 })
    }
  }

  @Test("keeps within its connections and lets further requests wait, up to a bound")
  func poolBounds() async throws {
    let most = Log<Int>()
    try await TestServer.with { exchange in
      exchange.loop.spawn {
        try? await exchange.loop.sleep(for: .milliseconds(5))
        exchange.respond(status: 200, body: Array(exchange.path.utf8))
      }
    } _: { server in
      var configuration = HTTPClientConfiguration()
      configuration.connectionsPerOrigin = 3
      configuration.waitingPerOrigin = 10
      let client = try await TestClient(configuration)
      let urls = try (0..<20).map { try HTTPURL("http://127.0.0.1:\(server.port)/\($0)") }
      let results = await withTaskGroup(of: Result<TestClient.Answer, HTTPClientError>.self) {
        group in
        for url in urls {
          group.addTask {
            let result = await client.ask(HTTPClientRequest(url: url))
            most.append(await server.connectionCount())
            return result
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let failures = results.compactMap { result -> HTTPClientError? in
        if case .failure(let error) = result { error } else { nil }
      }
      #expect(failures.allSatisfy { $0 == .poolExhausted(limit: 10) })
      #expect(failures.count <= 7)
      #expect(most.all.allSatisfy { $0 <= 3 })
    }
  }

  @Test("a Unix socket is spoken to like a host")
  func unix() async throws {
    let path = "/tmp/sallyport-client-\(UInt64.random(in: 0 ... .max)).sock"
    try await TestServer.with(unixPath: path) { exchange in
      exchange.respond(status: 200, body: Array((exchange.header("host") ?? "").utf8))
    } _: { _ in
      let client = try await TestClient()
      var request = HTTPClientRequest(url: try HTTPURL("http://admin/"))
      request.unixSocketPath = path
      #expect(try await client.ask(request).get().text == "admin")
    }
  }

  @Test("a host that refuses, a socket that is not there, and a name that does not exist")
  func unreachable() async throws {
    let client = try await TestClient()
    let free = try await TestServer.start { _ in }
    let port = free.port
    await free.stop()
    let refused = await client.ask(HTTPClientRequest(url: try HTTPURL("http://127.0.0.1:\(port)/")))
    #expect(
      throws: HTTPClientError.unreachable(host: "127.0.0.1", address: "127.0.0.1", code: 111)
    ) { try refused.get() }
    var request = HTTPClientRequest(url: try HTTPURL("http://x/"))
    request.unixSocketPath = "/nonexistent.sock"
    let missing = await client.ask(request)
    #expect(throws: HTTPClientError.self) { try missing.get() }
    let unknown = await client.ask(HTTPClientRequest(url: try HTTPURL("http://x.invalid/")))
    guard case .failure(.unresolved(let host, _)) = unknown else {
      Issue.record("\(unknown)")
      return
    }
    #expect(host == "x.invalid")
    #expect(await eventually { await client.connectionCount() == 0 })
  }

  @Test(
    "refuses hosts that are not public when asked to",
    arguments: [
      "http://127.0.0.1:1/", "http://localhost:1/", "http://169.254.169.254/latest",
      "http://[::1]:1/", "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://2130706433/",
      "https://127.0.0.1:1/", "https://10.1.2.3/", "http://[fd00::1]/", "http://0x7f.1/",
    ])
  func privateAddresses(_ text: String) async throws {
    let client = try await TestClient()
    var request = HTTPClientRequest(url: try HTTPURL(text))
    request.refusesPrivateAddresses = true
    let answer = await client.ask(request)
    guard case .failure(.refusedAddress) = answer else {
      Issue.record("\(text): \(answer)")
      return
    }
  }
}
