import HTTP
import JSON
import Testing

@testable import MCP

@Suite("Sessions over HTTP ask their clients")
struct ClientFaceQuestionTests {
  private let form = #"{"mode":"form","message":"who?","requestedSchema":{"type":"object"}}"#

  @Test(
    "what a call asks goes out on its own stream, and the answers, from any loop, bring the result")
  func asking() async throws {
    let gate = try await LoopbackGate(loops: 2)
    let client = try SessionClient(gate)
    let call = try client.begin(
      client.ask(
        #"{"who":{"method":"elicitation/create","params":\#(form)},"r":{"method":"roots/list"}}"#))
    #expect(try call.head().contentType == "text/event-stream")
    #expect(try call.event() == "")
    let first = try request(call.message())
    let second = try request(call.message())
    #expect([first.method, second.method] == ["elicitation/create", "roots/list"])
    #expect(first.params == form)
    #expect(first.id != second.id)
    #expect(
      try client.post(SessionClient.answer(second.id, #"{"roots":[]}"#), door: 1).status == 202)
    #expect(
      try client.post(SessionClient.answer(first.id, #"{"action":"accept"}"#), door: 1).status
        == 202)
    #expect(
      try call.message()
        == #"{"jsonrpc":"2.0","id":7,"result":{"answers":{"who":{"action":"accept"},"r":{"roots":[]}}}}"#
    )
    #expect(try call.event() == nil)
    await gate.end()
  }

  @Test("a client's error travels as one, and rounds follow one another with new ids")
  func rounds() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    let call = try client.begin(client.ask(#"{"r":{"method":"roots/list"}}"#, rounds: 2))
    _ = try call.head()
    let first = try request(call.message())
    #expect(
      try client.post(
        #"{"jsonrpc":"2.0","id":\#(first.id),"error":{"code":-1,"message":"no"}}"#
      ).status == 202)
    let second = try request(call.message())
    #expect(second.id != first.id)
    #expect(try client.post(SessionClient.answer(second.id)).status == 202)
    #expect(try call.message()?.contains(#""answers":{"r":{}}"#) == true)
    #expect(
      gate.handler.answers == [
        #"{"r":{"dev.sallyport/error":{"code":-1,"message":"no"}}}"#, #"{"r":{}}"#,
      ])
    await gate.end()
  }

  @Test(
    "a client is asked only for what it declared and its revision has",
    arguments: [
      ("2025-11-25", "{}", "roots/list", "null"),
      ("2025-11-25", #"{"roots":{}}"#, "sampling/createMessage", "{}"),
      (
        "2025-11-25", #"{"elicitation":{}}"#, "elicitation/create",
        #"{"mode":"url","url":"https://a"}"#
      ),
      ("2025-06-18", #"{"elicitation":{"url":{}}}"#, "elicitation/create", #"{"mode":"url"}"#),
      ("2025-03-26", #"{"elicitation":{}}"#, "elicitation/create", #"{"message":"m"}"#),
      ("2025-11-25", #"{"sampling":{}}"#, "sampling/createMessage", #"{"tools":[]}"#),
    ])
  func undeclared(version: String, capabilities: String, method: String, params: String)
    async throws
  {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate, version: version, capabilities: capabilities)
    let member = params == "null" ? "" : ",\"params\":\(params)"
    let answer = try client.post(client.ask("{\"q\":{\"method\":\"\(method)\"\(member)}}"))
    // Nothing was asked, so nothing had to stream.
    #expect(answer.contentType == "application/json")
    #expect(answer.body.contains(#""q":{"dev.sallyport/error":{"code":-32601,"#))
    await gate.end()
  }

  @Test("a form has no mode before 2025-11-25, and a page to visit has an id since")
  func shapes() async throws {
    let gate = try await LoopbackGate()
    let older = try SessionClient(gate, version: "2025-06-18", capabilities: #"{"elicitation":{}}"#)
    let call = try older.begin(
      older.ask(
        #"{"q":{"method":"elicitation/create","params":{"mode":"form","message":"m","_meta":{"progressToken":1,"k":2}}}}"#
      ))
    _ = try call.head()
    // Older clients get no empty event.
    #expect(try call.event() == ": ping")
    let asked = try request(call.event())
    #expect(asked.params == #"{"message":"m","_meta":{"k":2}}"#)
    #expect(try older.post(SessionClient.answer(asked.id)).status == 202)
    #expect(try call.message()?.contains("answers") == true)

    let newer = try SessionClient(gate)
    let visit = try newer.begin(
      newer.ask(
        #"{"q":{"method":"elicitation/create","params":{"mode":"url","url":"https://a","message":"m"}}}"#
      ))
    _ = try visit.head()
    #expect(try visit.event() == "")
    #expect(try request(visit.message()).params.contains(#""elicitationId":"#))
    await gate.end()
  }

  @Test("cancelling a call ends its questions, and the server hears of it")
  func cancellation() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    let call = try client.begin(client.ask(#"{"r":{"method":"roots/list"}}"#))
    _ = try call.head()
    let asked = try request(call.message())
    #expect(try client.post(Sample.cancelled("7")).status == 202)
    let cancelled = try Sample.document(try #require(try call.message()))
    #expect(cancelled[member: "method"]?.equals("notifications/cancelled") == true)
    #expect(
      cancelled[member: "params"]?[member: "requestId"].map { text($0.raw) } == asked.id)
    #expect(try call.message()?.contains("Request cancelled") == true)
    // The call came back to what stands behind the face, in a cancelled task.
    #expect(gate.handler.answers.count == 1)
    #expect(try client.post(SessionClient.answer(asked.id)).status == 202)
    await gate.end()
  }

  @Test("a client that answers too late loses the question")
  func patience() async throws {
    let gate = try await LoopbackGate { $0.inputTime = .milliseconds(20) }
    let client = try SessionClient(gate)
    let call = try client.begin(client.ask(#"{"r":{"method":"roots/list"}}"#))
    _ = try call.head()
    let asked = try request(call.message())
    #expect(try call.message()?.contains("notifications/cancelled") == true)
    #expect(try call.message()?.contains("gave no answer") == true)
    #expect(try client.post(SessionClient.answer(asked.id)).status == 202)
    await gate.end()
  }

  @Test("an answer from another session or another principal reaches nobody")
  func foreignAnswers() async throws {
    let gate = try await LoopbackGate(handler: EchoHandler(tokens: ["a": "alice", "m": "mallory"]))
    let client = try SessionClient(gate, token: "a")
    let other = try SessionClient(gate, token: "a")
    let mallory = try SessionClient(gate, token: "m")
    let call = try client.begin(client.ask(#"{"r":{"method":"roots/list"}}"#))
    _ = try call.head()
    let asked = try request(call.message())
    let forged = SessionClient.answer(asked.id, #"{"forged":true}"#)
    #expect(try other.post(forged).status == 202)
    #expect(try mallory.post(forged).status == 202)
    #expect(
      try gate.client().request(
        client.fields(["Authorization": "Bearer m"]), forged
      ).status == 404)
    // A string is another id than the number.
    #expect(try client.post(SessionClient.answer("\"\(asked.id)\"")).status == 202)
    #expect(try client.post(SessionClient.answer(asked.id, #"{"mine":true}"#)).status == 202)
    #expect(try call.message()?.contains(#""answers":{"r":{"mine":true}}"#) == true)
    await gate.end()
  }

  @Test("a server that never comes to an answer is stopped")
  func endless() async throws {
    let gate = try await LoopbackGate()
    let client = try SessionClient(gate)
    #expect(try client.post(client.call("endless")).body.contains("came to no answer"))
    #expect(gate.handler.started.count == 1 + InputRound.maxEmptyRounds)
    let call = try client.begin(client.ask(#"{"r":{"method":"roots/list"}}"#, rounds: 99))
    _ = try call.head()
    for _ in 0..<InputRound.maxRounds {
      #expect(try client.post(SessionClient.answer(try request(call.message()).id)).status == 202)
    }
    #expect(try call.message()?.contains("came to no answer") == true)
    await gate.end()
  }

  @Test("questions of a session are bounded in number and size")
  func bounds() async throws {
    let gate = try await LoopbackGate {
      $0.maxQuestions = 1
      $0.maxQuestionBytes = 64
    }
    let client = try SessionClient(gate)
    let long = String(repeating: "x", count: 100)
    let call = try client.begin(
      client.ask(
        #"{"a":{"method":"roots/list"},"b":{"method":"roots/list"},"c":{"method":"sampling/createMessage","params":{"systemPrompt":"\#(long)"}}}"#
      ))
    _ = try call.head()
    let asked = try request(call.message())
    #expect(try client.post(SessionClient.answer(asked.id)).status == 202)
    let answers = try #require(try call.message())
    #expect(answers.contains(#""b":{"dev.sallyport/error":"#))
    #expect(answers.contains(#""c":{"dev.sallyport/error":"#))
    await gate.end()
  }

  @Test("a stateless client gets the questions as its answer")
  func stateless() async throws {
    let gate = try await LoopbackGate()
    let answer = try gate.client().request(
      Sample.statelessFields("tools/call", name: "ask"),
      Sample.call("ask", arguments: #"{"requests":{"r":{"method":"roots/list"}}}"#))
    #expect(answer.body.contains(#""resultType":"input_required""#))
    #expect(answer.body.contains(#""inputRequests":{"r":{"method":"roots/list"}}"#))
    await gate.end()
  }
}
