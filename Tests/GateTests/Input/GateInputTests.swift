import Crypto
import Identity
import JSON
import Ledger
import Reactor
import Synchronization
import Testing

@testable import Gate
@testable import MCP

@Suite("A call whose upstream asks the client")
struct GateInputTests {
  typealias Answers = @Sendable (UpstreamRequest, NoticeSink?) async -> RecordingUpstream.Answer

  static let capabilities = #"{"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{}}"#

  static func question(_ field: String = "name", state: String? = nil) throws -> JSONNode {
    try json(
      #"{"resultType":"input_required","inputRequests":{"who":{"method":"elicitation/create","#
        + #""params":{"message":"Secret question?","requestedSchema":{"type":"object","#
        + #""properties":{"\#(field)":{"type":"string"}}}}}}"#
        + (state.map { #","requestState":\#($0)"# } ?? "") + #","x":1.0}"#)
  }

  /// Asks until it has been answered, then says hello.
  static func asking(_ question: JSONNode) -> Answers {
    { request, _ in
      request.params?[member: "inputResponses"] == nil
        ? .success(.result(question)) : .success(.result(GateBench.greeting))
    }
  }

  func call(
    _ bench: GateBench, _ more: String = "", arguments: String = #"{"n":1}"#,
    tool: String = "notes__add", as caller: Caller? = nil,
    capabilities: String? = Self.capabilities, at endpoint: Endpoint = .everything
  ) async throws -> MCPResponse {
    await bench.handle(
      "tools/call", try json(#"{"name":"\#(tool)","arguments":\#(arguments)\#(more)}"#),
      at: endpoint, as: caller, capabilities: capabilities)
  }

  func answer(_ asked: MCPResponse) throws -> String {
    let state = try #require(asked.result?[member: "requestState"])
    return #","inputResponses":{"who":{"action":"accept","content":{"name":"O \u0061"}}},"#
      + #""requestState":\#(state)"#
  }

  @Test(arguments: [nil, #""st\u0061te""#])
  func `a question goes to the client, its answer to the upstream that asked`(
    state: String?
  ) async throws {
    let bench = try await GateBench(answer: Self.asking(try Self.question(state: state)))
    let asked = try await call(bench)
    let result = try #require(asked.result)
    #expect(result[member: "resultType"]?.string == "input_required")
    #expect(result[member: "x"]?.description == "1.0")
    #expect(
      result.pointer("/inputRequests/who/params/message")?.string == "[notes] Secret question?")
    #expect(result[member: "requestState"]?.string?.contains("state") == false)
    let done = try await call(bench, try answer(asked))
    #expect(done.result?.description == GateBench.greeting.description)
    let retry = try #require(bench.upstream.arrivals.last?.request)
    #expect(
      retry.params?[member: "inputResponses"]?.description
        == #"{"who":{"action":"accept","content":{"name":"O \u0061"}}}"#)
    #expect(retry.edits == [.init(member: "requestState", value: state.map { Array($0.utf8) })])
    bench.end()
  }

  @Test func `questions, answers and the way between the calls are on record`() async throws {
    let bench = try await GateBench(
      yaml: "audit: {results: full}", answer: Self.asking(try Self.question(state: #""s""#)))
    let asked = try await call(bench)
    _ = try await call(bench, try answer(asked))
    let records = try bench.records()
    #expect(
      records.map { "\($0.text("kind") ?? "") \($0.text("method") ?? $0.text("status") ?? "")" }
        == [
          "decision tools/call", "decision elicitation/create", "outcome input_required",
          "outcome ok", "decision tools/call", "outcome ok",
        ])
    let (first, question, pause) = (records[0], records[1], records[2])
    let (reply, retry) = (records[3], records[4])
    #expect(question.text("parent") == first.text("call"))
    #expect(question.text("server") == "notes")
    #expect(question.text("tool") == "add")
    #expect(
      question.payload(.arguments).content.map { String(decoding: $0, as: UTF8.self) }?
        .contains("Secret question?") == true)
    #expect(pause.text("call") == first.text("call"))
    let relayed = Array(try Self.question(state: #""s""#).raw)
    #expect(pause.payload(.result).content.map { Array($0) } == relayed)
    #expect(reply.text("call") == question.text("call"))
    #expect(
      reply.payload(.result).content.map { String(decoding: $0, as: UTF8.self) }
        == #"{"action":"accept","content":{"name":"O \u0061"}}"#)
    #expect(retry.text("continues") == first.text("call"))
    #expect(retry.text("parent") == first.text("call"))
    #expect(retry.text("call") != first.text("call"))
    for record in records {
      #expect(!String(decoding: record.json, as: UTF8.self).contains("Secret"))
    }
    bench.end()
  }

  @Test func `answers are kept by the rules for arguments`() async throws {
    let bench = try await GateBench(
      yaml: "audit: {arguments: none, results: none}",
      answer: Self.asking(try Self.question(state: #""s""#)))
    _ = try await call(bench, try answer(try await call(bench)))
    for record in try bench.records() {
      #expect(record.payload(.result).content == nil)
      #expect(record.payload(.arguments).content == nil)
    }
    bench.end()
  }

  @Test func `a question that policy denies ends the call, and the client never sees it`()
    async throws
  {
    let policy = """
      @id("all") permit (principal, action, resource);
      @id("no-passwords") forbid (principal, action == Sallyport::Action::"elicit",
        resource == Sallyport::Server::"notes")
        when { context.input.fields.contains("password") && context.input.tool == "notes__add" };
      """
    let bench = try await GateBench(
      policy: policy, answer: Self.asking(try Self.question("password")))
    let response = try await call(bench)
    #expect(response.denial == "input_denied")
    #expect(response.result?[member: "isError"]?.bool == true)
    #expect(response.result?.description.contains("Secret") == false)
    #expect(response.result?.description.contains("no-passwords") == true)
    let records = try bench.records()
    #expect(records.last?.text("status") == "denied")
    let question = try #require(records.first { $0.text("method") == "elicitation/create" })
    #expect(question.text("decision") == "deny")
    #expect(question.document.root[member: "policies"]?.description == #"["no-passwords"]"#)
    // It is the tool that makes the difference.
    #expect(try await call(bench, tool: "notes__search").result?[member: "requestState"] != nil)
    bench.end()
  }

  @Test func `all of a round is asked, or nothing`() async throws {
    let policy = """
      permit (principal, action, resource) unless { action == Sallyport::Action::"listRoots" };
      """
    let result = try json(
      #"{"resultType":"input_required","inputRequests":{"s":{"method":"sampling/createMessage","#
        + #""params":{"messages":[],"maxTokens":5}},"r":{"method":"roots/list"}}}"#)
    let bench = try await GateBench(policy: policy, answer: { _, _ in .success(.result(result)) })
    #expect(try await call(bench).denial == "input_denied")
    let records = try bench.records()
    let sampling = try #require(records.first { $0.text("method") == "sampling/createMessage" })
    #expect(sampling.text("decision") == "allow")
    let unasked = records.first {
      $0.text("kind") == "outcome" && $0.text("call") == sampling.text("call")
    }
    #expect(unasked?.text("status") == "cancelled")
    bench.end()
  }

  @Test func `an upstream with sessions is told that it will get no answers`() async throws {
    let question = try Self.question("password", state: #""HANDLE""#)
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource) unless { action == Sallyport::Action::"elicit" &&
          context.input.fields.contains("password") };
        """,
      peer: UpstreamPeer(version: .v2025_11_25, capabilities: ServerCapabilities()),
      answer: { _, _ in .success(.result(question)) })
    #expect(try await call(bench).denial == "input_denied")
    await bench.run {}
    #expect(bench.upstream.arrivals.count == 2)
    let told = try #require(bench.upstream.arrivals.last?.request)
    #expect(told.edits.first == .init(member: "requestState", value: Array(#""HANDLE""#.utf8)))
    let responses = try #require(told.edits.last?.value)
    #expect(
      try JSONDocument(parsing: responses).root.pointer("/who/dev.sallyport~1error/code")?.int64
        == -1)
    bench.end()
  }

  @Test func `upstreams are told what the client can be asked, less what policy denies anyway`()
    async throws
  {
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource);
        forbid (principal, action == Sallyport::Action::"elicit", resource)
        when { context.input.mode == "url" };
        forbid (principal, action == Sallyport::Action::"sample", resource)
        when { context.input.maxTokens > 100 };
        forbid (principal, action == Sallyport::Action::"listRoots", resource);
        """)
    for _ in 0..<2 { _ = try await call(bench) }
    for arrival in bench.upstream.arrivals {
      #expect(arrival.request.capabilities.elicitationForm)
      #expect(!arrival.request.capabilities.elicitationURL)
      #expect(arrival.request.capabilities.sampling)
      #expect(!arrival.request.capabilities.samplingTools)
      #expect(!arrival.request.capabilities.roots)
    }
    _ = try await call(bench, capabilities: nil)
    #expect(bench.upstream.arrivals.last?.request.capabilities.isEmpty == true)
    _ = try await call(bench, capabilities: #"{"roots":{}}"#)
    #expect(bench.upstream.arrivals.last?.request.capabilities.isEmpty == true)
    bench.end()
  }

  @Test func `what no policy permits is not offered to upstreams`() async throws {
    let bench = try await GateBench(
      policy: #"permit (principal, action in Sallyport::Action::"call", resource);"#)
    _ = try await call(bench)
    #expect(bench.upstream.arrivals.first?.request.capabilities.isEmpty == true)
    bench.end()
  }

  @Test func `a question that the client did not offer to answer is the upstream's fault`()
    async throws
  {
    let bench = try await GateBench(answer: Self.asking(try Self.question()))
    for capabilities in [nil, "{}", #"{"sampling":{}}"#] {
      let response = try await call(bench, capabilities: capabilities)
      #expect(response.denial == "upstream_failed")
    }
    #expect(try bench.records([.outcome]).allSatisfy { $0.text("status") == "upstream_error" })
    bench.end()
  }

  @Test func `a state continues nothing else`() async throws {
    let bench = try await GateBench(answer: Self.asking(try Self.question(state: #""s""#)))
    let more = try answer(try await call(bench))
    let other = await bench.loop.perform { [gate = bench.gate] in
      gate.caller(Principal(agent: "claude", human: "bea"))
    }
    let mistaken = [
      (try await call(bench, more, as: other), "another caller"),
      (try await call(bench, more, arguments: #"{"n":2}"#), "another request"),
      (try await call(bench, more, tool: "notes__wipe"), "another request"),
      (
        try await call(bench, more.replacing("\"requestState\":\"", with: "\"requestState\":\"A")),
        "not one that this gateway gave"
      ),
    ]
    for (response, words) in mistaken {
      guard case .failure(let error) = response else {
        Issue.record("not refused: \(words)")
        continue
      }
      #expect(error.code == JSONRPCError.Code.invalidParams)
      #expect(error.message.contains(words))
    }
    let records = try bench.records([.refused])
    #expect(records.map { $0.text("refusal") } == Array(repeating: "invalid_state", count: 4))
    #expect(bench.upstream.arrivals.count == 1)
    #expect(try await call(bench, more).result?.description == GateBench.greeting.description)
    bench.end()
  }

  @Test func `another gateway with the same keys can go on`() async throws {
    let keys = StateKeys()
    let answers = Self.asking(try Self.question(state: #""s""#))
    let first = try await GateBench(keys: keys, answer: answers)
    let second = try await GateBench(keys: keys, answer: answers)
    let third = try await GateBench(answer: answers)
    let more = try answer(try await call(first))
    #expect(try await call(second, more).result?.description == GateBench.greeting.description)
    #expect(try await call(third, more).errorCode == JSONRPCError.Code.invalidParams)
    for bench in [first, second, third] { bench.end() }
  }

  @Test func `one request asks ten times, not more`() async throws {
    let question = try Self.question(state: #""s""#)
    let bench = try await GateBench(answer: { _, _ in .success(.result(question)) })
    var response = try await call(bench)
    for _ in 2...10 {
      #expect(response.result?[member: "requestState"] != nil)
      response = try await call(bench, try answer(response))
    }
    #expect(response.result?[member: "requestState"] != nil)
    #expect(try await call(bench, try answer(response)).denial == "upstream_failed")
    #expect(Set(try bench.records([.decision]).compactMap { $0.text("continues") }).count == 1)
    bench.end()
  }

  @Test(arguments: [
    #","inputResponses":null"#, #","inputResponses":{"who":12345}"#, #","inputResponses":[]"#,
    #","inputResponses":{},"requestState":7"#,
  ])
  func `answers of the wrong shape are refused`(more: String) async throws {
    let bench = try await GateBench()
    #expect(try await call(bench, more).errorCode == JSONRPCError.Code.invalidParams)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try bench.records().map { $0.text("refusal") } == ["malformed"])
    bench.end()
  }

  @Test func `answers nobody asked for are the upstream's to judge`() async throws {
    let bench = try await GateBench(answer: Self.asking(try Self.question()))
    let more = #","inputResponses":{"who":{"action":"accept"},"what":{}}"#
    #expect(try await call(bench, more).result?.description == GateBench.greeting.description)
    #expect(bench.upstream.arrivals.first?.request.edits.isEmpty == true)
    bench.end()
  }

  @Test func `an error in place of an answer ends the call to a stateless upstream`() async throws {
    let error = #","inputResponses":{"who":{"dev.sallyport/error":{"code":-1,"message":"no"}}}"#
    for (version, isEnded) in [(ProtocolVersion.v2026_07_28, true), (.v2025_11_25, false)] {
      let bench = try await GateBench(
        peer: UpstreamPeer(version: version, capabilities: ServerCapabilities()),
        answer: Self.asking(try Self.question(state: #""s""#)))
      let state = try #require(try await call(bench).result?[member: "requestState"])
      let response = try await call(bench, error + #","requestState":\#(state)"#)
      #expect(response.denial == (isEnded ? "input_refused" : nil))
      #expect(bench.upstream.arrivals.count == (isEnded ? 1 : 2))
      let answered = try bench.records([.outcome]).first { $0.text("status") == "protocol_error" }
      #expect(answered?.text("error") == "JSON-RPC error -1")
      bench.end()
    }
  }

  @Test func `state without questions is relayed too`() async throws {
    let result = try json(#"{"resultType":"input_required","requestState":"later"}"#)
    let bench = try await GateBench(answer: { request, _ in
      request.params?[member: "requestState"] == nil
        ? .success(.result(result)) : .success(.result(GateBench.greeting))
    })
    let paused = try await call(bench, capabilities: nil)
    let state = try #require(paused.result?[member: "requestState"])
    let done = try await call(bench, #","requestState":\#(state)"#, capabilities: nil)
    #expect(done.result?.description == GateBench.greeting.description)
    bench.end()
  }

  @Test(arguments: [#""task""#, #""novel""#, "7"])
  func `a result of a type that the client did not ask for does not reach it`(
    type: String
  ) async throws {
    let result = try json(#"{"resultType":\#(type),"taskId":"t","content":[]}"#)
    let bench = try await GateBench(answer: { _, _ in .success(.result(result)) })
    #expect(try await call(bench).denial == "upstream_failed")
    bench.end()
  }

  @Test func `a missing capability is told as the upstream says it`() async throws {
    let error = try json(
      #"{"code":-32021,"message":"m","data":{"requiredCapabilities":{"sampling":{}}}}"#)
    let bench = try await GateBench(answer: { _, _ in .success(.error(error)) })
    guard case .relayedError(let told) = try await call(bench, capabilities: nil) else {
      Issue.record("not an error")
      return
    }
    #expect(told.description == error.description)
    bench.end()
  }

  @Test func `at the server's own endpoint nothing is rewritten`() async throws {
    let question = try Self.question()
    let bench = try await GateBench(answer: Self.asking(question))
    let asked = try await call(bench, tool: "add", at: .server("notes"))
    #expect(
      asked.result?[member: "inputRequests"]?.description
        == question[member: "inputRequests"]?.description)
    bench.end()
  }

  @Test(arguments: [
    ("prompts/get", #""name":"notes__greet""#), ("resources/read", #""uri":"notes+note://1""#),
  ])
  func `prompts and resources ask too`(method: String, params: String) async throws {
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource);
        forbid (principal, action == Sallyport::Action::"elicit", resource)
        when { context.input has resource && context.input.resource == "notes+note://2" };
        """,
      peer: try everythingPeer(), answer: Self.asking(try Self.question(state: #""s""#)))
    func ask(_ text: String) async throws -> MCPResponse {
      await bench.handle(method, try json("{\(text)}"), capabilities: Self.capabilities)
    }
    let asked = try await ask(params)
    #expect(asked.result?[member: "resultType"]?.string == "input_required")
    let other = params.replacing("note://1", with: "note://2").replacing("greet", with: "greet2")
    #expect(
      try await ask(other + (try answer(asked))).errorCode == JSONRPCError.Code.invalidParams)
    #expect(try await ask(params + (try answer(asked))).result?[member: "x"] != nil)
    if method == "resources/read" {
      guard case .failure(let error) = try await ask(other) else {
        Issue.record("not denied")
        return
      }
      #expect(error.code == JSONRPCError.Code.denied)
    }
    bench.end()
  }

  @Test func `a trace is re-parented, and both spans are on record`() async throws {
    let bench = try await GateBench()
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    _ = try await bench.call("notes__add", meta: #"{"traceparent":"\#(parent)"}"#)
    _ = try await bench.call("notes__add", meta: #"{"traceparent":"nonsense"}"#)
    let decisions = try bench.records([.decision])
    let span = try #require(decisions.first?.text("span"))
    #expect(decisions.first?.text("traceparent") == parent)
    #expect(
      bench.upstream.arrivals.map(\.request.traceparent) == [
        "00-4bf92f3577b34da6a3ce929d0e0e4736-\(span)-01", nil,
      ])
    #expect(decisions.last?.text("span") == nil)
    bench.end()
  }

  @Test func `changed roots are told to servers that may ask for them, and only by sessions`()
    async throws
  {
    let asks = #"{"roots":{"listChanged":true},"sampling":{}}"#
    let denies = """
      permit (principal, action, resource)
      unless { action == Sallyport::Action::"listRoots" };
      """
    for (policy, version, capabilities, count) in [
      (GateBench.permitAll, ProtocolVersion.latestSession, asks, 2),
      (GateBench.permitAll, .latestSession, #"{"roots":{}}"#, 0),
      (GateBench.permitAll, .latest, asks, 0),
      (denies, .latestSession, asks, 0),
    ] {
      let bench = try await GateBench(policy: policy)
      let declared = try json(capabilities)
      await bench.run { [gate = bench.gate, caller = bench.caller] in
        gate.rootsChanged(
          MCPRequest(
            method: "notifications/roots/list_changed", params: nil,
            client: ClientDescription(
              transport: .http, version: version, capabilities: declared), messageBytes: 1),
          as: caller)
      }
      let told = bench.upstream.changedRoots
      #expect(told.count == count)
      #expect(told.allSatisfy { $0.rootsListChanged && $0.sampling })
      #expect(try bench.records().isEmpty)
      bench.end()
    }
  }
}
