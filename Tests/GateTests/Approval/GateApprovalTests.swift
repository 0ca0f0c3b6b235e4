import Approvals
import Identity
import JSON
import Ledger
import Reactor
import Synchronization
import Testing

@testable import Gate
@testable import MCP

@Suite("A call that waits for people")
struct GateApprovalTests {
  // MARK: - Held

  @Test func `a call that is held goes on when a person approves it, and all is on record`()
    async throws
  {
    let gate = try await ApprovalBench(hold: "20s")
    async let response = gate.call()
    let approved = try await gate.answerWhenAsked(reason: "fine")
    #expect(approved.state == .approved)
    let done = try await response
    #expect(done.result?.description == GateBench.greeting.description)
    #expect(try gate.only().state == .used)
    #expect(
      try gate.story() == [
        "decision ask", "approval requested", "approval approved", "approval used",
        "decision allow", "outcome ok",
      ])
    let records = try gate.bench.records()
    let call = try #require(records[0].text("call"))
    #expect(records[4].text("continues") == call)
    #expect(records[3].text("call") == records[4].text("call"))
    #expect(records[2].text("approver") == "bob")
    #expect(records[2].text("reason") == "fine")
    #expect(records[2].document.root.pointer("/principal/human")?.string == "alice")
    #expect(
      records[4].document.root[member: "approved"]?.description
        == #"{"approval":"\#(try gate.only().id)","count":1,"people":["bob"]}"#)
    // All of it was safe before a byte went upstream.
    let arrival = try #require(gate.bench.upstream.arrivals.first)
    #expect(gate.bench.upstream.arrivals.count == 1)
    #expect(arrival.durable > records[4].position.sequence)
    gate.end()
  }

  @Test func `a held call tells its progress, and is denied with who and why`() async throws {
    let gate = try await ApprovalBench(hold: "20s")
    let told = Mutex<[String]>([])
    async let response = gate.call(
      more: #","_meta":{"progressToken":"p"}"#,
      notifying: ClientNotifier { text in
        told.withLock { $0.append(String(decoding: text, as: UTF8.self)) }
      })
    while told.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(5)) }
    _ = try await gate.answerWhenAsked(.deny, reason: "not on a Friday")
    let denied = try await response
    #expect(denied.denial == "approval_denied")
    let text = try #require(denied.result?[member: "content"]?.description)
    #expect(text.contains("bob denied it") && text.contains("not on a Friday"))
    let id = try gate.only().id
    #expect(
      told.withLock { $0 }.first?.contains("https://gate.test/console/approvals/\(id)") == true)
    // A no stands: the same call is told it, and asks nobody.
    #expect(try await gate.call().denial == "approval_denied")
    #expect(gate.book.all.count == 1)
    #expect(gate.bench.upstream.arrivals.isEmpty)
    gate.end()
  }

  @Test func `a call that waits longer is told where and how it goes on, and joins`() async throws {
    let gate = try await ApprovalBench()
    let pending = try await gate.call()
    let id = try gate.only().id
    #expect(pending.result?[member: "isError"] == nil)
    #expect(pending.decision("decision") == "pending")
    #expect(pending.decision("approval") == id)
    #expect(pending.decision("url") == "https://gate.test/console/approvals/\(id)")
    let text = try #require(pending.result?[member: "content"]?.description)
    #expect(text.contains("sallyport approvals approve \(id)"))
    // Spelled another way it is the same.
    #expect(try await gate.call("notes__wipe", #"{ "text":"\u0061" }"#).decision("approval") == id)
    #expect(try await gate.call("notes__wipe", #"{"text":"b"}"#).decision("approval") != id)
    #expect(gate.book.all.count == 2)
    _ = try await gate.answer(id).get()
    #expect(try await gate.call().result?.description == GateBench.greeting.description)
    // It counted once.
    #expect(try await gate.call().decision("decision") == "pending")
    #expect(gate.book.all.count == 3)
    #expect(gate.bench.upstream.arrivals.count == 1)
    gate.end()
  }

  @Test func `of two that call at once when it is approved, one is made`() async throws {
    let gate = try await ApprovalBench(hold: "20s")
    async let first = gate.call()
    async let second = gate.call()
    while gate.book.all.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    try await Task.sleep(for: .milliseconds(100))
    _ = try await gate.answerWhenAsked()
    let responses = try await [first, second]
    #expect(responses.count { $0.result?[member: "x"] != nil } == 1)
    #expect(responses.compactMap(\.denial) == ["approval_used"])
    #expect(gate.bench.upstream.arrivals.count == 1)
    #expect(try gate.story().filter { $0 == "approval used" }.count == 1)
    #expect(try gate.story().contains("refused approval"))
    gate.end()
  }

  @Test func `the record stays when the client leaves`() async throws {
    let gate = try await ApprovalBench(hold: "60s")
    let params = try json(#"{"name":"notes__wipe","arguments":{"text":"a"}}"#)
    let call = gate.bench.loop.spawn { [bench = gate.bench] in
      _ = await bench.gate.handle(
        MCPRequest(
          method: "tools/call", params: params,
          client: ClientDescription(transport: .http, version: .latest), messageBytes: 100,
          endpoint: .everything),
        as: bench.caller, notifying: .none)
    }
    while gate.book.all.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    call.cancel()
    await call.value
    let id = try gate.only().id
    #expect(try await gate.answer(id).get().state == .approved)
    #expect(gate.bench.upstream.arrivals.isEmpty)
    #expect(try await gate.call().result?.description == GateBench.greeting.description)
    gate.end()
  }

  // MARK: - By way of a page

  @Test func `a client that can show a page is asked to, and asks again with the state`()
    async throws
  {
    let gate = try await ApprovalBench(hold: "20s")
    let asked = try await gate.call(capabilities: ApprovalBench.url)
    let id = try gate.only().id
    let result = try #require(asked.result)
    #expect(result[member: "resultType"]?.string == "input_required")
    #expect(
      result.pointer("/inputRequests/approval/params/url")?.string
        == "https://gate.test/console/approvals/\(id)")
    #expect(result.pointer("/inputRequests/approval/method")?.string == "elicitation/create")
    #expect(result.pointer("/inputRequests/approval/params/mode")?.string == "url")
    #expect(result[member: "requestState"]?.string?.contains(id) == false)
    // That a page was seen is no approval.
    let more = try gate.retry(asked)
    async let again = gate.call(more: more, capabilities: ApprovalBench.url)
    try await Task.sleep(for: .milliseconds(100))
    #expect(gate.bench.upstream.arrivals.isEmpty)
    _ = try await gate.answer(id).get()
    let done = try await again
    #expect(done.result?.description == GateBench.greeting.description)
    let sent = try #require(gate.bench.upstream.arrivals.first?.request)
    #expect(sent.edits.map(\.member) == ["requestState", "inputResponses"])
    #expect(sent.edits.allSatisfy { $0.value == nil })
    gate.end()
  }

  @Test func `who waits on is asked to come again without being shown the page twice`()
    async throws
  {
    let gate = try await ApprovalBench()
    let asked = try await gate.call(capabilities: ApprovalBench.url)
    let again = try await gate.call(more: gate.retry(asked), capabilities: ApprovalBench.url)
    #expect(again.result?[member: "resultType"]?.string == "input_required")
    #expect(again.result?[member: "inputRequests"] == nil)
    let declined = try await gate.call(
      more: gate.retry(asked, action: "decline"), capabilities: ApprovalBench.url)
    #expect(declined.decision("decision") == "pending")
    #expect(try gate.only().state == .pending)
    gate.end()
  }

  @Test func `an upstream's questions in an approved call do not ask people again`() async throws {
    let question = try GateInputTests.question(state: #""s""#)
    let gate = try await ApprovalBench(hold: "20s", answer: GateInputTests.asking(question))
    let capabilities = #"{"elicitation":{"form":{}}}"#
    async let asking = gate.call(capabilities: capabilities)
    _ = try await gate.answerWhenAsked()
    let asked = try await asking
    let state = try #require(asked.result?[member: "requestState"])
    let more =
      #","inputResponses":{"who":{"action":"accept","content":{}}},"requestState":\#(state)"#
    let done = try await gate.call(more: more, capabilities: capabilities)
    #expect(done.result?.description == GateBench.greeting.description)
    #expect(gate.book.all.count == 1)
    // Not for other arguments.
    #expect(
      try await gate.call("notes__wipe", #"{"text":"b"}"#, more: more, capabilities: capabilities)
        .errorCode == -32_602)
    gate.end()
  }

  // MARK: - Policy

  @Test func `policy says how many people of which roles are enough`() async throws {
    let gate = try await ApprovalBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("quorum") @remedy("approval") @within("90s")
        forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
        unless { context has approval && context.approval.count >= 2
          && context.approval.roles.contains("sre") };
        """)
    _ = try await gate.call()
    let id = try gate.only().id
    #expect(try gate.only().deadline - gate.only().requestedAt == 90)
    #expect(try await gate.answer(id).get().state == .pending)
    #expect(
      await gate.answer(id).failure == .answeredAlready(id, person: "bob"))
    let carol = ApprovalBench.person("carol", roles: ["dev"])
    #expect(try await gate.answer(id, by: carol).get().state == .pending)
    #expect(try await gate.call().decision("decision") == "pending")
    let dave = ApprovalBench.person("dave", roles: ["sre"])
    #expect(try await gate.answer(id, by: dave).get().state == .approved)
    #expect(try await gate.call().result?.description == GateBench.greeting.description)
    gate.end()
  }

  @Test func `a reason can be required`() async throws {
    let gate = try await ApprovalBench(
      policy: ApprovalBench.policy.substituting("@remedy", "@reason(\"required\") @remedy"))
    _ = try await gate.call()
    let id = try gate.only().id
    #expect(await gate.answer(id).failure == .reasonRequired(id))
    #expect(try await gate.answer(id, reason: "because").get().state == .approved)
    gate.end()
  }

  @Test func `who may answer is a matter of policy`() async throws {
    let gate = try await ApprovalBench(
      policy: ApprovalBench.policy + """
        @id("sre-only") @advice("Ask an SRE.")
        forbid (principal is Sallyport::Human, action == Sallyport::Action::"approveCall", resource)
        unless { principal in Sallyport::Role::"sre" && context.requester.agent == "claude"
          && context.authentication.methods.contains("otp")
          && context.authentication has age && context.authentication.age < 60 };
        """)
    _ = try await gate.call()
    let id = try gate.only().id
    #expect(
      await gate.answer(id).failure
        == .policy(id, policies: ["sre-only"], advice: ["Ask an SRE."]))
    let old = ApprovalBench.person("dave", roles: ["sre"], time: Gate.now - 100)
    #expect(await gate.answer(id, by: old).failure?.word == "denied")
    let dave = ApprovalBench.person("dave", roles: ["sre"])
    #expect(try await gate.answer(id, by: dave).get().state == .approved)
    #expect(try gate.story().filter { $0 == "refused approval" }.count == 2)
    gate.end()
  }

  @Test func `an answer with which policy denies the call voids it`() async throws {
    let gate = try await ApprovalBench(
      policy: ApprovalBench.policy + """
        @id("not-mallory") forbid (principal, action in Sallyport::Action::"call", resource)
        when { context has approval && context.approval.people.contains("mallory") };
        """)
    _ = try await gate.call()
    let id = try gate.only().id
    #expect(await gate.answer(id, by: ApprovalBench.person("mallory")).failure?.word == "voided")
    #expect(try gate.only().state == .voided)
    gate.end()
  }

  @Test func `a forbid that never looks at approvals is a denial, and nobody is asked`()
    async throws
  {
    let gate = try await ApprovalBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("never") @remedy("approval")
        forbid (principal, action == Sallyport::Action::"notes__wipe", resource);
        """)
    #expect(try await gate.call().denial == "remedy_needed")
    #expect(gate.book.all.isEmpty)
    gate.end()
  }

  @Test func `a step-up is confirmed by the person the agent acts for, who signs in anew`()
    async throws
  {
    let gate = try await ApprovalBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("fresh") @remedy("step-up") @max_age("300")
        forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
        unless { context has authentication && context.authentication has age
          && context.authentication.age < 300 };
        """)
    try SnapshotRecorder(ledger: gate.bench.ledger).record(gate.bench.gate.snapshot)
    _ = try await gate.call()
    let id = try gate.only().id
    #expect(try gate.only().ask.maxAge == 300)
    #expect(await gate.answer(id).failure == .notRequester(id))
    let before = ApprovalBench.person("alice", time: try gate.only().requestedAt - 5)
    #expect(await gate.answer(id, by: before).failure == .staleSignIn(id))
    let since = ApprovalBench.person("alice", time: Gate.now + 1)
    #expect(try await gate.answer(id, by: since).get().state == .approved)
    #expect(try await gate.call().result?.description == GateBench.greeting.description)
    #expect(try gate.story().contains("approval confirmed"))
    var history = DecisionHistory()
    for entry in try gate.bench.records() {
      if let replay = try history.replay(entry) { #expect(replay.differences.isEmpty) }
    }
    // There is nobody who could confirm it.
    let other = await gate.bench.caller(named: "other")
    #expect(try await gate.call(as: other).denial == "remedy_needed")
    gate.end()
  }

  @Test func `every decision comes out the same from the ledger alone`() async throws {
    let gate = try await ApprovalBench(hold: "20s")
    try SnapshotRecorder(ledger: gate.bench.ledger).record(gate.bench.gate.snapshot)
    async let response = gate.call()
    _ = try await gate.answerWhenAsked(by: ApprovalBench.person(roles: ["b", "a"]))
    _ = try await response
    var history = DecisionHistory()
    var replayed: [String] = []
    for entry in try gate.bench.records() {
      guard let replay = try history.replay(entry) else { continue }
      #expect(replay.differences.isEmpty)
      replayed.append(replay.verdict.decision.rawValue)
    }
    #expect(replayed == ["ask", "allow"])
    gate.end()
  }

  @Test func `a tool that only people stand before is found and listed`() async throws {
    let gate = try await ApprovalBench(yaml: "expose: search")
    let found = try await gate.call("search_tools", #"{"query":"wipe"}"#)
    #expect(found.result?[member: "content"]?.description.contains("notes__wipe") == true)
    gate.end()
  }
}

extension String {
  fileprivate func substituting(_ old: String, _ new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}

extension Result {
  var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
