import Approvals
import Identity
import Testing

@testable import Gate

@Suite("What an answer would meet, before it is given")
struct AnswerPreviewTests {
  private static let sreOnly =
    ApprovalBench.policy + """

      @id("sre-only") @advice("Ask an SRE.")
      forbid (principal is Sallyport::Human, action == Sallyport::Action::"approveCall", resource)
      unless { principal in Sallyport::Role::"sre" };
      """

  private func objections(
    _ gate: ApprovalBench, by person: Person
  ) async throws -> [ApprovalRefusal?] {
    let approval = try gate.only()
    return await gate.bench.run { [bench = gate.bench] in
      [Answer.Verdict.approve, .deny].map {
        bench.gate.objection(to: $0, by: person, on: approval, via: .console)
      }
    }
  }

  @Test func `policy and the rules above it are known beforehand, and nothing is recorded`()
    async throws
  {
    let gate = try await ApprovalBench(policy: Self.sreOnly)
    _ = try await gate.call()
    let id = try gate.only().id
    let before = try gate.story()
    let denied = ApprovalRefusal.policy(id, policies: ["sre-only"], advice: ["Ask an SRE."])
    #expect(try await objections(gate, by: ApprovalBench.person()) == [denied, denied])
    #expect(
      try await objections(gate, by: ApprovalBench.person(roles: ["sre"])) == [nil, nil])
    #expect(
      try await objections(gate, by: ApprovalBench.person("alice", roles: ["sre"]))
        == [.requester(id), nil])
    #expect(
      try await objections(gate, by: ApprovalBench.person(roles: ["sre"], tenant: "other"))
        == [.otherTenant(id), .otherTenant(id)])
    #expect(try gate.story() == before)
    gate.end()
  }
}
