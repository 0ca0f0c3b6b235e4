import HTTP
import JSON
import Testing

@testable import MCP

@Suite("HTTP+SSE of 2024-11-05")
struct ClientFaceEventsTests {
  /// A session: its stream, and where to post.
  private struct Client {
    let gate: LoopbackGate
    let stream: LoopbackClient
    let target: String
    let token: String?

    init(_ gate: LoopbackGate, path: String = "/sse", token: String? = nil) throws {
      self.gate = gate
      self.token = token
      stream = try gate.client()
      stream.send(Self.fields(token, ["Accept": "text/event-stream"]), method: "GET", path: path)
      #expect(try stream.head().contentType == "text/event-stream")
      target = try #require(try stream.event())
      #expect(stream.eventType == "endpoint")
      #expect(target.hasPrefix("\(path)?sessionId="))
    }

    static func fields(_ token: String?, _ edits: KeyValuePairs<String, String?> = [:])
      -> HTTPHeaders
    {
      var fields = Sample.fields(["Accept": nil, "Authorization": token.map { "Bearer \($0)" }])
      for (name, value) in edits {
        fields.remove(name)
        if let value { fields.add(name, value) }
      }
      return fields
    }

    func post(_ message: String, as other: String? = nil, door: Int = 0) throws -> Int {
      try gate.client(door).request(Self.fields(other ?? token), message, path: target).status
    }

    func initialize(_ version: String = "2024-11-05") throws {
      #expect(try post(Sample.initialize(version)) == 202)
      let answer = try #require(try stream.message())
      #expect(stream.eventType == "message")
      #expect(stream.eventID == nil)
      #expect(answer.contains("\"protocolVersion\":\"\(version)\""))
      #expect(try post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#) == 202)
    }
  }

  @Test("messages are posted from any loop, and what answers them comes over the stream")
  func session() async throws {
    let gate = try await LoopbackGate(loops: 2)
    let client = try Client(gate, path: "/servers/a/sse")
    #expect(try client.post(Sample.session("tools/list")) == 202)
    #expect(try client.stream.message()?.contains("send initialize first") == true)
    try client.initialize()
    #expect(try client.post(Sample.initialize("2024-11-05", id: "9")) == 202)
    #expect(try client.stream.message()?.contains("initialized already") == true)
    #expect(try client.post(Sample.session("ping", id: "1"), door: 1) == 202)
    #expect(try client.stream.message() == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(
      try client.post(
        Sample.session(
          "tools/call", id: "2", params: #"{"name":"progress","_meta":{"progressToken":"p"}}"#))
        == 202)
    for step in 1...3 {
      #expect(try client.stream.message()?.contains("\"progress\":\(step)") == true)
    }
    #expect(try client.stream.message() == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
    #expect(try client.post(Sample.session("nonsense", id: "3")) == 202)
    #expect(try client.stream.message()?.contains("-32601") == true)
    #expect(
      try client.post(Sample.session("tools/call", id: "4", params: #"{"name":"where"}"#)) == 202)
    #expect(try client.stream.message()?.contains(#""at":"server a""#) == true)
    gate.handler.change(.listChanged(.prompts))
    #expect(try client.stream.message()?.contains("prompts/list_changed") == true)
    await gate.end()
  }

  @Test("the client is asked over the stream, too")
  func asking() async throws {
    let gate = try await LoopbackGate(loops: 2)
    let client = try Client(gate)
    try client.initialize()
    #expect(
      try client.post(
        Sample.session(
          "tools/call", id: "2",
          params: #"{"name":"ask","arguments":{"requests":{"r":{"method":"roots/list"}}}}"#))
        == 202)
    let asked = try request(client.stream.message())
    #expect(asked.method == "roots/list")
    #expect(try client.post(SessionClient.answer(asked.id), door: 1) == 202)
    #expect(try client.stream.message()?.contains(#""answers":{"r":{}}"#) == true)
    // A cancelled request is not answered.
    #expect(
      try client.post(Sample.session("tools/call", id: "3", params: #"{"name":"wait"}"#)) == 202)
    #expect(await eventually { gate.handler.started.contains("wait") })
    #expect(try client.post(Sample.cancelled("3")) == 202)
    #expect(await eventually { gate.handler.cancelled == ["wait"] })
    #expect(try client.post(Sample.session("ping", id: "4")) == 202)
    #expect(try client.stream.message() == #"{"jsonrpc":"2.0","id":4,"result":{}}"#)
    await gate.end()
  }

  @Test("a session is its principal's, its endpoint's and its stream's")
  func binding() async throws {
    let gate = try await LoopbackGate(handler: EchoHandler(tokens: ["a": "alice", "m": "mallory"]))
    let client = try Client(gate, token: "a")
    try client.initialize()
    let ping = Sample.session("ping")
    #expect(try client.post(ping, as: "m") == 404)
    #expect(try client.post(ping, as: "x") == 401)
    let id = String(client.target.drop { $0 != "=" }.dropFirst())
    let fields = Client.fields("a")
    func status(_ path: String) throws -> Int {
      try gate.client().request(fields, ping, path: path).status
    }
    #expect(try status("/sse/dev?sessionId=\(id)") == 404)
    #expect(try status("/sse?sessionId=\(id)x") == 404)
    #expect(try status("/sse") == 405)
    // It is no session of streamable HTTP.
    #expect(
      try gate.client().request(
        Sample.fields(["Mcp-Session-Id": id, "Authorization": "Bearer a"]), ping
      ).status == 404)
    #expect(
      try client.post(Sample.session("tools/call", id: "3", params: #"{"name":"wait"}"#)) == 202)
    #expect(await eventually { gate.handler.started.contains("wait") })
    client.stream.disconnect()
    #expect(await eventually { gate.handler.cancelled == ["wait"] })
    #expect(await eventually { gate.sessions.count == 0 })
    #expect(await eventually { gate.handler.listenerCount == 0 })
    #expect(try client.post(ping) == 404)
    await gate.end()
  }

  @Test("who does not read the stream is sent nothing new to do")
  func backlog() async throws {
    let gate = try await LoopbackGate { $0.maxEventsBacklogBytes = 1 << 20 }
    let client = try Client(gate)
    try client.initialize()
    let big = String(repeating: "0123456789abcdef", count: 1 << 16)
    var status = 202
    var sent = 0
    while status == 202, sent < 100 {
      sent += 1
      status = try client.post(
        Sample.session(
          "tools/call", id: "\(sent)", params: #"{"name":"echo","arguments":{"big":"\#(big)"}}"#))
    }
    #expect(status == 429)
    for id in 1..<sent {
      #expect(try client.stream.message()?.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"#) == true)
    }
    #expect(try client.post(Sample.session("ping", id: "0")) == 202)
    await gate.end()
  }

  @Test("a drain lets the answers out over the stream, then ends it")
  func drain() async throws {
    let gate = try await LoopbackGate()
    let client = try Client(gate)
    try client.initialize()
    #expect(
      try client.post(Sample.session("tools/call", id: "3", params: #"{"name":"wait"}"#)) == 202)
    #expect(await eventually { gate.handler.started == ["wait"] })
    let draining = gate.startDrain(.seconds(120))
    gate.handler.release()
    #expect(try client.stream.message() == #"{"jsonrpc":"2.0","id":3,"result":{}}"#)
    #expect(try client.stream.message() == nil)
    for task in draining { await task.value }
    await gate.end(drained: true)
  }
}
