import HTTP
import JSON
import Testing

@testable import MCP

@Suite("Methods of sessions over HTTP")
struct ClientFaceSessionMethodTests {
  private func level(_ level: String) -> String {
    Sample.session("logging/setLevel", params: "{\"level\":\(level)}")
  }

  @Test("a session keeps its log level; before it says one it is info")
  func logLevel() async throws {
    let gate = try await LoopbackGate()
    let (client, other) = try (SessionClient(gate), SessionClient(gate))
    #expect(try client.post(client.call("where")).body.contains(#""level":"info""#))
    #expect(
      try client.post(level(#""error""#)).body == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(try client.post(client.call("where")).body.contains(#""level":"error""#))
    #expect(try other.post(other.call("where")).body.contains(#""level":"info""#))
    for wrong in [#""loud""#, "1", "null"] {
      let refused = try client.post(level(wrong))
      #expect(refused.status == 200)
      #expect(refused.body.contains("-32602"))
    }
    #expect(try client.post(client.call("where")).body.contains(#""level":"error""#))
    await gate.end()
  }

  @Test("a stateless request says its log level itself, and its parameter headers come along")
  func statelessLevel() async throws {
    let gate = try await LoopbackGate()
    func body(_ meta: String) -> String {
      Sample.call("where").replacing("\"_meta\":{", with: "\"_meta\":{\(meta)")
    }
    let fields = Sample.statelessFields("tools/call", name: "where", ["Mcp-Param-City": "Ulm"])
    let client = try gate.client()
    #expect(
      try client.request(fields, body(#""io.modelcontextprotocol/logLevel":"debug","#)).body
        .contains(#""level":"debug","at":"gateway","headers":"City=Ulm""#))
    #expect(try client.request(fields, body("")).body.contains(#""level":"none""#))
    await gate.end()
  }

  @Test("updates of a resource come while a session is subscribed")
  func subscriptions() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    func send(_ method: String, _ uri: String) throws -> String {
      try client.post(Sample.session(method, params: "{\"uri\":\"\(uri)\"}")).body
    }
    let done = #"{"jsonrpc":"2.0","id":1,"result":{}}"#
    let stream = try client.open()
    #expect(try send("resources/subscribe", "a:b") == done)
    #expect(try send("resources/subscribe", "a:b") == done)
    #expect(gate.handler.listenerCount == 2)
    gate.handler.change(.resourceUpdated(uri: "a:b"))
    #expect(
      try stream.message()
        == #"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:b"}}"#)
    #expect(try send("resources/subscribe", "denied").contains("no such resource"))
    #expect(try send("resources/subscribe", "secret").contains("-32602"))
    #expect(try client.post(Sample.session("resources/subscribe")).body.contains("-32602"))
    #expect(try send("resources/unsubscribe", "a:b") == done)
    #expect(try send("resources/unsubscribe", "a:b") == done)
    #expect(gate.handler.listenerCount == 1)
    #expect(try send("resources/subscribe", "c:d") == done)
    #expect(try gate.client().request(client.fields(), method: "DELETE").status == 200)
    #expect(await eventually { gate.handler.listenerCount == 0 })
    #expect(try stream.message() == nil)
    await gate.end()
  }

  @Test("a session may be subscribed to so many resources")
  func subscriptionBound() async throws {
    let gate = try await LoopbackGate { $0.maxResourcesPerSession = 1 }
    let client = try SessionClient(gate)
    func subscribe(_ uri: String) throws -> String {
      try client.post(Sample.session("resources/subscribe", params: "{\"uri\":\"\(uri)\"}")).body
    }
    #expect(try subscribe("a:1").contains("result"))
    #expect(try subscribe("a:2").contains("error"))
    await gate.end()
  }

  @Test("a session listens to the lists of its endpoint once, and not after its end")
  func lists() async throws {
    let gate = try await LoopbackGate { $0.sessionIdleTime = .milliseconds(200) }
    let client = try SessionClient(gate, path: "/servers/a/mcp")
    #expect(gate.handler.listened.map(\.lists) == [Set(ListKind.allCases)])
    let stream = try client.open()
    #expect(try stream.event() == ": ping")
    let other = try client.open()
    #expect(try other.event() == ": ping")
    #expect(gate.handler.listened.count == 1)
    for kind in ListKind.allCases { gate.handler.change(.listChanged(kind)) }
    #expect(try stream.message()?.contains("tools/list_changed") == true)
    stream.disconnect()
    other.disconnect()
    #expect(await eventually { gate.sessions.count == 0 })
    #expect(await eventually { gate.handler.listenerCount == 0 })
    await gate.end()
  }

  @Test("each endpoint has its own description, and sessions belong to theirs")
  func endpoints() async throws {
    let gate = try await LoopbackGate()
    let body = Sample.initialize("2025-11-25")
    let server = try SessionClient(gate, path: "/servers/a%20b/mcp")
    #expect(
      try gate.client().request(Sample.fields(), body, path: "/mcp/dev").body
        .contains(#""instructions":"at profile dev""#))
    #expect(try server.post(server.call("where")).body.contains(#""at":"server a b""#))
    #expect(
      try gate.client().request(server.fields(), Sample.session("ping"), path: "/mcp").status
        == 404)
    #expect(
      try gate.client().request(server.fields(), method: "DELETE", path: "/mcp/dev").status == 404)
    for path in ["/mcp/none", "/servers/none/mcp"] {
      let refused = try gate.client().request(Sample.fields(), body, path: path)
      #expect(refused.status == 404)
      #expect(refused.body.contains(#""id":0"#))
      for method in ["tools/list", "server/discover", "subscriptions/listen"] {
        #expect(
          try gate.client().request(
            Sample.statelessFields(method),
            Sample.stateless(method, params: #""notifications":{}"#), path: path
          ).status == 404)
      }
      #expect(
        try gate.client().request(
          Sample.fields(), method: "GET", path: path.replacing("mcp", with: "sse")
        ).status == 404)
    }
    let discovered = try gate.client().request(
      Sample.statelessFields("server/discover"), Sample.stateless("server/discover"),
      path: "/servers/a/mcp")
    #expect(discovered.body.contains(#""instructions":"at server a""#))
    await gate.end()
  }

  @Test("notifications of any kind are accepted")
  func notifications() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    for method in [
      "notifications/roots/list_changed", "notifications/progress", "notifications/unheard-of",
    ] {
      let posted = try client.post(#"{"jsonrpc":"2.0","method":"\#(method)","params":{}}"#)
      #expect(posted.status == 202)
      #expect(posted.body.isEmpty)
    }
    await gate.end()
  }

  @Test("a filter that is none is refused")
  func wrongFilters() async throws {
    let gate = try await LoopbackGate()
    for params in [
      "", #""notifications":1"#, #""notifications":{"toolsListChanged":1}"#,
      #""notifications":{"resourceSubscriptions":[1]}"#, #""notifications":{"taskIds":"a"}"#,
    ] {
      let refused = try gate.client().request(
        Sample.statelessFields("subscriptions/listen"),
        Sample.stateless("subscriptions/listen", params: params))
      #expect(refused.status == 400, "\(params)")
      #expect(refused.body.contains("-32602"))
    }
    let failed = try gate.client().request(
      Sample.statelessFields("subscriptions/listen"),
      Sample.stateless(
        "subscriptions/listen", params: #""notifications":{"resourceSubscriptions":["denied"]}"#))
    #expect(failed.body.contains("no such resource"))
    await gate.end()
  }

  @Test("who hangs up listens no more")
  func listenDisconnect() async throws {
    let gate = try await LoopbackGate()
    let stream = try gate.client()
    stream.send(
      Sample.statelessFields("subscriptions/listen"),
      Sample.stateless("subscriptions/listen", params: #""notifications":{"taskIds":["t"]}"#))
    _ = try stream.head()
    #expect(try stream.event()?.contains(#""notifications":{"taskIds":["t"]}"#) == true)
    gate.handler.change(.task(params: Array(#"{"taskId":"t","status":"working"}"#.utf8)))
    #expect(
      try stream.event()?.contains(
        #""params":{"taskId":"t","status":"working","_meta":{"io.modelcontextprotocol/subscriptionId":1}}"#
      ) == true)
    stream.disconnect()
    #expect(await eventually { gate.handler.listenerCount == 0 })
    await gate.end()
  }

  @Test("changed roots of a session are told of, with who and where")
  func roots() async throws {
    let gate = try await LoopbackGate(handler: EchoHandler(tokens: ["a": "alice"]))
    let client = try SessionClient(
      gate, path: "/servers/a/mcp", capabilities: #"{"roots":{"listChanged":true}}"#, token: "a")
    let posted = try client.post(
      #"{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"#)
    #expect(posted.status == 202)
    #expect(await eventually { gate.handler.roots == ["alice at server a true"] })
    await gate.end()
  }
}
