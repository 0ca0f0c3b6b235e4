import Approvals
import Audit
import Identity
import Ledger
import TestSupport
import Testing

@testable import Gate

/// The audit of what the gate itself put on record.
@Suite("What the ledger tells of an approval")
struct ApprovalAuditTests {
  private func index(_ gate: ApprovalBench) throws -> AuditIndex {
    try AuditFiles(
      ledger: gate.bench.ledgerPath, index: "\(gate.directory.path)/index.sqlite"
    ).caughtUp().0
  }

  /// A call through two actors that one person approves.
  private func approved() async throws -> ApprovalBench {
    let gate = try await ApprovalBench()
    let caller = await gate.bench.run { [gate = gate.bench.gate] in
      gate.caller(
        Principal(agent: "claude", human: "alice", roles: [], actors: ["broker", "portal"]))
    }
    _ = try await gate.call(as: caller)
    _ = try await gate.answer(try gate.only().id, reason: "fine").get()
    _ = try await gate.call(as: caller)
    return gate
  }

  @Test func `the graph of the call that was made shows who approved it, how, and for whom`()
    async throws
  {
    let gate = try await approved()
    let made = try #require(
      try gate.bench.records([.decision]).last?.text("call"))
    let graph = try GraphQuestion(["call": made]).answer(from: try index(gate), now: 0)
    let call = try #require(graph.calls.first { $0.call == made })
    #expect(call.approvals.map(\.event) == ["requested", "approved", "used"])
    #expect(call.approvals[1].approver == "bob")
    #expect(call.approvals[1].authentication == "pwd otp")
    #expect(call.actors == ["broker", "portal"])
    #expect(call.mark == .approved)
    let edges = graph.edges.map {
      "\(graph.nodes[$0.from].name) \($0.relation) \(graph.nodes[$0.to].name)"
    }
    for edge in [
      "alice delegates portal", "portal delegates broker", "broker delegates claude",
    ] {
      #expect(edges.contains(edge), "\(edges)")
    }
    #expect(edges.contains { $0.hasPrefix("approved ") && $0.hasSuffix(" by bob") }, "\(edges)")
    let text = graph.drawn(as: .tree)
    #expect(text.contains("acted through portal → broker"), "\(text)")
    #expect(text.contains("approval approved by bob, signed in by pwd otp after"), "\(text)")
    gate.end()
  }

  @Test func `the question about approvals counts what people answered`() async throws {
    let gate = try await approved()
    _ = try await gate.call("notes__wipe", #"{"text":"b"}"#)
    let pending = try #require(gate.book.all.first { $0.state == .pending })
    _ = try await gate.answer(pending.id, .deny, reason: "no").get()
    let answer = try ApprovalsQuestion([:]).answer(from: try index(gate), now: 0)
    #expect(answer.events == ["requested": 2, "approved": 1, "denied": 1, "used": 1])
    let row = try #require(answer.rows.first)
    #expect(answer.rows.count == 1)
    #expect(row.approver == "bob" && row.approved == 1 && row.denied == 1)
    gate.end()
  }
}
