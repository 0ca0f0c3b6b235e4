import HTTP
import JSON
import Testing

@testable import MCP

/// The corners of the protocol that are the client face's; other suites look closer at each.
@Suite("Hard corners at the HTTP client face")
struct ClientFaceCornerTests {
  @Test("1: ids keep their type, and a late answer does not hit an id that is used again")
  func ids() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    for id in ["1", "\"1\"", "9007199254740993", "\"\\u00e4\""] {
      #expect(
        try client.post(client.call("echo", id: id)).body
          == "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{}}")
    }
    let first = try client.begin(client.call("stubborn", id: "5"))
    #expect(await eventually { gate.handler.started.last == "stubborn" })
    #expect(try client.post(Sample.cancelled("5")).status == 202)
    #expect(
      try client.post(client.call("where", id: "5")).body.contains(#""at":"gateway""#))
    gate.handler.release()
    #expect(try first.response().body.contains("Request cancelled"))
    await gate.end()
  }

  @Test("7: who has left cannot be asked, and the server is not left waiting")
  func leftCaller() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    // It leaves before anything streamed, so it has no event to come back with.
    let call = try client.begin(
      Sample.session(
        "tools/call", id: "7",
        params:
          #"{"name":"waitThenAsk","arguments":{"requests":{"r":{"method":"roots/list"}}}}"#))
    #expect(await eventually { gate.handler.started == ["waitThenAsk"] })
    call.disconnect()
    // The loop has noticed when it serves what came later.
    #expect(try client.post(Sample.session("ping")).status == 200)
    gate.handler.release()
    #expect(
      await eventually {
        gate.handler.answers.first?.contains(#""r":{"dev.sallyport/error":"#) == true
      })
    await gate.end()
  }

  @Test("9: DELETE and idling end everything of a session, and sessions are capped per principal")
  func ends() async throws {
    let gate = try await LoopbackGate(handler: EchoHandler(tokens: ["a": "alice", "b": "bob"])) {
      $0.maxSessionsPerPrincipal = 1
    }
    let alice = try SessionClient(gate, token: "a")
    let refused = try gate.client().request(
      Sample.fields(["Authorization": "Bearer a"]), Sample.initialize("2025-11-25"))
    #expect(refused.status == 503)
    _ = try SessionClient(gate, token: "b")
    let call = try alice.begin(alice.ask(#"{"r":{"method":"roots/list"}}"#))
    _ = try call.head()
    #expect(try request(call.message()).method == "roots/list")
    let stream = try alice.open()
    #expect(try gate.client().request(alice.fields(), method: "DELETE").status == 200)
    #expect(try stream.message() == nil)
    #expect(try call.message()?.contains("notifications/cancelled") == true)
    #expect(try call.message()?.contains("Request cancelled") == true)
    #expect(try call.message() == nil)
    #expect(try alice.post(Sample.session("ping")).status == 404)
    #expect(await eventually { gate.handler.listenerCount == 1 })
    // The question went with the session.
    #expect(await eventually { gate.handler.answers.count == 1 })
    _ = try SessionClient(gate, token: "a")
    await gate.end()
  }

  @Test("10: a posted answer gets through while the call's stream is not read")
  func deadlock() async throws {
    let gate = try await LoopbackGate(loops: 1)
    let client = try SessionClient(gate)
    let calls = try (1...20).map {
      try client.begin(client.ask(#"{"r":{"method":"roots/list"}}"#, id: "\($0)"))
    }
    #expect(await eventually { gate.handler.started.count == 20 })
    // Nobody has read a byte of the streams yet; ids count from 1.
    for id in 1...20 { #expect(try client.post(SessionClient.answer("\(id)")).status == 202) }
    #expect(await eventually { gate.handler.answers.count == 20 })
    for call in calls {
      _ = try call.head()
      var last: String?
      while let message = try call.message() { last = message }
      #expect(last?.contains("answers") == true)
    }
    await gate.end()
  }

  @Test("11: what is kept for replay is bounded")
  func replayBound() async throws {
    let gate = try await LoopbackGate { $0.maxReplayBytesPerSession = 64 << 10 }
    let client = try SessionClient(gate)
    let call = try client.begin(client.call("flood"))
    _ = try call.head()
    #expect(try call.event() == "")
    let first = try #require(call.eventID)
    var sent = 0
    while try call.message() != nil { sent += 1 }
    let again = try client.open(after: first)
    var replayed: [String] = []
    while let message = try again.message() { replayed.append(message) }
    #expect(replayed.count < sent)
    #expect(replayed.count <= 16)
    #expect(replayed.last == #"{"jsonrpc":"2.0","id":7,"result":{}}"#)
    await gate.end()
  }

  @Test(
    "12: a handshake selects the newest session revision for what it does not know",
    arguments: ["2026-07-28", "2099-12-31", "2024-10-07", "x"])
  func negotiation(version: String) async throws {
    let gate = try await LoopbackGate()
    let response = try gate.client().request(Sample.fields(), Sample.initialize(version))
    #expect(response.body.contains(#""protocolVersion":"2025-11-25""#))
    await gate.end()
  }

  @Test("13: the header decides the era, and a session does not mind another session revision")
  func lenience() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate, version: "2024-11-05")
    for version in ["2025-11-25", "2025-06-18", nil] {
      let answer = try gate.client().request(
        client.fields(["MCP-Protocol-Version": version]), Sample.call("echo"))
      #expect(answer.status == 200)
      #expect(answer.body == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    }
    await gate.end()
  }

  @Test("16: a cancellation that comes with the answer does no harm")
  func cancelRace() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    for id in 1...50 {
      let call = try client.begin(client.call("echo", id: "\(id)"))
      #expect(try client.post(Sample.cancelled("\(id)")).status == 202)
      let body = try call.response().body
      #expect(
        body == "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{}}"
          || body.contains("Request cancelled"))
    }
    #expect(try client.post(client.call("echo", id: "1")).status == 200)
    await gate.end()
  }
}
