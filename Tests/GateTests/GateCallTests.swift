import Configuration
import Identity
import JSON
import Ledger
import MCP
import Reactor
import Synchronization
import Testing

@testable import Catalog
@testable import Gate

@Suite("The way of a call")
struct GateCallTests {
  @Test func `an allowed call is forwarded byte for byte and its result relayed as it came`()
    async throws
  {
    let bench = try await GateBench()
    let response = try await bench.call("notes__search", #"{ "n" : 1.50, "text":"\u00e9" }"#)
    #expect(response.result?.description == GateBench.greeting.description)
    let request = try #require(bench.upstream.arrivals.first?.request)
    #expect(request.target == .name("search"))
    #expect(request.timeout == .seconds(5))
    #expect(
      request.params?[member: "arguments"]?.description == #"{ "n" : 1.50, "text":"\u00e9" }"#)
    let kinds = try bench.records().map { $0.text("kind") }
    #expect(kinds == ["decision", "outcome"])
    bench.end()
  }

  @Test(arguments: ["notes__search", "notes__add", "notes__wipe", "notes__send", "notes__grant"])
  func `the decision is in the ledger's file before the upstream sees the call`(tool: String)
    async throws
  {
    let bench = try await GateBench(tools: ["send", "grant"])
    for _ in 0..<5 { _ = try await bench.call(tool) }
    let arrivals = bench.upstream.arrivals
    #expect(arrivals.count == 5)
    for (number, arrival) in arrivals.enumerated() {
      #expect(arrival.decisions.count == number + 1)
      let decision = try #require(arrival.decisions.first)
      #expect(decision.text("decision") == "allow")
      #expect(decision.text("tool") == String(tool.dropFirst("notes__".count)))
      if tool != "notes__search" {
        #expect(arrival.durable > decision.position.sequence, "not flushed to disk")
      }
    }
    bench.end()
  }

  @Test(arguments: ["egress": "notes__send", "admin": "notes__grant", "write": "notes__add"])
  func `a policy permits by effect, and one effect is not another`(effect: String, tool: String)
    async throws
  {
    let bench = try await GateBench(
      policy: "permit (principal, action in Sallyport::Action::\"\(effect)\", resource);",
      tools: ["send", "grant"])
    for name in ["notes__search", "notes__add", "notes__wipe", "notes__send", "notes__grant"] {
      _ = try await bench.call(name)
    }
    let decisions = try bench.records().filter { $0.text("kind") == "decision" }
    let allowed = decisions.filter { $0.text("decision") == "allow" }
    #expect(decisions.count == 5)
    #expect(allowed.map { $0.text("effect") } == [effect])
    #expect(allowed.map { $0.text("tool") } == [String(tool.dropFirst("notes__".count))])
    bench.end()
  }

  @Test func `calls without answer close the way for a while, on record and unsent`() async throws {
    let bench = try await GateBench(tools: []) { _, _ in .failure(.timedOut(after: .seconds(1))) }
    for _ in 0..<7 { _ = try await bench.call("notes__search") }
    #expect(bench.upstream.arrivals.count == 6)
    #expect(bench.upstream.health?.report(at: .read()).circuit == "open")
    #expect(bench.upstream.health?.report(at: .read()).failures == 6)
    let outcomes = try bench.records().filter { $0.text("kind") == "outcome" }
    #expect(outcomes.count == 7)
    #expect(outcomes.last?.text("error")?.contains("no answer within") == true)
    bench.end()
  }

  @Test func `errors of a tool do not`() async throws {
    let failure = try json(#"{"content":[],"isError":true}"#)
    let error = try json(#"{"code":-32603,"message":"no"}"#)
    let bench = try await GateBench(tools: []) { request, _ in
      .success(request.target == .name("add") ? .error(error) : .result(failure))
    }
    for _ in 0..<10 { _ = try await bench.call("notes__search") }
    for _ in 0..<10 { _ = try await bench.call("notes__add") }
    #expect(bench.upstream.arrivals.count == 20)
    let report = bench.upstream.health?.report(at: .read())
    #expect(report?.circuit == "closed")
    #expect(report?.toolErrors == 20)
    bench.end()
  }

  @Test func `a record says who, what, why and how long`() async throws {
    let bench = try await GateBench()
    _ = try await bench.call("notes__add", #"{"text":"secret words"}"#)
    let records = try bench.records()
    let decision = try #require(records.first?.document.root)
    #expect(decision[member: "principal"]?[member: "agent"]?.string == "claude")
    #expect(decision[member: "principal"]?[member: "human"]?.string == "alice")
    #expect(decision[member: "client"]?[member: "name"]?.string == "tester")
    #expect(decision[member: "policies"]?.description == #"["all"]"#)
    #expect(decision[member: "policy_version"]?.string == bench.gate.snapshot.policies.version)
    #expect(
      decision[member: "entities_version"]?.string
        == bench.gate.snapshot.decider.entitiesVersion)
    #expect(decision[member: "effect"]?.string == "write")
    #expect(decision[member: "era"]?.string == "stateless")
    let outcome = try #require(records.last?.document.root)
    #expect(outcome[member: "status"]?.string == "ok")
    #expect(outcome[member: "call"]?.string == decision[member: "call"]?.string)
    #expect((outcome[member: "duration_us"]?.int64 ?? -1) >= 0)
    bench.end()
  }

  @Test func `a decision holds the arguments as they came, unless it is not to`() async throws {
    let arguments = #"{ "text" : "secret words",  "n": 1.50 }"#
    let bench = try await GateBench()
    _ = try await bench.call("notes__add", arguments)
    let kept = try #require(try bench.records([.decision]).first?.document.root)
    #expect(kept[member: "arguments"]?[member: "kept"]?.string == "full")
    #expect(
      try bench.records([.decision]).first?.payload(.arguments).content.map { Array($0) }
        == Array(arguments.utf8))
    bench.end()

    let silent = try await GateBench(yaml: "audit: {arguments: none}")
    _ = try await silent.call("notes__add", arguments)
    _ = try await silent.call("notes__add", #"{"text": ["secret words"]}"#)
    let records = try silent.records()
    #expect(
      try silent.records([.decision]).first?.document.root[member: "arguments"]?[member: "bytes"]?
        .int64
        == Int64(arguments.utf8.count))
    #expect(
      records.allSatisfy { !String(decoding: $0.json, as: UTF8.self).contains("secret") })
    silent.end()
  }

  @Test func `an ask is denied, and recorded as an ask with its remedies and annotations`()
    async throws
  {
    let bench = try await GateBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("pay") @remedy("approval") @advice("Ask finance.") @owner
        forbid (principal, action, resource) when { context.input.n > 100 };
        """)
    #expect(try await bench.call("notes__add", #"{"n": 101}"#).denial == "remedy_needed")
    #expect(try await bench.call("notes__add", #"{"n": 99}"#).denial == nil)
    #expect(bench.upstream.arrivals.count == 1)
    let record = try #require(try bench.records([.decision]).first?.document.root)
    #expect(record[member: "decision"]?.string == "ask")
    #expect(record[member: "policies"]?.description == #"["pay"]"#)
    #expect(record[member: "remedies"]?.description == #"["approval"]"#)
    #expect(
      record[member: "annotations"]?.description
        == #"{"pay":{"advice":"Ask finance.","owner":"","remedy":"approval"}}"#)
    bench.end()
  }

  @Test func `a forbid that errs denies, and answer and record name it`() async throws {
    let bench = try await GateBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("cap") forbid (principal, action, resource) when { context.input.n > 100 };
        """)
    let response = try await bench.call("notes__add", #"{"n": 1.5}"#)
    #expect(response.denial == "policy_error")
    let result = try #require(response.result)
    #expect(
      result[member: "_meta"]?[member: MetaKey.decision]?[member: "policies"]?.description
        == #"["cap"]"#)
    #expect(result[member: "content"]?.description.contains("policy cap") == true)
    let record = try #require(try bench.records([.decision]).first?.document.root)
    #expect(record[member: "decision"]?.string == "deny")
    #expect(record[member: "policies"]?.description == #"["cap"]"#)
    #expect(
      record[member: "policy_errors"]?[element: 0]?.string?.hasPrefix(
        "test.cedar:2:") == true)
    bench.end()
  }

