import Glibc
import JSON
import Ledger
import Storage
import Testing
import TestSupport

@testable import Audit

@Suite("Catching up with a ledger")
struct CatchUpTests {
  private let directory = TemporaryDirectory()
  private var ledger: String { directory.path + "/ledger" }
  private var path: String { directory.path + "/index.sqlite" }

  /// Appends so many starts to the ledger, opened anew.
  private func append(_ count: Int, segmentBytes: Int = 64 << 20) throws {
    let (ledger, _) = try Ledger.open(
      directory: ledger, configuration: LedgerConfiguration(segmentBytes: segmentBytes, tree: nil))
    for _ in 0..<count {
      try ledger.append(LedgerRecord(.lifecycle(LifecycleRecord(event: .started))))
    }
    ledger.close()
  }

  private func starts(_ index: AuditIndex) throws -> Int64? {
    try index.database.first("SELECT count(*) FROM lifecycle") { $0.integer(0) }
  }

  @Test func `what came since is read, also where it takes many portions`() throws {
    try append(3)
    let index = try AuditIndex(path: path)
    #expect(try index.catchUp(with: ledger).read == 3)
    #expect(try index.catchUp(with: ledger).read == 0)
    try append(20_000)
    var steps: [Int64] = []
    let found = try index.catchUp(with: ledger) { steps.append($0) }
    #expect(found.read == 20_000 && !found.isAnew && found.stopped == nil)
    #expect(steps.last == 20_003 && steps.count > 1 && steps == steps.sorted())
    #expect(try starts(index) == 20_003)
  }

  @Test func `an index of another ledger, or of a longer one, is made anew`() throws {
    try append(10)
    let index = try AuditIndex(path: path)
    _ = try index.catchUp(with: ledger)
    #expect(rename(ledger, directory.path + "/old") == 0)
    try append(5)
    let other = try index.catchUp(with: ledger)
    #expect(other.isAnew && other.read == 5)
    #expect(try starts(index) == 5)
  }

  @Test func `an index is made anew when the oldest records were let go`() throws {
    // A segment for each time it is opened.
    for _ in 0..<3 { try append(4, segmentBytes: 100) }
    let index = try AuditIndex(path: path)
    #expect(try index.catchUp(with: ledger).read == 12)
    #expect(unlink(ledger + "/00000000000000000000.seg") == 0)
    let found = try index.catchUp(with: ledger)
    #expect(found.isAnew && found.read < 12 && found.read > 0)
    let gaps = try GapsQuestion([:]).answer(from: index, now: 0)
    #expect(gaps.rows.contains { $0.kind == .missing && $0.sequence == 0 })
  }

  @Test func `damage stops it, and what stands before is in the index`() throws {
    for _ in 0..<2 { try append(4, segmentBytes: 100) }
    let file = open(ledger + "/00000000000000000004.seg", O_RDWR)
    #expect(file >= 0 && pwrite(file, "damage", 6, 100) == 6)
    close(file)
    let index = try AuditIndex(path: path)
    let found = try index.catchUp(with: ledger)
    #expect(found.read == 4 && found.stopped != nil)
    let files = AuditFiles(ledger: ledger, index: path)
    #expect(throws: AuditError.self) {
      try files.answer(try #require(try AuditQuestion("who", [:])), now: 0)
    }
    let gaps = try files.answer(try #require(try AuditQuestion("gaps", [:])), now: 0)
    let rows = try JSONDocument(parsing: gaps).root[member: "rows"]?.elements.map { $0 } ?? []
    #expect(rows.last?[member: "kind"]?.equals("damaged") == true)
    #expect(rows.last?[member: "sequence"]?.int64 == 4)
  }

  @Test func `several that catch up at once read each record once`() async throws {
    try append(30_000)
    try await withThrowingTaskGroup { group in
      for _ in 0..<3 {
        group.addTask { [path, ledger] in
          _ = try AuditIndex(path: path).catchUp(with: ledger)
        }
      }
      try await group.waitForAll()
    }
    #expect(try starts(AuditIndex(path: path)) == 30_000)
  }

  @Test func `a ledger that is not there is an error`() throws {
    #expect(throws: AuditError.self) { try AuditIndex(path: path).catchUp(with: ledger) }
  }
}
