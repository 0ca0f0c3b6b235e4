import HTTP
import Reactor
import Testing

@Suite("HTTP client against servers that misbehave")
struct HostileServerTests {
  @Test("each kind of malformed response is refused and named", arguments: ResponseTable.malformed)
  func malformed(_ row: ResponseTable.Row) async throws {
    let server = try RawServer { connection in
      guard connection.receiveRequest() != nil else { return }
      connection.send(row.bytes)
    }
    defer { server.stop() }
    let client = try await TestClient()
    let answer = await client.ask(HTTPClientRequest(url: try server.url()))
    switch answer {
    case .success(let answer): Issue.record("\(row.name): accepted as \(answer.status)")
    case .failure(.malformedResponse(let error)): #expect(error == row.error, "\(row.name)")
    case .failure(.brokenOff(let code)): #expect(row.error == .incomplete && code == 0)
    case .failure(let error): Issue.record("\(row.name): \(error)")
    }
    #expect(await eventually { await client.connectionCount() == 0 })
  }

  @Test("bytes after a response do not spoil it, but the connection is not used again")
  func bytesAfter() async throws {
    let server = try RawServer { connection in
      guard connection.receiveRequest() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n")
      _ = connection.waitForEnd()
    }
    defer { server.stop() }
    let client = try await TestClient()
    for _ in 0..<2 {
      let answer = try await client.ask(HTTPClientRequest(url: try server.url())).get()
      #expect(answer.text == "ok")
      #expect(await client.connectionCount() == 0)
    }
  }

  @Test("a body may end with the connection, which is then not used again")
  func untilClose() async throws {
    let server = try RawServer { connection in
      guard connection.receiveRequest() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\nall of it")
    }
    defer { server.stop() }
    let client = try await TestClient()
    let answer = try await client.ask(HTTPClientRequest(url: try server.url())).get()
    #expect(answer.text == "all of it")
    #expect(await client.connectionCount() == 0)
  }

  @Test("interim responses are passed over")
  func interim() async throws {
    let server = try RawServer { connection in
      while connection.receiveRequest() != nil {
        connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
    }
    defer { server.stop() }
    let client = try await TestClient()
    #expect(try await client.ask(HTTPClientRequest(url: try server.url())).get().text == "ok")
  }

  @Test("a kept connection found closed is replaced once, if the request may be repeated")
  func replay() async throws {
    let methods = Log<String>()
    let server = try RawServer { connection in
      // Each connection answers once and closes at the second request without a word.
      guard let first = connection.receiveRequest() else { return }
      methods.append(String(first.head.prefix(4)))
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      guard let second = connection.receiveRequest() else { return }
      methods.append(String(second.head.prefix(4)) + "dropped")
    }
    defer { server.stop() }
    let client = try await TestClient()
    var request = HTTPClientRequest(method: "POST", url: try server.url(), body: [1])
    #expect(try await client.ask(request).get().text == "ok")
    let refused = await client.ask(request)
    #expect(throws: HTTPClientError.closedBeforeResponse) { try refused.get() }
    #expect(methods.all == ["POST", "POSTdropped"])
    #expect(try await client.ask(request).get().text == "ok")
    request.isReplayable = true
    #expect(try await client.ask(request).get().text == "ok")
    #expect(methods.all == ["POST", "POSTdropped", "POST", "POSTdropped", "POST"])
  }

  @Test("a fresh connection that closes without a word is not tried again")
  func noReplayOnFresh() async throws {
    let connections = Log<Int>()
    let server = try RawServer { connection in
      connections.append(connection.index)
      _ = connection.receiveRequest()
    }
    defer { server.stop() }
    let client = try await TestClient()
    var request = HTTPClientRequest(url: try server.url())
    request.isReplayable = true
    let answer = await client.ask(request)
    #expect(throws: HTTPClientError.closedBeforeResponse) { try answer.get() }
    #expect(connections.all == [0])
  }

  @Test("an idle connection that the server closed is not used for the next request")
  func closedWhileIdle() async throws {
    let server = try RawServer { connection in
      guard connection.receiveRequest() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    defer { server.stop() }
    let client = try await TestClient()
    for _ in 0..<3 {
      let request = HTTPClientRequest(method: "POST", url: try server.url(), body: [1])
      #expect(try await client.ask(request).get().text == "ok")
      #expect(await eventually { await client.connectionCount() == 0 })
    }
  }

  enum Silence: CaseIterable { case head, body, dribble, drip }

  @Test("each timeout names what ran out", arguments: Silence.allCases)
  func timeouts(_ silence: Silence) async throws {
    let server = try RawServer { connection in
      guard connection.receiveRequest() != nil else { return }
      switch silence {
      case .head: connection.send("HTTP/1.1 200")
      case .body: connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
      case .dribble, .drip:
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nabc")
      }
      _ = connection.waitForEnd()
    }
    defer { server.stop() }
    let client = try await TestClient()
    var request = HTTPClientRequest(url: try server.url())
    let expected: HTTPClientTimeout
    switch silence {
    case .head:
      request.timeouts.firstByte = .milliseconds(50)
      expected = .firstByte
    case .body:
      request.timeouts.idleStream = .milliseconds(50)
      expected = .idleStream
    case .dribble, .drip:
      request.timeouts.total = .milliseconds(50)
      expected = .total
    }
    let answer = await client.ask(request)
    #expect(throws: HTTPClientError.timedOut(expected)) { try answer.get() }
    #expect(await eventually { await client.connectionCount() == 0 })
  }

  @Test("a body above the reader's limit is refused")
  func bodyLimit() async throws {
    let server = try RawServer { connection in
      guard connection.receiveRequest() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      connection.send([UInt8](repeating: 1, count: 100_000))
    }
    defer { server.stop() }
    let client = try await TestClient()
    let url = try server.url()
    let answer = await client.run { client throws(HTTPClientError) in
      try await client.send(HTTPClientRequest(url: url)).collect(limit: 1000)
    }
    #expect(throws: HTTPClientError.bodyTooLarge(limit: 1000)) { try answer.get() }
    #expect(await eventually { await client.connectionCount() == 0 })
  }
}
