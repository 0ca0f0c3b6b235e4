import HTTP
import Reactor
import Testing

@Suite("TLS and proxies")
struct TLSTests {
  static func with(
    _ files: TLSFiles?, handler: @escaping @Sendable (HTTPExchange) -> Void,
    _ body: (TestServer, TestClient, HTTPClientRequest) async throws -> Void
  ) async throws {
    guard let files else {
      print("skipped: no openssl command to make a certificate with")
      return
    }
    let configuration = HTTPServer.Configuration(tls: files)
    try await TestServer.with(configuration, handler: handler) { server in
      var request = HTTPClientRequest(url: try HTTPURL("https://localhost:\(server.port)/a?b=c"))
      request.certificateAuthorities = files.certificate
      try await body(server, try await TestClient(), request)
    }
  }

  static let echo: @Sendable (HTTPExchange) -> Void = { exchange in
    exchange.loop.spawn {
      do throws(HTTPExchangeError) {
        let body = try await exchange.readBody(limit: 8 << 20)
        let names = exchange.headers.fields.map { $0.name.lowercased() }.sorted()
        exchange.respond(
          status: 200,
          headers: [
            "X-Method": exchange.method, "X-Names": names.joined(separator: ","),
            "X-Target": "\(exchange.path)?\(exchange.query ?? "")",
            "X-Secure": "\(exchange.isSecure)",
          ], body: body)
      } catch {
        exchange.respond(status: 413)
      }
    }
  }

  @Test("a request and its body go there and back", arguments: [0, 5, 70_000, 3_000_000])
  func roundTrip(_ size: Int) async throws {
    try await Self.with(TestCertificate.files, handler: Self.echo) {
      _, client, request async throws in
      var request = request.with(method: "POST")
      request.headers = ["X-Empty": "", "Connection": "close"]
      request.body = RequestBodyTests.bytes(size)
      for _ in 0..<2 {
        let answer = try await client.ask(request).get()
        #expect(answer.status == 200)
        #expect(answer.body == request.body)
        #expect(answer.headers["x-method"] == "POST")
        #expect(answer.headers["x-target"] == "/a?b=c")
        #expect(answer.headers["x-secure"] == "true")
        #expect(answer.headers["x-names"] == "content-length,host,x-empty")
      }
    }
  }

  @Test("any method is sent as it is", arguments: ["GET", "HEAD", "DELETE", "OPTIONS", "BREW"])
  func methods(_ method: String) async throws {
    try await Self.with(TestCertificate.files, handler: Self.echo) {
      _, client, request async throws in
      let request = request.with(method: method)
      let answer = try await client.ask(request).get()
      #expect(answer.headers["x-method"] == method)
      #expect(answer.headers["x-names"] == "host")
    }
  }

  @Test("an unknown authority and a certificate of another host are refused, unless told otherwise")
  func verification() async throws {
    try await Self.with(TestCertificate.other, handler: Self.echo) {
      _, client, request async throws in
      var request = request
      let otherHost = await client.ask(request)
      guard case .failure(.untrusted(let host, _)) = otherHost else {
        Issue.record("\(otherHost)")
        return
      }
      #expect(host == "localhost")
      request.certificateAuthorities = TestCertificate.files?.certificate
      let otherAuthority = await client.ask(request)
      guard case .failure(.untrusted) = otherAuthority else {
        Issue.record("\(otherAuthority)")
        return
      }
      request.verifiesCertificate = false
      #expect(try await client.ask(request).get().status == 200)
      request.verifiesCertificate = true
      guard case .failure(.untrusted) = await client.ask(request) else {
        Issue.record("an unverified connection was used again for a request that verifies")
        return
      }
    }
  }

