import Glibc
import JSON
import Testing

/// Whatever a client sends, it gets a clear refusal, the ledger says so, and others are served.
@Suite(
  .ownThreads,
  .gateway {
    let scratch = Scratch()
    return try Gateway(
      upstreams: [
        "up": Upstreams.scripted("--journal", scratch.file("journal")),
        "typed": Upstreams.scripted("--catalog", "typed"),
      ],
      policy: Gateway.openPolicy + """

        @id("no-garbage")
        forbid (principal, action == Sallyport::Action::"up__garbage", resource);
        """, scratch: scratch)
  })
struct HostileClientTests {
  /// Whether a record of this refusal with this text in its reason is there, or comes.
  private func expectRecord(_ refusal: String, _ reason: String = "") throws {
    let gateway = try gateway
    try waitUntil("a record of \(refusal) «\(reason)»") {
      try gateway.ledger("--kind", "refused").contains {
        $0.has("refusal", refusal)
          && (reason.isEmpty || $0[member: "reason"]?.string?.contains(reason) == true)
      }
    }
  }

  @Test(
    "What is not JSON is refused",
    arguments: [
      "", "{", "nonsense", #"{"jsonrpc":"2.0","id":1"#, #"{"a":1}x"#, "\u{FEFF}{}", "[1,2",
      "{'a':1}",
      #"{"jsonrpc":"2.0","id":1,"method":"tools/list",}"#, #"{"a":NaN}"#, "\u{0}",
      #"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#,
    ])
  func invalidJSON(body: String) throws {
    let client = try gateway.client
    let answer = try client.exchange(client.stateless("tools/list", body: body))
    #expect(answer.status == 400)
    #expect(answer.errorCode == -32700)
    #expect(answer.message?[member: "id"]?.isNull == true)
    try expectRecord("malformed", "not valid JSON")
  }

