import Approvals
import Cedar
import Identity
import Testing

@testable import Gate

@Suite("When people may answer")
struct OfficeHoursTests {
  /// As docs/reference/policy.md has it.
  private static let policy =
    ApprovalBench.policy + """

      @id("interns-in-office-hours")
      @advice("Interns answer on working days from 08:00 to 18:00 UTC.")
      forbid (
        principal in Sallyport::Role::"intern",
        action == Sallyport::Action::"approveCall",
        resource
      )
      unless
      {
        context.weekday <= 5 &&
        context.now.toTime() >= duration("8h") &&
        context.now.toTime() < duration("18h")
      };
      """

  @Test(arguments: [
    ("2026-11-27T08:00:00Z", true), ("2026-11-27T07:59:59Z", false),
    ("2026-11-27T17:59:59Z", true), ("2026-11-27T18:00:00Z", false),
    ("2026-11-28T12:00:00Z", false), ("2026-11-29T12:00:00Z", false),
    ("2026-11-30T12:00:00Z", true), ("2028-02-29T12:00:00Z", true),
    ("1970-01-01T12:00:00Z", true), ("1969-12-28T12:00:00Z", false),
    ("1969-12-29T12:00:00Z", true),
  ])
  func `a policy says on which days and at which hours a role answers`(
    time: String, isOpen: Bool
  ) async throws {
    let gate = try await ApprovalBench(policy: Self.policy)
    _ = try await gate.call()
    let approval = try gate.only()
    let now = try #require(DatetimeValue(time)).milliseconds / 1000
    func decision(_ roles: [String]) -> PolicyDecision {
      let answer = Answer(
        person: ApprovalBench.person(roles: roles), verdict: .approve, at: now, reason: nil,
        via: .console)
      return gate.bench.gate.snapshot.decider.decideAnswer(answer, to: approval)
    }
    let intern = decision(["intern"])
    #expect(intern.verdict == (isOpen ? .allow : .deny))
    #expect(intern.policies == [isOpen ? "all" : "interns-in-office-hours"])
    #expect(decision(["sre"]).verdict == .allow)
    gate.end()
  }

  @Test func `the schema knows the time and the day`() throws {
    let configuration = try configuration("mcpServers: {notes: {command: server}}")
    let schema = PolicySchema(
      catalog: try notesCatalog(SilentUpstream()), configuration: configuration)
    #expect(schema.check(try policies(Self.policy)).errors.isEmpty)
    let wrong = schema.check(
      try policies(
        """
        permit (principal, action == Sallyport::Action::"approveCall", resource)
        when { context.weekday == "Monday" && context.now > 5 };
        """))
    #expect(!wrong.errors.isEmpty)
  }
}