  @Test("a stream comes piece by piece, waits for a slow reader, and ends when cancelled")
  func streaming() async throws {
    let gone = Log<Int>()
    let streams = Log<HTTPResponseStream>()
    try await Self.with(
      TestCertificate.files,
      handler: { exchange in
        exchange.onDisconnect = { gone.append(1) }
        exchange.loop.spawn {
          let stream = exchange.respondStream(status: 200)
          streams.append(stream)
          let piece = OutgoingBytes([UInt8](repeating: 1, count: 1 << 16))
          while (try? await stream.write(piece)) != nil {}
        }
      },
      { server, client, request async throws in
        let most = await client.run { client throws(HTTPClientError) -> Int in
          let response = try await client.send(request)
          _ = await eventually {
            await server.loop.perform { (streams.all.first?.bufferedBytes ?? 0) > 64 * 1024 }
          }
          var most = 0
          var total = 0
          while total < 24 << 20, let chunk = try await response.nextChunk() {
            most = max(most, chunk.count)
            total += chunk.count
          }
          response.cancel()
          return most
        }
        #expect(try most.get() <= 512 * 1024)
        #expect(await eventually { gone.count == 1 })
      })
  }

  @Test("timeouts and cancellation hold over TLS too")
  func timeouts() async throws {
    let gone = Log<Int>()
    try await Self.with(
      TestCertificate.files, handler: { $0.onDisconnect = { gone.append(1) } },
      { _, client, request async throws in
        var request = request
        request.timeouts.total = .milliseconds(200)
        let late = await client.ask(request)
        #expect(throws: HTTPClientError.timedOut(.total)) { try late.get() }
        request.timeouts = HTTPClientTimeouts(
          connect: .milliseconds(100), firstByte: .milliseconds(100))
        let silent = await client.ask(request)
        #expect(throws: HTTPClientError.timedOut(.firstByte)) { try silent.get() }
        #expect(await eventually { gone.count == 2 })
      })
  }

  @Test("a server that speaks no TLS is refused as such")
  func plainServer() async throws {
    try await TestServer.with {
      $0.respond(status: 200)
    } _: { server in
      let client = try await TestClient()
      let answer = await client.ask(
        HTTPClientRequest(url: try HTTPURL("https://127.0.0.1:\(server.port)/")))
      guard case .failure(.untrusted) = answer else {
        Issue.record("\(answer)")
        return
      }
    }
  }

  @Test("a TLS server needs files that belong together")
  func files() async throws {
    guard let one = TestCertificate.files, let other = TestCertificate.other else { return }
    await #expect(throws: HTTPServerError.refused(usesTLS: true)) {
      _ = try await TestServer.start(
        HTTPServer.Configuration(tls: TLSFiles(certificate: one.certificate, key: other.key))
      ) { _ in }
    }
    await #expect(throws: HTTPServerError.unreadableTLSFile(path: "/nonexistent", code: 2)) {
      _ = try await TestServer.start(
        HTTPServer.Configuration(tls: TLSFiles(certificate: "/nonexistent", key: other.key))
      ) { _ in }
    }
  }

  @Test("a plain URL goes through its proxy in absolute form, an exempt one does not")
  func proxy() async throws {
    let seen = Log<String>()
    let proxy = try RawServer { connection in
      while let request = connection.receiveRequest() {
        seen.append(String(request.head.prefix { $0 != "\r\n" }))
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy")
      }
    }
    defer { proxy.stop() }
    try await TestServer.with {
      $0.respond(status: 200, body: Array("direct".utf8))
    } _: { server in
      let client = try await TestClient()
      var request = HTTPClientRequest(url: try HTTPURL("http://127.0.0.1:\(server.port)/x"))
      request.proxy = HTTPProxy(http: "http://127.0.0.1:\(proxy.port)")
      #expect(try await client.ask(request).get().text == "proxy")
      #expect(seen.all == ["GET http://127.0.0.1:\(server.port)/x HTTP/1.1"])
      request.proxy?.exempt = ["127.0.0.1"]
      #expect(try await client.ask(request).get().text == "direct")
      request.proxy?.exempt = []
      request.refusesPrivateAddresses = true
      let answer = await client.ask(request)
      #expect(throws: HTTPClientError.uncheckableBehindProxy(host: "127.0.0.1")) {
        try answer.get()
      }
    }
  }
}

extension HTTPClientRequest {
  /// The same place and trust, another method.
  fileprivate func with(method: String) -> HTTPClientRequest {
    var other = HTTPClientRequest(method: method, url: url)
    other.certificateAuthorities = certificateAuthorities
    return other
  }
}