  @Test("Bytes that are not UTF-8 are refused")
  func invalidUTF8() throws {
    let client = try gateway.client
    var request = client.callRequest("up__echo", #"{"a":"?"}"#)
    let place = try #require(request.body.lastIndex(of: UInt8(ascii: "?")))
    request.body[place] = 0xFF
    let answer = try client.exchange(request)
    #expect(answer.status == 400)
    #expect(answer.errorCode == -32700)
  }

  @Test("JSON that is too deep is refused")
  func deepJSON() throws {
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    let answer = try gateway.client.call("up__echo", #"{"a":\#(deep)}"#)
    #expect(answer.status == 400)
    #expect(answer.errorCode == -32700)
  }

  @Test(
    "Duplicate members are refused wherever they stand",
    arguments: [
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"up__garbage","name":"up__echo","arguments":{},"_meta":{META}}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"up__echo","n\u0061me":"up__garbage","arguments":{},"_meta":{META}}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"up__echo","arguments":{"a":1,"a":2},"_meta":{META}}}"#,
      #"{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/call","params":{"name":"up__echo","_meta":{META}}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"up__echo","_meta":{META}}}"#,
    ])
  func duplicateMembers(body: String) throws {
    let client = try gateway.client
    let text = body.replacing("META", with: HTTPClient.statelessMeta)
    let stateless = try client.exchange(
      client.stateless("tools/call", name: "up__echo", body: text))
    #expect(stateless.status == 400)
    #expect(stateless.errorCode == -32700)
    let session = try client.opened()
    #expect(try session.exchange(session.request(body: text)).status == 400)
  }

  @Test("11 MB are refused without being read to their end")
  func tooLarge() throws {
    let client = try gateway.client
    let text = String(repeating: "a", count: 11_000_000)
    let connection = try HTTPConnection(port: client.port)
    // The gateway may answer and close before it has all of it.
    try? connection.send(client.callRequest("up__echo", #"{"a":"\#(text)"}"#).bytes)
    #expect(try connection.response().status == 413)
    try expectRecord("too_large")
    #expect(try client.call("up__echo").status == 200)
  }

  @Test("11 MB in chunks, without a length, are refused too")
  func tooLargeInChunks() throws {
    let client = try gateway.client
    let connection = try HTTPConnection(port: client.port)
    var request = client.callRequest("up__echo").with("Transfer-Encoding", "chunked")
    request.method = "POST"
    var head = "POST /mcp HTTP/1.1\r\n"
    for (name, value) in request.headers { head += "\(name): \(value)\r\n" }
    try connection.send(head + "\r\n")
    let chunk =
      Array("100000\r\n".utf8) + [UInt8](repeating: 0x20, count: 1 << 20) + Array("\r\n".utf8)
    do {
      for _ in 0..<11 { try connection.send(chunk) }
      try connection.send("0\r\n\r\n")
    } catch {}
    #expect(try connection.response().status == 413)
  }

  @Test("A length and chunks together are refused")
  func smuggling() throws {
    let client = try gateway.client
    let connection = try HTTPConnection(port: client.port)
    var head = "POST /mcp HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n"
    for (name, value) in client.callRequest("up__echo").headers { head += "\(name): \(value)\r\n" }
    try connection.send(head + "\r\n0\r\n\r\n")
    #expect(try connection.response().status == 400)
  }

  @Test(
    "A body that is not said to be JSON is refused",
    arguments: ["text/plain", "application/jsonx", "application/x-www-form-urlencoded", nil])
  func contentType(type: String?) throws {
    let client = try gateway.client
    let answer = try client.exchange(client.callRequest("up__echo").with("Content-Type", type))
    #expect(answer.status == 400)
    try expectRecord("malformed", "Content-Type")
  }

  @Test(
    "A client must accept both forms of answer",
    arguments: ["application/json", "text/event-stream", "text/html"])
  func accept(types: String) throws {
    let client = try gateway.client
    #expect(try client.exchange(client.callRequest("up__echo").with("Accept", types)).status == 406)
    #expect(
      try client.exchange(client.callRequest("up__echo").with("Accept", "*/*")).status == 200)
  }

  @Test(
    "A page of another origin is refused",
    arguments: [
      "http://evil.example", "null", "https://127.0.0.1.evil.example", "http://127.0.0.1:1",
    ])
  func origin(origin: String) throws {
    let client = try gateway.client
    let answer = try client.exchange(client.callRequest("up__echo").with("Origin", origin))
    #expect(answer.status == 403)
    try expectRecord("origin", "Origin")
    let own = try client.exchange(
      client.callRequest("up__echo").with("Origin", "http://127.0.0.1:\(client.port)"))
    #expect(own.status == 200)
  }

  /// §2.8 corner 22.
  @Test(
    "A name that is not this gateway's is refused",
    arguments: [
      "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "127.0.0.1:80:80",
      "[::2]",
    ])
  func host(host: String) throws {
    let client = try gateway.client
    let answer = try client.exchange(client.callRequest("up__echo").with("Host", host))
    #expect(answer.status == 421)
    try expectRecord("origin", "Host")
    for good in ["localhost", "localhost:9", "127.0.0.1", "LOCALHOST:1", "[::1]:80"] {
      #expect(try client.exchange(client.callRequest("up__echo").with("Host", good)).status == 200)
    }
  }

  @Test(
    "Without a valid token there is nothing but a challenge",
    arguments: [
      nil, "", "Bearer", "Bearer wrong-token-wrong-token", "Basic Zmlyc3Q6eA==",
      "Bearer \(Gateway.token)x",
    ])
  func authentication(authorization: String?) throws {
    let client = try gateway.client
    for request in [client.callRequest("up__echo"), client.get(), client.delete()] {
      let answer = try client.exchange(
        request.with("Authorization", authorization)
          .with("Mcp-Session-Id", request.method == "POST" ? nil : "x"))
      #expect(answer.status == 401, "\(request.method)")
      #expect(answer.response.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
    }
    try expectRecord("authentication")
    let records = try gateway.ledger("--kind", "refused").filter {
      $0.has("refusal", "authentication")
    }
    #expect(records.contains { $0.has("peer", "127.0.0.1") })
    #expect(records.allSatisfy { !$0.description.contains(Gateway.token) })
  }

  @Test(
    "A session that was never given out is unknown",
    arguments: ["forged", "00000000000000000000000000000000", "../../etc/passwd"])
  func forgedSession(session: String) throws {
    var client = try gateway.client
    client.session = session
    let answer = try client.exchange(client.sessionCallRequest("up__echo"))
    #expect(answer.status == 404)
    #expect(try client.exchange(client.get()).status == 404)
    #expect(try client.exchange(client.delete()).status == 404)
    try expectRecord("unknown_session")
  }

  @Test("Another principal's session is unknown, and stays its owner's")
  func strangersSession() throws {
    let owner = try gateway.client.opened()
    var thief = try gateway.secondClient
    thief.session = owner.session
    #expect(try thief.exchange(thief.sessionCallRequest("up__echo")).status == 404)
    #expect(try thief.exchange(thief.get()).status == 404)
    #expect(try thief.exchange(thief.delete()).status == 404)
    #expect(try owner.exchange(owner.sessionCallRequest("up__echo")).status == 200)
    #expect(try owner.exchange(owner.delete()).status == 200)
    #expect(try owner.exchange(owner.sessionCallRequest("up__echo")).status == 404)
  }

  @Test("A request of the session era without a session is told to begin one")
  func noSession() throws {
    let client = try gateway.client
    let answer = try client.exchange(client.sessionCallRequest("up__echo"))
    #expect(answer.status == 400)
    #expect(answer.error?[member: "message"]?.string?.contains("initialize") == true)
  }

  @Test("Two requests with one id in a session: the second is refused, the first is served")
  func oneIDTwice() throws {
    let gateway = try gateway
    let client = try gateway.client.opened()
    let first = try client.begin(
      client.sessionCallRequest("up__slow", #"{"seconds":5,"mark":"one-id"}"#, id: "7"))
    try waitUntil("the first at the upstream") {
      gateway.scratch.lines(of: "journal").contains("began one-id")
    }
    let second = try client.exchange(client.sessionCallRequest("up__echo", id: "7"))
    #expect(second.status == 400)
    // As another type it is another id.
    #expect(try client.exchange(client.sessionCallRequest("up__echo", id: #""7""#)).status == 200)
    #expect(try HTTPClient.Answer(first.response()).text == "slept")
    try expectRecord("malformed", "one id")
    #expect(try client.exchange(client.sessionCallRequest("up__echo", id: "7")).status == 200)
  }

  @Test("Headers that contradict the body are refused")
  func mirrors() throws {
    let client = try gateway.client
    let request = client.callRequest("up__echo")
    let wrong = [
      request.with("Mcp-Name", "up__garbage"), request.with("Mcp-Name", nil),
      request.with("Mcp-Method", "tools/list"), request.with("Mcp-Method", nil),
      request.with("MCP-Protocol-Version", "2026-07-29"),
    ]
    for request in wrong {
      let answer = try client.exchange(request)
      #expect(answer.status == 400)
      #expect(answer.errorCode == -32020)
    }
    var twice = request
    twice.headers.append(("Mcp-Name", "up__echo"))
    #expect(try client.exchange(twice).errorCode == -32020)
    try expectRecord("malformed", "Header mismatch")
    #expect(
      try client.exchange(request.with("Mcp-Name", "=?base64?dXBfX2VjaG8=?=")).status == 200)
  }

  @Test("A revision that is not spoken is refused with those that are")
  func version() throws {
    let client = try gateway.client
    let body =
      #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}"#
    let answer = try client.exchange(
      client.stateless("tools/list", body: body).with("MCP-Protocol-Version", "2027-01-01"))
    #expect(answer.status == 400)
    #expect(answer.errorCode == -32022)
    let supported = answer.error?[member: "data"]?[member: "supported"]
    #expect(supported?.elements.contains { $0.equals("2026-07-28") } == true)
  }

  @Test(
    "Methods that are not there are not found",
    arguments: ["no/such", "initialize", "ping", "logging/setLevel", "resources/subscribe", ""])
  func unknownMethods(method: String) throws {
    let client = try gateway.client
    let body =
      #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"_meta":{\#(HTTPClient.statelessMeta)}}}"#
    let answer = try client.exchange(client.stateless(method, body: body))
    // An empty Mcp-Method is refused as a mismatch by some readers of headers.
    #expect(
      answer.status == 404 && answer.errorCode == -32601 || method.isEmpty && answer.status == 400)
  }

  @Test("Batches are refused")
  func batch() throws {
    let client = try gateway.client.opened()
    let answer = try client.exchange(
      client.request(body: #"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#))
    #expect(answer.status == 400)
    #expect(answer.errorCode == -32600)
  }

  @Test(
    "Other methods of HTTP and other paths are refused",
    arguments: ["PUT", "PATCH", "OPTIONS", "HEAD", "TRACE"])
  func otherMethods(method: String) throws {
    let client = try gateway.client
    let connection = try HTTPConnection(port: client.port)
    try connection.send(
      "\(method) /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(Gateway.token)\r\n\r\n"
    )
    #expect(try connection.head().status == 405)
    #expect(try gateway.get("/elsewhere").status == 404)
    #expect(try gateway.get("/mcp/../healthz").status == 404)
  }

  @Test("A bomb of headers is refused")
  func headerBomb() throws {
    let client = try gateway.client
    let connection = try HTTPConnection(port: client.port)
    let field = "X-Padding: " + String(repeating: "x", count: 1000) + "\r\n"
    try? connection.send(
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: field, count: 64) + "\r\n")
    #expect(try connection.response().status == 431)
    #expect(try client.call("up__echo").status == 200)
  }

  @Test("Clients that send slowly keep nobody waiting")
  func slowLoris() throws {
    let client = try gateway.client
    let slow = try (0..<200).map { number in
      let connection = try HTTPConnection(port: client.port)
      let bytes = client.callRequest("up__echo").bytes
      // Some stop in the header, some in the body.
      try connection.send(Array(bytes.prefix(number % 2 == 0 ? 40 : bytes.count - 5)))
      return connection
    }
    for _ in 0..<20 { #expect(try client.call("up__echo").text == "{}") }
    // They may still finish.
    let bytes = client.callRequest("up__echo").bytes
    try slow[1].send(Array(bytes.suffix(5)))
    #expect(try slow[1].response().status == 200)
  }

  @Test("Bytes that are no HTTP at all harm nothing")
  func noHTTP() throws {
    let client = try gateway.client
    for text in [
      "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET\r\n\r\n", "\r\n\r\n\r\n",
      "POST /mcp HTTP/9.9\r\n\r\n",
    ] {
      let connection = try HTTPConnection(port: client.port)
      try connection.send(text)
      connection.hangUp()
    }
    #expect(try client.call("up__echo").status == 200)
  }

  @Test("Arguments that do not fit the schema are refused with what is wrong")
  func arguments() throws {
    let client = try gateway.client
    for wrong in [
      #"{}"#, #"{"amount":"ten"}"#, #"{"amount":101}"#, #"{"amount":1,"more":2}"#, "[]", "7",
      "null",
    ] {
      let answer = try client.call("typed__typed", wrong)
      #expect(answer.isError || answer.error != nil, "\(wrong)")
      if answer.isError {
        #expect(answer.decision?.has("reason", "invalid_arguments") == true)
        #expect(answer.text?.contains("schema") == true)
      }
    }
    #expect(try client.call("typed__typed", #"{"amount":100}"#).text == "I am typed")
    try expectRecord("invalid_arguments", "amount")
  }

  @Test("A denied call is a result that a model can act on, and nothing reaches the upstream")
  func denied() throws {
    let gateway = try gateway
    for answer in [
      try gateway.client.call("up__garbage"),
      try {
        let client = try gateway.client.opened();
        return try client.exchange(client.sessionCallRequest("up__garbage"))
      }(),
    ] {
      #expect(answer.status == 200)
      #expect(answer.isError)
      #expect(answer.text?.contains("no-garbage") == true)
      let decision = try #require(answer.decision)
      #expect(decision.has("decision", "deny"))
      #expect(decision[member: "policies"]?.description == #"["no-garbage"]"#)
      let call = try #require(decision[member: "callId"]?.string)
      let records = try gateway.ledger("--call", call)
      #expect(records.count == 1)
      #expect(records.first?.has("decision", "deny") == true)
      #expect(records.first?[member: "policies"]?.description == #"["no-garbage"]"#)
    }
    #expect(!gateway.scratch.lines(of: "journal").contains("garbage is asked for"))
  }

  @Test("Clients that do not read their answers keep nobody waiting")
  func slowReader() throws {
    // A client that asks for much and reads nothing holds its own answers only.
    let client = try gateway.client
    let connections = try (0..<8).map { _ in
      try client.begin(client.callRequest("up__big", #"{"bytes":4000000}"#))
    }
    #expect(try client.call("up__echo").status == 200)
    for connection in connections { connection.hangUp() }
    #expect(try client.call("up__echo").status == 200)
  }
}
