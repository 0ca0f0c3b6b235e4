import Approvals
import Identity
import JSON
import Ledger
import Testing

@testable import Gate
@testable import MCP

@Suite("Getting round an approval")
struct ApprovalAttackTests {
  /// A call that was told to visit a page, and its approval.
  private func asked(
    _ gate: ApprovalBench
  ) async throws -> (response: MCPResponse, approval: Approval) {
    let response = try await gate.call(capabilities: ApprovalBench.url)
    return (response, try gate.only())
  }

  @Test func `a forged requestState is refused, and on record`() async throws {
    let gate = try await ApprovalBench()
    let (response, approval) = try await asked(gate)
    _ = try await gate.answer(approval.id).get()
    let state = try #require(response.result?[member: "requestState"]?.string)
    var characters = Array(state)
    characters[30] = characters[30] == "A" ? "B" : "A"
    for forged in [String(characters), approval.id, "", state + "A"] {
      let answer = try await gate.call(more: #","requestState":"\#(forged)""#)
      #expect(answer.errorCode == -32_602, "\(forged)")
    }
    #expect(try gate.story().filter { $0 == "refused invalid_state" }.count == 4)
    #expect(gate.bench.upstream.arrivals.isEmpty)
    #expect(try gate.only().state == .approved)
    gate.end()
  }

  @Test func `a requestState does nothing for another caller or another request`() async throws {
    let gate = try await ApprovalBench()
    let (response, approval) = try await asked(gate)
    _ = try await gate.answer(approval.id).get()
    let more = try gate.retry(response)
    let other = await gate.bench.caller(named: "other")
    #expect(try await gate.call(more: more, as: other).errorCode == -32_602)
    #expect(try await gate.call("notes__wipe", #"{"text":"b"}"#, more: more).errorCode == -32_602)
    #expect(try await gate.call("notes__add", more: more).errorCode == -32_602)
    #expect(gate.bench.upstream.arrivals.isEmpty)
    gate.end()
  }

  @Test func `a requestState that is brought twice makes one call`() async throws {
    let gate = try await ApprovalBench()
    let (response, approval) = try await asked(gate)
    _ = try await gate.answer(approval.id).get()
    let more = try gate.retry(response)
    async let first = gate.call(more: more, capabilities: ApprovalBench.url)
    async let second = gate.call(more: more, capabilities: ApprovalBench.url)
    let responses = try await [first, second]
    #expect(responses.compactMap(\.denial) == ["approval_used"])
    #expect(
      try await gate.call(more: more, capabilities: ApprovalBench.url).denial == "approval_used")
    #expect(gate.bench.upstream.arrivals.count == 1)
    #expect(try gate.story().filter { $0 == "refused approval" }.count == 2)
    gate.end()
  }

  @Test func `an approval is for its arguments, to the byte`() async throws {
    let gate = try await ApprovalBench()
    _ = try await gate.call()
    _ = try await gate.answer(try gate.only().id).get()
    for arguments in [#"{"text":"A"}"#, #"{"text":"a "}"#, #"{"text":"a","n":1}"#, "{}"] {
      #expect(try await gate.call("notes__wipe", arguments).decision("decision") == "pending")
    }
    let other = await gate.bench.caller(named: "other")
    #expect(try await gate.call(as: other).decision("decision") == "pending")
    #expect(gate.bench.upstream.arrivals.isEmpty)
    #expect(gate.book.all.count == 6)
    gate.end()
  }

