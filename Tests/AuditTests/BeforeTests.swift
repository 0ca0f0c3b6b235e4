import Audit
import Testing

@Suite("What happened before a call")
struct BeforeTests {
  private static let trace =
    #","traceparent":"00-\#(String(repeating: "b", count: 32))-00f067aa0ba902b7-01""#

  private func before(_ call: Int, in journal: Journal, limit: Int = 20) throws -> BeforeAnswer? {
    try BeforeQuestion(call: Journal.id(call), limit: limit).answer(from: journal.caughtUp())
  }

  @Test func `calls of the same trace are told, in their order and with their ends`() throws {
    let journal = try Journal()
    journal.decide(1, more: Self.trace)
    journal.end(1)
    journal.decide(2, "deny", more: Self.trace)
    journal.decide(3, agent: "other")
    journal.decide(4, "ask", more: Self.trace)
    journal.decide(5, more: Self.trace)
    let answer = try #require(try before(4, in: journal))
    #expect(answer.basis == .trace)
    #expect(answer.calls.map(\.call) == [Journal.id(1), Journal.id(2)])
    #expect(answer.calls.map(\.decision) == ["allow", "deny"])
    #expect(answer.calls.map(\.outcome?.status) == ["ok", nil])
    #expect(answer.omitted == 0)
  }

  @Test func `without an earlier call in the trace the session tells`() throws {
    let journal = try Journal()
    journal.decide(1, more: #","session":"s1""#)
    journal.decide(2, more: #","session":"s2""#)
    journal.decide(3, "ask", more: Self.trace + #","session":"s1""#)
    let answer = try #require(try before(3, in: journal))
    #expect(answer.basis == .session)
    #expect(answer.calls.map(\.call) == [Journal.id(1)])
  }

  @Test func `without either the agent's last hour tells`() throws {
    let journal = try Journal()
    let old = Journal.start - 4_000_000_000
    journal.decide(1, more: #","time":\#(old)"#)
    journal.decide(2)
    journal.decide(3, agent: "other")
    journal.decide(4, "ask")
    let answer = try #require(try before(4, in: journal))
    #expect(answer.basis == .agent)
    #expect(answer.calls.map(\.call) == [Journal.id(2)])
  }

  @Test func `the newest are told and the others counted`() throws {
    let journal = try Journal()
    for call in 1...9 { journal.decide(call) }
    let answer = try #require(try before(9, in: journal, limit: 3))
    #expect(answer.calls.map(\.call) == [6, 7, 8].map(Journal.id))
    #expect(answer.omitted == 5)
  }

  @Test func `a call that asked and went on is told from its first decision`() throws {
    let journal = try Journal()
    journal.decide(1)
    journal.decide(2, "ask")
    journal.decide(3)
    journal.decide(2)
    let answer = try #require(try before(2, in: journal))
    #expect(answer.calls.map(\.call) == [Journal.id(1)])
  }

  @Test func `nothing is told of a call that is not on record`() throws {
    let journal = try Journal()
    journal.decide(1)
    #expect(try before(7, in: journal) == nil)
    #expect(try BeforeQuestion(call: "x").answer(from: journal.caughtUp()) == nil)
  }
}
