import Audit
import Testing

/// What was in force at a time, of records that say it in every way.
@Suite("What was in force")
struct InForceTests {
  private func piece(
    _ journal: Journal, _ kind: String, _ version: String, _ part: Int = 0, of parts: Int = 1
  ) -> Int {
    let text = kind == "policies" ? #","file":"a.cedar","text":"\#(version)""# : ""
    return journal.add(
      #""kind":"\#(kind)","version":"\#(version)","part":\#(part),"parts":\#(parts)\#(text)"#)
  }

  private func change(_ journal: Journal, _ part: String, _ after: String, _ event: String) {
    journal.add(#""kind":"change","of":"\#(part)","event":"\#(event)","after":"\#(after)""#)
  }

  @Test func `pieces, starts and changes say it, the last before a time`() throws {
    let journal = try Journal()
    let first = piece(journal, "policies", "p1")
    let agents = piece(journal, "agents", "a1")
    let tools = piece(journal, "entities", "t0")
    journal.add(#""kind":"lifecycle","event":"started","policy_version":"p1""#)
    _ = piece(journal, "entities", "t1", 0, of: 2)
    let whole = piece(journal, "entities", "t1", 1, of: 2)
    journal.decide(1)
    change(journal, "policies", "p2", "refused")
    change(journal, "policies", "p2", "applied")
    let second = piece(journal, "policies", "p2")
    change(journal, "tools", "t0", "applied")
    let last = journal.lines.count - 1
    let index = try journal.caughtUp()
    func found(_ sequence: Int) throws -> [String?] {
      let found = try index.inForce(at: Journal.time(sequence))
      #expect(found.time == Journal.time(sequence))
      return [found.policies?.digest, found.entities?.digest, found.agents?.digest]
    }
    #expect(try found(first) == ["p1", nil, nil])
    #expect(try found(tools) == ["p1", "t0", "a1"])
    #expect(try found(whole - 1) == ["p1", "t0", "a1"])
    #expect(try found(whole) == ["p1", "t1", "a1"])
    #expect(try found(second - 2) == ["p1", "t1", "a1"])
    #expect(try found(second - 1) == ["p2", "t1", "a1"])
    #expect(try found(last) == ["p2", "t0", "a1"])
    let newest = try index.inForce(at: nil)
    #expect(newest.time == Journal.time(last))
    #expect(newest == (try index.inForce(at: journal.now)))
    #expect(newest.policies?.sequence == Int64(second))
    #expect(newest.entities?.sequence == Int64(tools))
    #expect(newest.agents?.sequence == Int64(agents))
    #expect(try index.inForce(at: Journal.time(whole)).entities?.sequence == Int64(whole - 1))
    #expect(try index.inForce(at: Journal.start - 1).policies == nil)
  }

  @Test func `a version that comes back after a start is told, and one without texts is named`()
    throws
  {
    let journal = try Journal()
    let first = piece(journal, "entities", "t0")
    _ = piece(journal, "entities", "t1")
    let again = piece(journal, "entities", "t0")
    journal.add(#""kind":"lifecycle","event":"started","policy_version":"gone""#)
    let found = try journal.caughtUp().inForce(at: nil)
    #expect(found.entities == InForce.Version(digest: "t0", sequence: Int64(first)))
    #expect(found.policies == InForce.Version(digest: "gone", sequence: nil))
    #expect(try journal.caughtUp().inForce(at: Journal.time(again - 1)).entities?.digest == "t1")
  }

  @Test func `the newest decision under the same configuration is found`() throws {
    let journal = try Journal()
    journal.add(#""kind":"lifecycle","event":"started""#)
    let first = journal.decide(1)
    let second = journal.decide(2)
    change(journal, "configuration", "c2", "refused")
    let refused = journal.lines.count - 1
    change(journal, "configuration", "c3", "applied")
    let applied = journal.lines.count - 1
    let third = journal.decide(3)
    let index = try journal.caughtUp()
    for (time, decision) in [
      (0, nil), (first, first), (second, second), (refused, second), (applied, nil),
      (third, third),
    ] {
      #expect(
        try index.inForce(at: Journal.time(time)).decision == decision.map { Int64($0) },
        "at \(time)")
    }
  }
}