  @Test func `without a ledger nothing is forwarded`() async throws {
    let bench = try await GateBench()
    bench.ledger.close()
    for tool in ["notes__search", "notes__wipe"] {
      let response = try await bench.call(tool)
      #expect(response.denial == "ledger_unavailable")
    }
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(await bench.handle("tools/list", nil).errorCode == JSONRPCError.Code.internalError)
    bench.end()
  }

  @Test func `an outcome that cannot be recorded is not told`() async throws {
    let closing = Mutex<Ledger?>(nil)
    let bench = try await GateBench { _, _ in
      closing.withLock { $0 }?.close()
      return .success(.result(GateBench.greeting))
    }
    closing.withLock { $0 = bench.ledger }
    let response = try await bench.call("notes__search")
    #expect(response.denial == "ledger_unavailable")
    #expect(bench.upstream.arrivals.count == 1)
    bench.end()
  }

  @Test func `a denied call never reaches the upstream and is recorded`() async throws {
    let bench = try await GateBench(
      policy: """
        @id("reads") permit (principal, action in Sallyport::Action::"read", resource);
        """)
    #expect(try await bench.call("notes__add").denial == "denied")
    #expect(bench.upstream.arrivals.isEmpty)
    let records = try bench.records()
    #expect(records.count == 1)
    #expect(records.first?.text("decision") == "deny")
    #expect(try await bench.call("notes__search").denial == nil)
    bench.end()
  }

