import Orders
import Testing

@testable import Gate

@Suite("Quotas over restarts")
struct QuotaKeepingTests {
  private static let hour: UInt64 = 3_600_000_000_000
  private static let request = QuotaRequest(
    agent: "a", tool: "notes__add", upstream: "notes", bytes: 10, onlyReads: false)

  private static func rules(_ text: String) throws -> QuotaRules {
    QuotaRules(try configuration("quotas: [\(text)]"))
  }

  private static func passing(
    _ book: QuotaBook, _ rules: QuotaRules, at now: UInt64, of count: Int = 20
  ) -> Int {
    var passed = 0
    for _ in 0..<count {
      guard case .success(let hold) = book.take(request, rules, at: now) else { continue }
      hold?.end(at: now)
      passed += 1
    }
    return passed
  }

  @Test(
    arguments: [
      (0, 1), (-500_000_000, 1), (1_800_000_000, 3), (3_600_000_000, 4),
      (Int64.max - 1_000_000, 4),
    ] as [(Int64, Int)])
  func `what was used is used after a restart, but for what came back meanwhile`(
    after: Int64, passing: Int
  ) throws {
    let rules = try Self.rules("{per: agent, calls: 4/1h}")
    let before = QuotaBook()
    #expect(Self.passing(before, rules, at: 50, of: 3) == 3)
    let kept = before.changes(at: 50, on: 1_000_000).changes
    let book = QuotaBook()
    // The clock of another boot.
    book.restore(kept.map(\.use), at: 7, on: 1_000_000 + after)
    #expect(Self.passing(book, rules, at: 7) == passing)
  }

  @Test func `what is kept is not asked for again until it changes, also while it is written`()
    throws
  {
    let rules = try Self.rules("{per: agent, calls: 10/1h, bytes: 1MB/1h, cost: 20/1h}")
    let book = QuotaBook()
    #expect(book.changes(at: 1, on: 1).changes.isEmpty)
    #expect(Self.passing(book, rules, at: 1, of: 2) == 2)
    let first = book.changes(at: 1, on: 1).changes
    #expect(first.map(\.use.cost.missing) == [Self.hour / 10])
    #expect(book.unkeptCount == 1)
    #expect(Self.passing(book, rules, at: 1, of: 1) == 1)
    book.keep(first)
    #expect(book.unkeptCount == 1)
    let second = book.changes(at: 1, on: 1).changes
    #expect(second.count == 1)
    book.keep(second)
    #expect(book.unkeptCount == 0)
    // A refusal takes nothing, the bytes of a result do.
    guard case .success(let hold?) = book.take(Self.request, rules, at: 1) else {
      Issue.record("it is refused")
      return
    }
    book.keep(book.changes(at: 1, on: 1).changes)
    hold.resultBytes = 5
    hold.end(at: 1)
    #expect(book.unkeptCount == 1)
  }

  @Test(
    arguments: [("4/1m", 2), ("8/1h", 4), ("4/30d", 2), ("1000/1h", 500)])
  func `another allowance of the same quota has the same share used`(
    allowance: String, passing: Int
  ) throws {
    let book = QuotaBook()
    #expect(Self.passing(book, try Self.rules("{per: agent, calls: 4/1h}"), at: 1, of: 2) == 2)
    let next = try Self.rules("{per: agent, calls: \(allowance)}")
    #expect(Self.passing(book, next, at: 1, of: 1_000) == passing)
  }
}
