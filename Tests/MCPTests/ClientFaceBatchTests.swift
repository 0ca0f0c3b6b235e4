import HTTP
import JSON
import Testing

@testable import MCP

@Suite("Batches of 2025-03-26")
struct ClientFaceBatchTests {
  private func ids(_ array: String) throws -> Set<String> {
    let node = try Sample.document(array)
    #expect(node.kind == .array)
    return Set(node.elements.map { $0[member: "id"].map { text($0.raw) } ?? "none" })
  }

  @Test("requests are answered in one array, whatever else comes along")
  func array() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate, version: "2025-03-26")
    let answer = try client.post(
      """
      [\(Sample.session("ping", id: "1")),{"jsonrpc":"2.0","method":"notifications/progress"},
      \(client.call("echo", id: "\"two\"")),{"jsonrpc":"2.0","id":99,"result":{}},
      \(Sample.session("nonsense", id: "3")),7,\(Sample.initialize("2025-03-26", id: "4"))]
      """)
    #expect(answer.status == 200)
    #expect(answer.contentType == "application/json")
    #expect(try ids(answer.body) == ["1", "\"two\"", "3", "null", "4"])
    let one = try client.post("[\(Sample.session("ping", id: "5"))]")
    #expect(one.body == #"[{"jsonrpc":"2.0","id":5,"result":{}}]"#)
    let silent = try client.post(#"[{"jsonrpc":"2.0","method":"notifications/progress"}]"#)
    #expect(silent.status == 202)
    #expect(silent.body.isEmpty)
    await gate.end()
  }

  @Test("once something streams, each answer is an event")
  func stream() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate, version: "2025-03-26")
    let batch = try client.begin(
      """
      [\(Sample.session("ping", id: "1")),\(client.ask(#"{"r":{"method":"roots/list"}}"#, id: "2")),
      \(client.call("wait", id: "3"))]
      """)
    #expect(try batch.head().contentType == "text/event-stream")
    var answers: Set<String> = []
    var asked: String?
    for _ in 0..<2 {
      let message = try request(batch.message())
      if message.method.isEmpty { answers.insert(message.id) } else { asked = message.id }
    }
    #expect(answers == ["1"])
    #expect(try client.post(SessionClient.answer(try #require(asked))).status == 202)
    #expect(try request(batch.message()).id == "2")
    gate.handler.release()
    #expect(try request(batch.message()).id == "3")
    #expect(try batch.message() == nil)
    await gate.end()
  }

  @Test("one request of a batch can be cancelled alone")
  func cancellation() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate, version: "2025-03-26")
    let batch = try client.begin(
      "[\(client.call("wait", id: "1")),\(client.call("stubborn", id: "2"))]")
    #expect(await eventually { gate.handler.started.count == 2 })
    #expect(try client.post(Sample.cancelled("1")).status == 202)
    #expect(await eventually { gate.handler.cancelled == ["wait"] })
    gate.handler.release()
    let answer = try batch.response().body
    #expect(try ids(answer) == ["1", "2"])
    #expect(answer.contains("Request cancelled"))
    await gate.end()
  }

  @Test("other revisions, empty batches and long ones are refused")
  func refusals() async throws {
    let gate = try await LoopbackGate { $0.maxBatchMessages = 2 }
    let ping = Sample.session("ping")
    for version in ["2025-11-25", "2025-06-18", "2024-11-05"] {
      let client = try SessionClient(gate, version: version)
      // Also when the header claims the revision that has them.
      let refused = try gate.client().request(
        client.fields(["MCP-Protocol-Version": "2025-03-26"]), "[\(ping)]")
      #expect(refused.status == 400)
      #expect(refused.body.contains("-32600"))
    }
    let client = try SessionClient(gate, version: "2025-03-26")
    #expect(try client.post("[]").status == 400)
    #expect(try client.post("[\(ping),\(ping),\(ping)]").status == 400)
    #expect(
      try gate.client().request(Sample.fields(["Mcp-Session-Id": "forged"]), "[\(ping)]").status
        == 404)
    await gate.end()
  }

  @Test("answers that are too long together are errors, and short ones stay")
  func answerBytes() async throws {
    let gate = try await LoopbackGate { $0.maxBatchAnswerBytes = 2_000 }
    let client = try SessionClient(gate, version: "2025-03-26")
    let long = String(repeating: "x", count: 1_500)
    let calls = (1...3).map { id in
      Sample.session(
        "tools/call", id: "\(id)", params: #"{"name":"echo","arguments":{"text":"\#(long)"}}"#)
    }
    let answer = try client.post(
      "[\(calls.joined(separator: ",")),\(Sample.session("ping", id: "4"))]")
    #expect(try ids(answer.body) == ["1", "2", "3", "4"])
    let answers = try Sample.document(answer.body).elements
    #expect(answers.count { $0[member: "error"]?[member: "code"]?.int64 == -32603 } == 2)
    #expect(answers.count { $0[member: "result"] != nil } == 2)
    await gate.end()
  }
}
