import JSON
import Ledger
import MCP
import Testing

@testable import Gate

@Suite("Getting prompts and completions")
struct GatePromptTests {
  @Test func `an allowed prompt is forwarded under its own name and recorded`() async throws {
    let result = try json(
      #"{"messages":[{"role":"user","content":{"type":"resource_link","uri":"note://1"}}]}"#)
    let bench = try await GateBench { _, _ in .success(.result(result)) }
    let params = #"{"name":"notes__greet","arguments":{ "who":"\u00e9" }}"#
    let response = try await bench.ask("prompts/get", params)
    #expect(
      response.result?.description
        == result.description.replacing("note://1", with: "notes+note://1")
    )
    let arrival = try #require(bench.upstream.arrivals.first)
    #expect(arrival.request.target == .name("greet"))
    #expect(arrival.request.params?.description == params)
    #expect(arrival.request.timeout == .seconds(6))
    #expect(arrival.decisions.count == 1, "forwarded before the decision was on record")
    let own = try await bench.ask("prompts/get", #"{"name":"greet"}"#, at: .server("notes"))
    #expect(own.result?.description == result.description)
    let records = try bench.records().map(\.document.root)
    #expect(
      records.map { $0[member: "kind"]?.string } == ["decision", "outcome", "decision", "outcome"])
    #expect(records[0][member: "prompt"]?.string == "greet")
    #expect(records[0][member: "server"]?.string == "notes")
    #expect(records[0][member: "tool"] == nil)
    #expect(records[1][member: "prompt"]?.string == "greet")
    #expect(records[1][member: "status"]?.string == "ok")
    bench.end()
  }

  @Test(
    arguments: [
      ("prompts/get", "{}", "malformed"), ("prompts/get", #"{"name":7}"#, "malformed"),
      ("prompts/get", #"{"name":"greet"}"#, "unknown_prompt"),
      ("prompts/get", #"{"name":"notes__add"}"#, "unknown_prompt"),
      ("completion/complete", "{}", "malformed"),
      ("completion/complete", #"{"ref":{"type":"ref/prompt","name":"notes__greet"}}"#, "malformed"),
      (
        "completion/complete",
        #"{"ref":{"type":"ref/tool","name":"x"},"argument":{"name":"a","value":""}}"#, "malformed"
      ),
      (
        "completion/complete",
        #"{"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"a","value":""}}"#,
        "unknown_prompt"
      ),
      (
        "completion/complete",
        #"{"ref":{"type":"ref/resource","uri":"note://1"},"argument":{"name":"a","value":""}}"#,
        "unknown_resource"
      ),
    ])
  func `wrong params are an error, recorded and not forwarded`(
    method: String, params: String, refusal: String
  ) async throws {
    let bench = try await GateBench()
    let response = try await bench.ask(method, params)
    #expect(response.errorCode == JSONRPCError.Code.invalidParams)
    #expect(try bench.records().map { $0.text("refusal") } == [refusal])
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }

  @Test func `a denial is an error that says why, for people and machines`() async throws {
    let bench = try await GateBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("no") forbid (principal, action == Sallyport::Action::"getPrompt", resource)
        when { resource.name == "greet" };
        """)
    let response = try await bench.ask("prompts/get", #"{"name":"notes__greet"}"#)
    guard case .failure(let error) = response else {
      Issue.record("\(response)")
      return
    }
    #expect(error.code == JSONRPCError.Code.denied)
    #expect(
      error.message.contains("The request for notes__greet was denied: forbidden by policy no"))
    let data = try JSONDocument(parsing: try #require(error.data)).root
    let decision = try #require(data[member: MetaKey.decision])
    #expect(decision[member: "reason"]?.string == "denied")
    #expect(decision[member: "policies"]?.description == #"["no"]"#)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try bench.records().map { $0.text("kind") } == ["decision"])
    bench.end()
  }

  @Test func `an upstream that does not answer is told and recorded`() async throws {
    let bench = try await GateBench { _, _ in .failure(.timedOut(after: .seconds(6))) }
    let response = try await bench.ask("prompts/get", #"{"name":"notes__greet"}"#)
    #expect(response.errorCode == JSONRPCError.Code.internalError)
    #expect(try bench.records().last?.text("status") == "timeout")
    bench.end()
  }

  @Test func `requests count among the calls of an agent`() async throws {
    let bench = try await GateBench(yaml: "limits: {in_flight_per_agent: 1}")
    let held = bench.caller.calls.begin(limit: 1)
    #expect(held)
    let response = try await bench.ask("prompts/get", #"{"name":"notes__greet"}"#)
    #expect(response.errorCode == JSONRPCError.Code.throttled)
    #expect(try bench.records().map { $0.text("refusal") } == ["throttled"])
    bench.caller.calls.end()
    bench.end()
  }

  @Test func `a server that completes nothing is not asked among others, but at its own endpoint`()
    async throws
  {
    var peer = try everythingPeer()
    peer.capabilities.completions = false
    let bench = try await GateBench(peer: peer)
    func complete(_ name: String, at endpoint: Endpoint) async throws -> MCPResponse {
      try await bench.ask(
        "completion/complete",
        #"{"ref":{"type":"ref/prompt","name":"\#(name)"},"argument":{"name":"a","value":""}}"#,
        at: endpoint)
    }
    let nothing = try await complete("notes__greet", at: .everything)
    #expect(nothing.result?[member: "completion"]?.description == #"{"values":[]}"#)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try bench.records().map { $0.text("kind") } == ["decision", "outcome"])
    _ = try await complete("greet", at: .server("notes"))
    #expect(bench.upstream.arrivals.count == 1)
    bench.end()
  }

  @Test func `a completion is forwarded with its reference in the upstream's words`() async throws {
    let bench = try await GateBench()
    let argument = #""argument":{"name":"who","value":"a"}"#
    for (reference, own) in [
      (
        #"{ "type":"ref/prompt", "name":"notes__greet","title":"T" }"#,
        #"{ "type":"ref/prompt", "name":"greet","title":"T" }"#
      ),
      (
        #"{"type":"ref/resource","uri":"notes+note://{id}"}"#,
        #"{"type":"ref/resource","uri":"note://{id}"}"#
      ),
      (
        #"{"type":"ref/resource","uri":"notes+not:listed"}"#,
        #"{"type":"ref/resource","uri":"not:listed"}"#
      ),
    ] {
      let response = try await bench.ask(
        "completion/complete", "{\"ref\":\(reference),\(argument)}")
      #expect(response.result != nil)
      let request = try #require(bench.upstream.arrivals.last?.request)
      #expect(request.target == nil)
      #expect(request.edits == [UpstreamRequest.Edit(member: "ref", value: Array(own.utf8))])
    }
    let own = #"{"ref":{"type":"ref/prompt","name":"greet"},\#(argument)}"#
    _ = try await bench.ask("completion/complete", own, at: .server("notes"))
    #expect(bench.upstream.arrivals.last?.request.edits == [])
    let decisions = try bench.records([.decision]).map(\.document.root)
    #expect(decisions.map { $0[member: "prompt"]?.string } == ["greet", nil, nil, "greet"])
    #expect(
      decisions.map { $0[member: "resource"]?[member: "uri"]?.string } == [
        nil, "note://{id}", "not:listed", nil,
      ])
    bench.end()
  }
}