  @Test func `after its deadline it is over, approved or not`() async throws {
    let gate = try await ApprovalBench()
    let (response, approval) = try await asked(gate)
    _ = try await gate.answer(approval.id).get()
    _ = try await gate.book.change(approval.id) { one throws(ApprovalRefusal) in
      _ = one.expire(at: one.deadline)
    }
    #expect(
      try await gate.call(more: gate.retry(response), capabilities: ApprovalBench.url).denial
        == "approval_expired")
    #expect(await gate.answer(approval.id).failure == .over(approval.id, .expired))
    #expect(try gate.story().suffix(2) == ["refused approval", "refused approval"])
    #expect(gate.bench.upstream.arrivals.isEmpty)
    // Another call asks anew.
    #expect(try await gate.call().decision("approval") != approval.id)
    gate.end()
  }

  @Test func `neither the person the agent acts for nor another tenant's approves`() async throws {
    let gate = try await ApprovalBench()
    _ = try await gate.call()
    let id = try gate.only().id
    for name in ["alice", "Alice"] {
      #expect(await gate.answer(id, by: ApprovalBench.person(name)).failure == .requester(id))
    }
    let rival = ApprovalBench.person("bob", tenant: "rival")
    #expect(await gate.answer(id, by: rival).failure == .otherTenant(id))
    #expect(try gate.only().answers.isEmpty)
    #expect(try gate.story().filter { $0 == "refused approval" }.count == 3)
    let refused = try #require(try gate.bench.records([.refused]).last)
    #expect(refused.document.root.pointer("/principal/human")?.string == "bob")
    #expect(refused.document.root.pointer("/principal/tenant")?.string == "rival")
    gate.end()
  }

  @Test func `nobody answers twice, nor what is answered`() async throws {
    let gate = try await ApprovalBench()
    _ = try await gate.call()
    let id = try gate.only().id
    async let first = gate.answer(id)
    async let second = gate.answer(id, .deny)
    let results = await [first, second]
    #expect(results.count { $0.failure != nil } == 1)
    #expect(await gate.answer(id, by: ApprovalBench.person("carol")).failure != nil)
    #expect(try gate.only().answers.count == 1)
    #expect(await gate.answer("apr_none").failure == .unknown("apr_none"))
    gate.end()
  }

  @Test func `a definition that moved voids it`() async throws {
    let gate = try await ApprovalBench()
    let (response, approval) = try await asked(gate)
    _ = try await gate.answer(approval.id).get()
    try await gate.replace(properties: #","more":{"type":"string"}"#)
    #expect(
      try await gate.call(more: gate.retry(response), capabilities: ApprovalBench.url).denial
        == "approval_voided")
    #expect(try gate.only().voidedFor == "the definition of the tool changed")
    #expect(try gate.story().contains("approval revoked"))
    #expect(gate.bench.upstream.arrivals.isEmpty)
    gate.end()
  }

  @Test func `a definition that moved cannot be approved any more`() async throws {
    let gate = try await ApprovalBench()
    _ = try await gate.call()
    let id = try gate.only().id
    try await gate.replace(properties: #","more":{"type":"string"}"#)
    #expect(await gate.answer(id).failure?.word == "voided")
    #expect(try gate.only().state == .voided)
    gate.end()
  }

  @Test func `newer policies void it, whether it was approved or not`() async throws {
    let gate = try await ApprovalBench()
    let (response, approval) = try await asked(gate)
    _ = try await gate.call("notes__wipe", #"{"text":"b"}"#)
    _ = try await gate.answer(approval.id).get()
    try await gate.replace(policy: ApprovalBench.policy + "// another byte\n")
    #expect(
      try await gate.call(more: gate.retry(response), capabilities: ApprovalBench.url).denial
        == "approval_voided")
    await gate.bench.run { [gate = gate.bench.gate] in await gate.sweepApprovals() }
    #expect(gate.book.all.map(\.state) == [.voided, .voided])
    #expect(try gate.story().filter { $0 == "approval revoked" }.count == 2)
    #expect(gate.bench.upstream.arrivals.isEmpty)
    gate.end()
  }

  @Test func `between ask and answer the gateway may start anew`() async throws {
    let keys = StateKeys()
    let first = try await ApprovalBench(keys: keys)
    let (response, approval) = try await asked(first)
    first.end()
    let second = try await ApprovalBench(directory: first.directory, keys: keys)
    #expect(try await second.answer(approval.id).get().state == .approved)
    second.end()
    let third = try await ApprovalBench(directory: first.directory, keys: keys)
    let more = try third.retry(response)
    let done = try await third.call(more: more, capabilities: ApprovalBench.url)
    #expect(done.result?.description == GateBench.greeting.description)
    third.end()
    // What was used stays used.
    let fourth = try await ApprovalBench(directory: first.directory, keys: keys)
    #expect(
      try await fourth.call(more: more, capabilities: ApprovalBench.url).denial
        == "approval_used")
    #expect(fourth.bench.upstream.arrivals.isEmpty)
    fourth.end()
  }

  @Test func `one agent cannot flood people`() async throws {
    let gate = try await ApprovalBench()
    for number in 0..<ApprovalBook.pendingPerAgentMax {
      _ = try await gate.call("notes__wipe", #"{"n":\#(number)}"#)
    }
    #expect(try await gate.call("notes__wipe", #"{"n":-1}"#).denial == "approval_too_many")
    let large = String(repeating: "x", count: ApprovalBook.argumentBytesMax)
    let other = await gate.bench.caller(named: "other")
    #expect(
      try await gate.call("notes__wipe", #"{"text":"\#(large)"}"#, as: other).denial
        == "approval_arguments_too_large")
    gate.end()
  }
}
