import Ledger
import Testing

@testable import Approvals
@testable import Gate

/// The states of file and ledger that a gateway leaves which is killed.
@Suite("What is owed to the ledger after a crash")
struct OwedRecordTests {
  private func start(_ gate: ApprovalBench) async throws -> Bool {
    let owed = gate.book.all.filter { !$0.isOnRecord }
    let log = try ApprovalLog(of: gate.bench.ledgerPath, about: owed)
    return await gate.bench.run { [gate = gate.bench.gate] in
      await gate.recordOwed(owed, missingFrom: log)
    }
  }

  private func approved() async throws -> ApprovalBench {
    let gate = try await ApprovalBench()
    _ = try await gate.call()
    _ = try await gate.answer(try gate.only().id).get()
    return gate
  }

  /// Uses the approval up in its file, as the gate does first.
  private func use(_ gate: ApprovalBench, for call: String) async throws -> Approval {
    try await gate.book.change(try gate.only().id) { one throws(ApprovalRefusal) in
      try one.use(by: call, on: one.terms, at: Gate.now)
    }
  }

  @Test func `one that was used up and no more is on record as spent, once`() async throws {
    let gate = try await approved()
    let used = try await use(gate, for: "call-2")
    let before = try gate.story()
    #expect(try await start(gate))
    #expect(try await start(gate))
    #expect(try gate.story() == before + ["approval revoked"])
    let record = try #require(try gate.bench.records().last)
    #expect(record.text("approval") == used.id)
    #expect(record.text("call") == "call-2")
    #expect(record.text("reason") == Gate.unmade)
    #expect(try gate.only().state == .used)
    #expect(try gate.only().voidedFor == Gate.unmade)
    #expect(try gate.only().endInWords.contains("it was not made"))
    // It is spent: the same call asks anew.
    let again = try await gate.call()
    #expect(again.decision("decision") == "pending")
    #expect(again.decision("approval") != used.id)
    #expect(gate.bench.upstream.arrivals.isEmpty)
    gate.end()
  }

  @Test func `the same when its use is on record and its call is not`() async throws {
    let gate = try await approved()
    let used = try await use(gate, for: "call-2")
    let staged = await gate.bench.run { [gate = gate.bench.gate] in
      await gate.isDurable(gate.stage(.used, used, about: "call-2"))
    }
    #expect(staged)
    #expect(try await start(gate))
    #expect(try gate.story().suffix(2) == ["approval used", "approval revoked"])
    gate.end()
  }

  @Test func `of a call that was sent and not answered the outcome is unknown`() async throws {
    let gate = try await approved()
    let used = try await use(gate, for: "call-2")
    let staged = await gate.bench.run { [gate = gate.bench.gate] in
      guard gate.stage(.used, used, about: "call-2") != nil else { return false }
      var call = LedgerCall(used)
      call.id = "call-2"
      return await gate.isDurable(
        gate.stage(.decision(DecisionRecord(call: call, decision: .allow))))
    }
    #expect(staged)
    #expect(try await start(gate))
    #expect(try await start(gate))
    #expect(
      try gate.story().suffix(3) == ["approval used", "decision allow", "outcome unknown"])
    let record = try #require(try gate.bench.records().last)
    #expect(record.text("call") == "call-2")
    #expect(record.text("tool") == "wipe")
    gate.end()
  }

  @Test func `what was made is owed nothing, also when that is not known to the file`()
    async throws
  {
    let gate = try await approved()
    _ = try await gate.call()
    #expect(try gate.only().isOnRecord)
    let before = try gate.story()
    #expect(before.suffix(3) == ["approval used", "decision allow", "outcome ok"])
    _ = try await gate.book.change(try gate.only().id) { one throws(ApprovalRefusal) in
      one.isOnRecord = false
    }
    #expect(try await start(gate))
    #expect(try gate.story() == before)
    #expect(try gate.only().isOnRecord)
    gate.end()
  }

  @Test func `when the arguments were erased meanwhile, no digest without a salt is on record`()
    async throws
  {
    let gate = try await ApprovalBench()
    _ = try await gate.call()
    _ = try await gate.book.change(try gate.only().id) { one throws(ApprovalRefusal) in
      try one.void("the policies changed", at: Gate.now)
      one.eraseArguments()
    }
    #expect(try await start(gate))
    let records = try gate.bench.records([.approval])
    #expect(records.map { $0.text("event") } == ["requested", "revoked"])
    #expect(records.map { $0.text("arguments_digest") != nil } == [true, false])
    gate.end()
  }

  @Test func `an end that the file alone has is on record after the next start`() async throws {
    let gate = try await ApprovalBench()
    for text in ["a", "b", "c"] { _ = try await gate.call("notes__wipe", #"{"text":"\#(text)"}"#) }
    let before = try gate.story()
    let ids = gate.book.all.map(\.id)
    _ = try await gate.book.change(ids[0]) { one throws(ApprovalRefusal) in
      try one.answer(
        Answer(
          person: ApprovalBench.person(), verdict: .deny, at: Gate.now, reason: "no", via: .cli))
    }
    _ = try await gate.book.change(ids[1]) { one throws(ApprovalRefusal) in
      try one.void("the policies changed", at: Gate.now)
    }
    _ = try await gate.book.change(ids[2]) { one throws(ApprovalRefusal) in
      _ = one.expire(at: one.deadline)
    }
    #expect(try await start(gate))
    #expect(
      Set(try gate.story().dropFirst(before.count))
        == ["approval denied", "approval revoked", "approval expired"])
    let denied = try #require(
      try gate.bench.records().last { $0.text("event") == "denied" })
    #expect(denied.text("approver") == "bob")
    #expect(denied.text("reason") == "no")
    gate.end()
  }
}