  @Test func `a forbid that errs denies although everything is permitted`() async throws {
    let bench = try await GateBench(
      policy: """
        \(GateBench.permitAll)
        @id("limit") forbid (principal, action, resource) when { context.input.n > 10 };
        """)
    #expect(try await bench.call("notes__add", #"{"n":1}"#).denial == nil)
    #expect(try await bench.call("notes__add", #"{"n":11}"#).denial == "denied")
    #expect(try await bench.call("notes__add", #"{"n":1.5}"#).denial == "policy_error")
    #expect(try await bench.call("notes__add", "{}").denial == "policy_error")
    #expect(bench.upstream.arrivals.count == 1)
    let last = try #require(try bench.records().last?.document.root)
    #expect(last[member: "policy_errors"]?.count == 1)
    #expect(last[member: "policies"]?.description == #"["limit"]"#)
    bench.end()
  }

  private static let invalid = JSONRPCError.Code.invalidParams

  @Test(
    arguments: [
      (#"{"name":"notes__add","arguments":{"text":7}}"#, "invalid_arguments", nil),
      (#"{"name":"notes__add","arguments":[]}"#, "invalid_arguments", nil),
      (#"{"name":"notes__nothing"}"#, nil, invalid), (#"{"name":"add"}"#, nil, invalid),
      (#"{"name":7}"#, nil, invalid), ("{}", nil, invalid),
    ] as [(String, String?, Int?)])
  func `what cannot be decided is refused and recorded`(
    params: String, denial: String?, code: Int?
  ) async throws {
    let bench = try await GateBench()
    let response = await bench.handle("tools/call", try json(params))
    #expect(response.denial == denial)
    #expect(response.errorCode == code)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try bench.records().map { $0.text("kind") } == ["refused"])
    bench.end()
  }

  @Test(
    arguments: [
      ("{}", "arguments: required"), (#"{"n":"x"}"#, "/n: type"), ("[]", "no object"),
    ])
  func `a refusal names the place and not the value`(arguments: String, brief: String) throws {
    let configuration = try configuration("mcpServers: {notes: {command: server}}")
    let tool = try #require(
      ToolRegistration(
        configuration: configuration.upstreams[0], defaultTimeout: .seconds(5),
        upstream: SilentUpstream()
      ).register([
        try json(
          #"{"name":"add","inputSchema":{"type":"object","required":["n"],"#
            + #""properties":{"n":{"type":"number"}}}}"#)
      ]).items.first)
    let violations = ToolArguments.violations(of: try json(arguments), for: tool)
    #expect(violations.map(\.brief) == [brief])
  }

  @Test func `a method this gateway does not relay is refused and recorded`() async throws {
    let bench = try await GateBench()
    let response = await bench.handle("tasks/list", try json("{}"))
    #expect(response.errorCode == JSONRPCError.Code.methodNotFound)
    #expect(try bench.records().first?.text("refusal") == "unknown_method")
    bench.end()
  }

  @Test func `a call without arguments has empty ones`() async throws {
    let bench = try await GateBench()
    let response = await bench.handle("tools/call", try json(#"{"name":"notes__search"}"#))
    #expect(response.denial == nil)
    #expect(bench.upstream.arrivals.count == 1)
    bench.end()
  }

  @Test(
    arguments: [
      (UpstreamError.timedOut(after: .seconds(5)), "upstream_timeout", "timeout"),
      (.cancelled, "cancelled", "cancelled"),
      (.unavailable(reason: "gone"), "upstream_failed", "upstream_error"),
      (.protocolViolation(reason: "odd"), "upstream_failed", "upstream_error"),
    ])
  func `a failing upstream is told and recorded`(
    error: UpstreamError, word: String, status: String
  ) async throws {
    let bench = try await GateBench { _, _ in .failure(error) }
    #expect(try await bench.call("notes__add").denial == word)
    #expect(try bench.records().last?.text("status") == status)
    #expect(bench.inFlight.total == 0)
    bench.end()
  }

  @Test func `an upstream's own errors pass as they came`() async throws {
    let error = try json(#"{"code":-32055,"message":"odd","data":{"n":1.0}}"#)
    let bench = try await GateBench { _, _ in .success(.error(error)) }
    let response = try await bench.call("notes__add")
    guard case .relayedError(let relayed) = response else {
      Issue.record("not relayed: \(response)")
      return
    }
    #expect(relayed.description == error.description)
    #expect(try bench.records().last?.text("status") == "protocol_error")
    bench.end()
  }

  @Test func `calls over an agent's bound are turned away, not queued`() async throws {
    let waiting = Mutex<[UnsafeContinuation<Void, Never>]>([])
    let bench = try await GateBench(yaml: "limits: {in_flight_per_agent: 2}") { _, _ in
      await withUnsafeContinuation { continuation in waiting.withLock { $0.append(continuation) } }
      return .success(.result(GateBench.greeting))
    }
    async let first = bench.call("notes__search")
    async let second = bench.call("notes__search")
    while bench.upstream.arrivals.count < 2 { await Task.yield() }
    #expect(try await bench.call("notes__search").denial == "throttled")
    #expect(bench.upstream.arrivals.count == 2)
    while waiting.withLock({ $0.count }) < 2 { await Task.yield() }
    for continuation in waiting.withLock({ $0 }) { continuation.resume() }
    #expect(try await first.denial == nil)
    #expect(try await second.denial == nil)
    #expect(try bench.records([.refused]).first?.text("refusal") == "throttled")
    bench.end()
  }

  @Test func `progress comes back under the client's own token`() async throws {
    let told = Mutex<[String]>([])
    let progress = try json(#"{"progressToken":7,"progress":0.50,"message":"half","_meta":{}}"#)
    let bench = try await GateBench { request, sink in
      sink?(.progress(progress))
      return request.wantsProgress ? .success(.result(GateBench.greeting)) : .failure(.cancelled)
    }
    let notifier = ClientNotifier { bytes in
      told.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
    }
    let response = try await bench.call(
      "notes__search", meta: #"{"progressToken":"mine"}"#, notifying: notifier)
    #expect(response.denial == nil)
    #expect(
      told.withLock { $0 } == [
        """
        {"jsonrpc":"2.0","method":"notifications/progress",\
        "params":{"progressToken":"mine","progress":0.50,"message":"half"}}
        """
      ])
    bench.end()
  }

  @Test func `a replaced snapshot counts for new calls, and a call under way keeps its own`()
    async throws
  {
    let bench = try await GateBench()
    #expect(try await bench.call("notes__add").denial == nil)
    let configuration = try configuration("listen: 127.0.0.1:0")
    let next = try GateSnapshot(
      catalog: bench.gate.snapshot.catalog,
      directory: AgentDirectory(configuration, localUser: 1000),
      policies: policies("forbid (principal, action, resource);"), configuration: configuration)
    bench.gate.replace(next)
    #expect(try await bench.call("notes__add").denial == "denied")
    bench.end()
  }
}

@Suite("Recognising callers")
struct GateCallerTests {
  @Test func `a token that was accepted before is refused once the agents no longer have it`()
    async throws
  {
    let bench = try await GateBench()
    func caller(_ token: String) async -> String? {
      await bench.run { [gate = bench.gate] in
        try? await gate.authenticate(.bearer(token), transport: .http, peer: nil)
      }?.principal.agent
    }
    for _ in 0..<3 { #expect(await caller("claude-token-0123456789") == "claude") }
    #expect(await caller("claude-token-0123456780") == nil)
    let configuration = try configuration(
      "agents: {claude: {token: claude-token-new-0123456}, other: {token: other-token-0123456789}}")
    let next = try GateSnapshot(
      catalog: bench.gate.snapshot.catalog,
      directory: AgentDirectory(configuration, localUser: 1000), policies: policies(""),
      configuration: configuration)
    bench.gate.replace(next)
    #expect(await caller("claude-token-0123456789") == nil)
    #expect(await caller("claude-token-new-0123456") == "claude")
    #expect(await caller("other-token-0123456789") == "other")
    bench.end()
  }

  @Test func `the tokens accepted last are known, and no other`() {
    var recent = RecentTokens()
    let callers = (0..<6).map { Caller(Principal(agent: "agent \($0)")) }
    for (index, caller) in callers.enumerated() {
      #expect(recent["token \(index)"] == nil)
      recent.insert("token \(index)", caller)
      #expect(recent["token \(index)"] === caller)
    }
    #expect(recent["token 0"] == nil)
    #expect(recent["token 1"] == nil)
    #expect(recent["token 2"] === callers[2])
    #expect(recent["token 5"] === callers[5])
    #expect(recent["token 5 "] == nil)
    #expect(recent[""] == nil)
    recent.removeAll()
    #expect(recent["token 5"] == nil)
  }

  @Test(
    arguments: [
      (Credential.bearer("claude-token-0123456789"), "claude"), (.localUser(1000), "local"),
      (.bearer("wrong"), nil), (.none, nil), (.localUser(4711), nil),
    ] as [(Credential, String?)])
  func `a credential names a caller, or is refused and recorded`(
    credential: Credential, agent: String?
  ) async throws {
    let bench = try await GateBench()
    let (found, known) = await bench.run { [gate = bench.gate] in
      let found = try? await gate.authenticate(credential, transport: .http, peer: "127.0.0.1")
      return (found, gate.recognise(credential))
    }
    #expect(found?.principal.agent == agent)
    #expect(known === found)
    let refused = try bench.records([.refused])
    #expect(refused.count == (agent == nil ? 1 : 0))
    if let record = refused.first {
      #expect(record.text("refusal") == "authentication")
      #expect(record.text("peer") == "127.0.0.1")
      #expect(!String(decoding: record.json, as: UTF8.self).contains("wrong"))
    }
    bench.end()
  }

  @Test func `sessions of principals that differ in anything have different keys`() {
    let principals = [
      Principal(agent: "a"), Principal(agent: "a", human: "h"), Principal(agent: "a", tenant: "h"),
      Principal(agent: "b", human: "h"),
    ]
    #expect(Set(principals.map { Caller($0).key }).count == principals.count)
  }
}
