import Glibc
import HTTP
import JSON
import Reactor
import Testing

@testable import MCP

@Suite("The HTTP client face over loopback")
struct ClientFaceHTTPTests {
  private let callFields = Sample.statelessFields("tools/call", name: "echo")

  private func fields(_ tool: String) -> HTTPHeaders {
    Sample.statelessFields("tools/call", name: tool)
  }

  private func sessionFields(_ session: String?, token: String? = nil) -> HTTPHeaders {
    Sample.fields([
      "Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25",
      "Authorization": token.map { "Bearer \($0)" },
    ])
  }

  private func initialize(_ client: LoopbackClient, token: String? = nil) throws -> String {
    let response = try client.request(
      Sample.fields(["Authorization": token.map { "Bearer \($0)" }]),
      Sample.initialize("2025-11-25"))
    #expect(response.status == 200)
    return try #require(response.fields["Mcp-Session-Id"])
  }

  private func sessionCall(_ tool: String, id: String = "1", meta: String = "") -> String {
    Sample.session("tools/call", id: id, params: "{\"name\":\"\(tool)\"\(meta)}")
  }

  // MARK: stateless

  @Test("a stateless call is answered as JSON, payload byte for byte, several on one connection")
  func statelessCall() async throws {
    let gate = try await LoopbackGate()
    let client = try gate.client()
    let payload = #""n":12345678901234567890, "s":"\u00fc\/","z" : 1.0"#
    for id in ["1", "\"a\""] {
      let response = try client.request(
        callFields, Sample.call("echo", id: id, arguments: "{\(payload)}"))
      #expect(response.status == 200)
      #expect(response.contentType == "application/json")
      #expect(
        response.body
          == "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{\(payload),\"resultType\":\"complete\","
          + "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"echo\",\"version\":\"1\"}}}}"
      )
    }
    await gate.end()
  }

  @Test("a megabyte goes through unchanged")
  func megabyte() async throws {
    let gate = try await LoopbackGate()
    let big = String(repeating: "0123456789abcdef", count: 1 << 16)
    let response = try gate.client().request(
      callFields, Sample.call("echo", arguments: "{\"big\":\"\(big)\"}"))
    #expect(
      response.body.hasPrefix("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"big\":\"\(big)\","))
    await gate.end()
  }

  @Test("discover tells of all versions, and to whom it speaks")
  func discover() async throws {
    let gate = try await LoopbackGate()
    let response = try gate.client().request(
      Sample.statelessFields("server/discover"), Sample.stateless("server/discover"))
    #expect(response.status == 200)
    let result = try #require(Sample.document(response.body)[member: "result"])
    #expect(result[member: "supportedVersions"]?.count == 5)
    #expect(result[member: "instructions"]?.equals("for anyone") == true)
    #expect(
      result[member: "_meta"]?[member: MetaKey.serverInfo]?[member: "name"]?.equals("echo")
        == true)
    await gate.end()
  }

  @Test(
    "a notification, from any thread, turns the answer into an event stream that ends with it",
    arguments: ["progress", "distant"])
  func progress(tool: String) async throws {
    let gate = try await LoopbackGate()
    let client = try gate.client()
    let body = Sample.call(tool).replacing(
      "\"_meta\":{", with: "\"_meta\":{\"progressToken\":7,")
    client.send(fields(tool), body)
    let head = try client.head()
    #expect(head.status == 200)
    #expect(head.contentType == "text/event-stream")
    for step in 1...3 {
      #expect(try client.event()?.contains(#""progressToken":7,"progress":\#(step)"#) == true)
    }
    #expect(try client.event()?.hasPrefix(#"{"jsonrpc":"2.0","id":1,"result":{"#) == true)
    #expect(try client.event() == nil)
    // The connection lives on.
    #expect(try client.request(callFields, Sample.call("echo")).status == 200)
    await gate.end()
  }

  @Test("a call that takes long becomes a stream with comments, and still ends with the answer")
  func keepAlive() async throws {
    let gate = try await LoopbackGate { $0.keepAliveInterval = .milliseconds(30) }
    let client = try gate.client()
    client.send(fields("wait"), Sample.call("wait"))
    #expect(try client.head().contentType == "text/event-stream")
    #expect(try client.event() == ": ping")
    #expect(try client.event() == ": ping")
    _ = try gate.client().request(fields("release"), Sample.call("release"))
    var last: String?
    while let event = try client.event() { last = event }
    #expect(last?.hasPrefix(#"{"jsonrpc":"2.0","id":1,"result":"#) == true)
    await gate.end()
  }

  @Test("a stateless client that hangs up cancels its call")
  func disconnect() async throws {
    let gate = try await LoopbackGate()
    let client = try gate.client()
    client.send(fields("wait"), Sample.call("wait"))
    #expect(await eventually { gate.handler.started == ["wait"] })
    client.disconnect()
    #expect(await eventually { gate.handler.cancelled == ["wait"] })
    await gate.end()
  }

  @Test("refusals answer with their status and are recorded")
  func refusals() async throws {
    let gate = try await LoopbackGate { $0.maxMessageBytes = 4096 }
    func status(_ fields: HTTPHeaders, _ body: String, path: String = "/mcp") throws -> String {
      let response = try gate.client().request(fields, body, path: path)
      let code = try Sample.document(response.body)[member: "error"]?[member: "code"]?.int64
      return "\(response.status) \(code ?? 0)"
    }
    let call = Sample.call("echo")
    #expect(try status(callFields, call, path: "/") == "404 -32600")
    #expect(
      try status(Sample.statelessFields("tools/call", name: "echo", ["Host": "evil"]), call)
        == "421 -32600")
    #expect(
      try status(
        Sample.statelessFields("tools/call", name: "echo", ["Origin": "http://evil"]), call)
        == "403 -32600")
    #expect(try status(callFields, "{") == "400 -32700")
    #expect(try status(callFields, #"{"id":1,"id":2}"#) == "400 -32700")
    #expect(try status(callFields, "[\(call)]") == "400 -32600")
    #expect(try status(Sample.statelessFields("tools/call", name: "x"), call) == "400 -32020")
    #expect(try status(Sample.statelessFields("ping"), Sample.stateless("ping")) == "404 -32601")
    #expect(
      try status(callFields, String(repeating: "x", count: 5000)) == "413 -32600")
    #expect(
      await eventually {
        gate.handler.refused == [
          .unsupported, .badHost, .badOrigin, .malformed, .malformed, .malformed, .malformed,
          .unsupported, .tooLarge,
        ]
      })
    // What the gate answers itself keeps its JSON-RPC code, and an unknown method its status.
    #expect(
      try status(Sample.statelessFields("prompts/list"), Sample.stateless("prompts/list"))
        == "404 -32601")
    #expect(try status(fields("nope"), Sample.call("nope")) == "200 -32602")
    #expect(gate.handler.refused.count == 9)
    await gate.end()
  }

  @Test("without a valid token the answer is a challenge")
  func authentication() async throws {
    let gate = try await LoopbackGate(handler: EchoHandler(tokens: ["t": "alice"]))
    let client = try gate.client()
    let refused = try client.request(callFields, Sample.call("echo"))
    #expect(refused.status == 401)
    #expect(refused.fields["WWW-Authenticate"] == "Bearer")
    var fields = callFields
    fields.add("Authorization", "Bearer t")
    #expect(try client.request(fields, Sample.call("echo")).status == 200)
    await gate.end()
  }

  @Test("calls above the bound are turned away with 503, and there is room again later")
  func callBound() async throws {
    let gate = try await LoopbackGate { $0.maxCalls = 1 }
    let (caller, other) = try (gate.client(), gate.client())
    caller.send(fields("wait"), Sample.call("wait"))
    #expect(await eventually { gate.handler.started == ["wait"] })
    let refused = try other.request(callFields, Sample.call("echo"))
    #expect(refused.status == 503)
    #expect(refused.fields["Retry-After"] == "1")
    #expect(await eventually { gate.handler.refused == [.throttled] })
    gate.handler.release()
    #expect(try caller.response().status == 200)
    var status = 503
    let deadline = ContinuousClock().now + .seconds(60)
    while status == 503, ContinuousClock().now < deadline {
      status = try other.request(callFields, Sample.call("echo")).status
      await Task.yield()
    }
    #expect(status == 200)
    await gate.end()
  }

  @Test("a slow client loses progress, never the answer")
  func slowClient() async throws {
    let gate = try await LoopbackGate { $0.maxNotificationBacklogBytes = 32 << 10 }
    let client = try gate.client()
    client.send(fields("flood"), Sample.call("flood"))
    #expect(try client.head().contentType == "text/event-stream")
    #expect(await eventually { gate.handler.flooded })
    var events = 0
    var last = ""
    while let event = try client.event() {
      events += 1
      last = event
    }
    #expect(last.hasPrefix(#"{"jsonrpc":"2.0","id":1,"result":"#))
    // All are sent in one go, so only the backlog's worth of 4 kB notifications is on its way.
    #expect((2...16).contains(events))
    await gate.end()
  }

  // MARK: sessions

  @Test("a session from initialize to DELETE")
  func session() async throws {
    let gate = try await LoopbackGate()
    let client = try gate.client()
    let session = try initialize(client)
    let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
    #expect(try client.request(sessionFields(session), initialized).status == 202)
    #expect(
      try client.request(sessionFields(session), Sample.session("ping", id: "5")).body
        == #"{"jsonrpc":"2.0","id":5,"result":{}}"#)
    #expect(
      try client.request(sessionFields(session), Sample.session("tools/list")).body
        == #"{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"#)
    let unknown = try client.request(sessionFields(session), Sample.session("nonsense"))
    #expect(unknown.status == 200)
    #expect(unknown.body.contains("-32601"))
    #expect(try client.request(sessionFields(nil), Sample.session("ping")).status == 400)
    #expect(try client.request(sessionFields(session), method: "DELETE").status == 200)
    #expect(try client.request(sessionFields(session), Sample.session("ping")).status == 404)
    #expect(try client.request(sessionFields(session), method: "DELETE").status == 404)
    #expect(gate.sessions.count == 0)
    await gate.end()
  }

  @Test("a session is bound to its principal, and forged ids are unknown")
  func binding() async throws {
    let gate = try await LoopbackGate(
      handler: EchoHandler(tokens: ["a": "alice", "m": "mallory"]))
    let client = try gate.client()
    let session = try initialize(client, token: "a")
    let ping = Sample.session("ping")
    #expect(try client.request(sessionFields(session, token: "a"), ping).status == 200)
    #expect(try client.request(sessionFields(session), ping).status == 401)
    #expect(try client.request(sessionFields(session, token: "m"), ping).status == 404)
    #expect(
      try client.request(sessionFields(session, token: "m"), method: "DELETE").status == 404)
    #expect(try client.request(sessionFields(session, token: "m"), method: "GET").status == 404)
    for forged in ["x", String(session.dropLast()), session + "A", session.lowercased() + "!"] {
      #expect(try client.request(sessionFields(forged, token: "a"), ping).status == 404)
    }
    #expect(gate.handler.refused.allSatisfy { $0 == .unknownSession })
    await gate.end()
  }

  @Test("two requests with one id: the second is refused, the first goes on")
  func requestIDs() async throws {
    let gate = try await LoopbackGate()
    let (first, second) = try (gate.client(), gate.client())
    let session = try initialize(second)
    first.send(sessionFields(session), sessionCall("wait", id: "3"))
    #expect(await eventually { gate.handler.started == ["wait"] })
    let refused = try second.request(sessionFields(session), sessionCall("echo", id: "3"))
    #expect(refused.status == 400)
    #expect(refused.body.contains("two requests with one id"))
    #expect(
      try second.request(sessionFields(session), sessionCall("release", id: "4")).status == 200)
    #expect(try first.response().body == #"{"jsonrpc":"2.0","id":3,"result":{}}"#)
    await gate.end()
  }

  @Test("a session's client that hangs up does not cancel; notifications/cancelled does")
  func sessionCancellation() async throws {
    let gate = try await LoopbackGate(loops: 2)
    let (caller, other, otherLoop) = try (gate.client(), gate.client(), gate.client(1))
    let session = try initialize(other)
    let foreign = try initialize(otherLoop)
    let leaver = try gate.client()
    leaver.send(sessionFields(session), sessionCall("wait", id: "1"))
    caller.send(sessionFields(session), sessionCall("wait", id: "2"))
    #expect(await eventually { gate.handler.started.count == 2 })
    leaver.disconnect()
    // Another session cannot cancel it.
    #expect(
      try otherLoop.request(sessionFields(foreign), Sample.cancelled("2")).status == 202)
    #expect(try otherLoop.request(sessionFields(session), Sample.cancelled("2")).status == 202)
    let answer = try caller.response()
    #expect(answer.body.contains("Request cancelled"))
    #expect(gate.handler.cancelled.count == 1)
    #expect(
      try other.request(sessionFields(session), sessionCall("release", id: "3")).status == 200)
    #expect(await eventually { gate.handler.started.count == 3 })
    #expect(gate.handler.cancelled.count == 1)
    await gate.end()
  }

  @Test("DELETE cancels the calls of the session and ends its streams")
  func deleteStops() async throws {
    let gate = try await LoopbackGate()
    let (caller, stream, other) = try (gate.client(), gate.client(), gate.client())
    let session = try initialize(other)
    stream.send(sessionFields(session), method: "GET")
    #expect(try stream.head().contentType == "text/event-stream")
    caller.send(sessionFields(session), sessionCall("wait"))
    #expect(await eventually { gate.handler.started == ["wait"] })
    #expect(try other.request(sessionFields(session), method: "DELETE").status == 200)
    #expect(try stream.event() == ": ping")
    #expect(try stream.event() == nil)
    #expect(try caller.response().body.contains("Request cancelled"))
    #expect(gate.handler.cancelled == ["wait"])
    await gate.end()
  }

  @Test("an idle session ends by itself")
  func idleSession() async throws {
    let gate = try await LoopbackGate { $0.sessionIdleTime = .milliseconds(20) }
    let client = try gate.client()
    let session = try initialize(client)
    #expect(await eventually { gate.sessions.count == 0 })
    #expect(try client.request(sessionFields(session), Sample.session("ping")).status == 404)
    await gate.end()
  }

  @Test("too many sessions are refused with 503")
  func sessionBound() async throws {
    let gate = try await LoopbackGate { $0.maxSessions = 1 }
    let client = try gate.client()
    _ = try initialize(client)
    let refused = try client.request(Sample.fields(), Sample.initialize("2025-11-25"))
    #expect(refused.status == 503)
    #expect(refused.fields["Mcp-Session-Id"] == nil)
    #expect(await eventually { gate.handler.refused == [.throttled] })
    await gate.end()
  }

  // MARK: streams

  @Test("a change of the tools list reaches exactly one stream of a session, on whichever loop")
  func listChanged() async throws {
    let gate = try await LoopbackGate(loops: 2)
    let session = try initialize(gate.client())
    let streams = try [gate.client(0), gate.client(1)]
    for stream in streams {
      stream.send(sessionFields(session), method: "GET")
      #expect(try stream.head().status == 200)
      #expect(try stream.event() == ": ping")
    }
    #expect(await eventually { gate.handler.listenerCount == 1 })
    gate.handler.change(.listChanged(.tools))
    // The loops take the change before the drain: both are queued in this order.
    await gate.drain(.seconds(5))
    var told = 0
    for stream in streams {
      while let event = try stream.event() {
        #expect(event == text(OwnMessages.notification(.listChanged(.tools))))
        told += 1
      }
    }
    #expect(told == 1)
    await gate.end(drained: true)
  }

  @Test("a change that was missed is told when the stream opens")
  func missedChange() async throws {
    let gate = try await LoopbackGate()
    let client = try gate.client()
    let session = try initialize(client)
    let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
    #expect(try client.request(sessionFields(session), initialized).status == 202)
    gate.handler.change(.listChanged(.tools))
    let stream = try gate.client()
    stream.send(sessionFields(session), method: "GET")
    _ = try stream.head()
    #expect(try stream.event() == ": ping")
    #expect(try stream.event() == text(OwnMessages.notification(.listChanged(.tools))))
    await gate.end()
  }

  @Test("a subscription is acknowledged, told under its id, and ends with its result")
  func listen() async throws {
    let gate = try await LoopbackGate { $0.keepAliveInterval = .seconds(3600) }
    let stream = try gate.client()
    stream.send(
      Sample.statelessFields("subscriptions/listen"),
      Sample.stateless(
        "subscriptions/listen", id: "\"l\"",
        params: #"""
          "notifications":{"toolsListChanged":true,"promptsListChanged":false,
          "resourceSubscriptions":["a:b","secret"]}
          """#))
    #expect(try stream.head().contentType == "text/event-stream")
    let tag = #""_meta":{"io.modelcontextprotocol/subscriptionId":"l"}"#
    #expect(
      try stream.event()
        == #"{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{\#(tag),"notifications":{"toolsListChanged":true,"resourceSubscriptions":["a:b"]}}}"#
    )
    gate.handler.change(.listChanged(.tools))
    #expect(
      try stream.event()
        == #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{\#(tag)}}"#)
    gate.handler.change(.listChanged(.prompts))
    gate.handler.change(.resourceUpdated(uri: "a:b"))
    #expect(
      try stream.event()
        == #"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:b",\#(tag)}}"#
    )
    await gate.drain(.seconds(5))
    #expect(gate.handler.listenerCount == 0)
    #expect(
      try stream.event()
        == #"{"jsonrpc":"2.0","id":"l","result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"echo","version":"1"},"io.modelcontextprotocol/subscriptionId":"l"}}}"#
    )
    #expect(try stream.event() == nil)
    await gate.end(drained: true)
  }

  @Test("a stream whose client is gone is forgotten")
  func streamDisconnect() async throws {
    let gate = try await LoopbackGate()
    let session = try initialize(gate.client())
    let stream = try gate.client()
    stream.send(sessionFields(session), method: "GET")
    _ = try stream.head()
    #expect(try stream.event() == ": ping")
    #expect(await gate.activeCount() == 1)
    stream.disconnect()
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(60)
    while await gate.activeCount() > 0, clock.now < deadline { await Task.yield() }
    #expect(await gate.activeCount() == 0)
    await gate.end()
  }

  @Test("streams of a session are bounded")
  func streamBound() async throws {
    let gate = try await LoopbackGate { $0.maxStreamsPerSession = 1 }
    let session = try initialize(gate.client())
    let (first, second) = try (gate.client(), gate.client())
    first.send(sessionFields(session), method: "GET")
    #expect(try first.head().status == 200)
    #expect(try second.request(sessionFields(session), method: "GET").status == 429)
    await gate.end()
  }

  // MARK: draining

  @Test("draining lets a call finish and refuses new ones")
  func drainFinishes() async throws {
    let gate = try await LoopbackGate(loops: 2)
    let (caller, late) = try (gate.client(), gate.client())
    caller.send(fields("wait"), Sample.call("wait"))
    #expect(await eventually { gate.handler.started == ["wait"] })
    // Connected before the drain.
    #expect(try late.request(callFields, Sample.call("echo")).status == 200)
    let draining = gate.startDrain(.seconds(120))
    var status = 200
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(60)
    while status == 200, clock.now < deadline {
      status = try late.request(callFields, Sample.call("echo")).status
      await Task.yield()
    }
    #expect(status == 503)
    gate.handler.release()
    #expect(try caller.response().status == 200)
    for task in draining { await task.value }
    #expect(gate.handler.cancelled.isEmpty)
    await gate.end(drained: true)
  }

  @Test("a call that outlasts the drain is cancelled and still answered")
  func drainCancels() async throws {
    let gate = try await LoopbackGate()
    let caller = try gate.client()
    caller.send(fields("wait"), Sample.call("wait"))
    #expect(await eventually { gate.handler.started == ["wait"] })
    await gate.drain(.milliseconds(20))
    #expect(gate.handler.cancelled == ["wait"])
    #expect(try caller.response().status == 200)
    await gate.end(drained: true)
  }

  @Test("a drain ends although a call does not heed its cancellation")
  func drainEnds() async throws {
    let gate = try await LoopbackGate()
    let caller = try gate.client()
    caller.send(fields("stubborn"), Sample.call("stubborn"))
    #expect(await eventually { gate.handler.started == ["stubborn"] })
    await gate.drain(.milliseconds(1))
    #expect(await gate.activeCount() == 1)
    gate.handler.release()
    #expect(try caller.response().status == 200)
    await gate.end(drained: true)
  }
}
