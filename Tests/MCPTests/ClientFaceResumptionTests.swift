import HTTP
import JSON
import Testing

@testable import MCP

@Suite("Streams of sessions are taken up again")
struct ClientFaceResumptionTests {
  @Test("a call goes on without its connection, and its answer waits for the client")
  func callSurvives() async throws {
    let gate = try await LoopbackGate(loops: 2) { $0.keepAliveInterval = .milliseconds(30) }
    let client = try SessionClient(gate)
    let call = try client.begin(client.call("wait"))
    #expect(try call.head().contentType == "text/event-stream")
    // The priming event: an id to come back with, and when.
    #expect(try call.event() == "")
    #expect(call.eventType == nil)
    #expect(call.retry == "1000")
    let last = try #require(call.eventID)
    call.disconnect()
    // Comes back on another loop while the call still runs.
    let again = try client.open(after: last, door: 1)
    #expect(try client.post(client.call("release", id: "8")).status == 200)
    #expect(try again.message() == #"{"jsonrpc":"2.0","id":7,"result":{}}"#)
    let answered = try #require(again.eventID)
    #expect(try again.event() == nil)
    // And once more after its end, also when the answer was lost on the way.
    #expect(try client.open(after: last).message() == #"{"jsonrpc":"2.0","id":7,"result":{}}"#)
    #expect(try client.open(after: answered).message() == nil)
    #expect(gate.handler.cancelled.isEmpty)
    await gate.end()
  }

  @Test("a question that was asked while the client was away is put when it comes back")
  func questionWaits() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    let call = try client.begin(client.ask(#"{"r":{"method":"roots/list"}}"#, rounds: 2))
    _ = try call.head()
    #expect(try call.event() == "")
    let last = try #require(call.eventID)
    let first = try request(call.message())
    call.disconnect()
    #expect(try client.post(SessionClient.answer(first.id)).status == 202)
    #expect(await eventually { gate.handler.answers.count == 1 })
    let again = try client.open(after: last)
    #expect(try request(again.message()).id == first.id)
    let second = try request(again.message())
    #expect(second.id != first.id)
    #expect(try client.post(SessionClient.answer(second.id)).status == 202)
    #expect(try again.message()?.contains("answers") == true)
    await gate.end()
  }

  @Test("only the stream that is named is sent again")
  func oneStream() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    var streams: [String: [String]] = [:]
    for number in 1...2 {
      let call = try client.begin(client.call("progress", id: "\(number)"))
      _ = try call.head()
      #expect(try call.event() == "")
      let last = try #require(call.eventID)
      streams[last] = []
      while let message = try call.message() { streams[last]?.append(message) }
    }
    for (last, messages) in streams {
      let again = try client.open(after: last)
      for message in messages { #expect(try again.message() == message) }
      #expect(try again.message() == nil)
    }
    await gate.end()
  }

  @Test("the stream of a session is taken up with what it missed, as far as it is kept")
  func sessionStream() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    let stream = try client.open()
    #expect(try stream.event() == ": ping")
    #expect(await eventually { gate.handler.listenerCount == 1 })
    for kind in [ListKind.tools, .prompts] {
      gate.handler.change(.listChanged(kind))
      #expect(try stream.message()?.contains("\(kind.rawValue)/list_changed") == true)
    }
    let last = try #require(stream.eventID)
    let first = last.prefix { $0 != "-" } + "-1"
    stream.disconnect()
    let again = try client.open(after: String(first))
    #expect(try again.message()?.contains("prompts/list_changed") == true)
    gate.handler.change(.listChanged(.resources))
    #expect(try again.message()?.contains("resources/list_changed") == true)
    // Ids of nothing that is kept: a stream as any.
    for unknown in ["s99-1", "nonsense", ""] {
      #expect(try client.open(after: unknown).event() == ": ping")
    }
    let lost = try gate.client().request(
      client.fields(["Last-Event-ID": "c99-1"]), method: "GET")
    #expect(lost.status == 400)
    await gate.end()
  }

  @Test("events of another session cannot be asked for")
  func otherSession() async throws {
    let gate = try await LoopbackGate()
    let (client, other) = try (SessionClient(gate), SessionClient(gate))
    let call = try client.begin(client.call("progress"))
    _ = try call.head()
    #expect(try call.event() == "")
    let refused = try gate.client().request(
      other.fields(["Last-Event-ID": call.eventID]), method: "GET")
    #expect(refused.status == 400)
    await gate.end()
  }

  @Test("a client that reads slowly loses progress, and not one answer")
  func slowClient() async throws {
    let gate = try await LoopbackGate { $0.maxNotificationBacklogBytes = 32 << 10 }
    let client = try SessionClient(gate)
    let call = try client.begin(client.call("flood"))
    _ = try call.head()
    #expect(await eventually { gate.handler.flooded })
    var events = 0
    var last = ""
    while let message = try call.message() {
      events += 1
      last = message
    }
    #expect(last == #"{"jsonrpc":"2.0","id":7,"result":{}}"#)
    #expect((2...60).contains(events))
    await gate.end()
  }

  @Test("a large answer goes out over a stream as a client takes it")
  func largeAnswer() async throws {
    let gate = try await LoopbackGate { $0.keepAliveInterval = .milliseconds(20) }
    let client = try SessionClient(gate)
    let big = String(repeating: "0123456789abcdef", count: 1 << 17)
    let call = try client.begin(
      Sample.session(
        "tools/call", id: "7", params: #"{"name":"wait","arguments":{"big":"\#(big)"}}"#))
    _ = try call.head()
    #expect(try call.event() == "")
    #expect(try client.post(client.call("release", id: "8")).status == 200)
    let isWhole =
      try call.message() == #"{"jsonrpc":"2.0","id":7,"result":{"big":"\#(big)"}}"#
    #expect(isWhole)
    #expect(try call.event() == nil)
    await gate.end()
  }
}
