import Glibc
import JSON
import Storage
import Testing
import TestSupport

@testable import Audit

@Suite("The index over the ledger")
struct IndexTests {
  /// Everything in an index that does not depend on how it came there.
  private static func dump(_ path: String) throws -> [String] {
    let database = try Database(path: path)
    var lines: [String] = []
    for table in IndexSchema.names {
      let columns = try database.rows("SELECT name FROM pragma_table_info('\(table)')") {
        $0.text(0)
      }
      try database.each(
        "SELECT \(columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")) FROM \(table)"
          + " ORDER BY 1"
      ) { lines.append("\(table): \($0.text(0))") }
    }
    return lines
  }

  @Test(arguments: 1...12)
  func `catching up in any steps gives what reading all at once gives`(seed: Int) throws {
    var random = Generator(seed: UInt64(seed))
    let records = try Journal.records(random.stream(400))
    let directory = TemporaryDirectory()
    let whole = directory.path + "/whole.sqlite"
    let steps = directory.path + "/steps.sqlite"
    do {
      let index = try AuditIndex(path: whole)
      try index.take(records)
      try index.finish()
    }
    var start = 0
    while start < records.count {
      // Opened anew now and then, as another process would.
      let index = try AuditIndex(path: steps)
      for _ in 0..<random.below(4) + 1 where start < records.count {
        let end = min(records.count, start + random.below(40) + 1)
        try index.take(Array(records[start..<end]))
        if random.below(2) == 0 { try index.finish() }
        start = end
      }
    }
    #expect(try Self.dump(whole) == Self.dump(steps))
    #expect(try Self.dump(whole).count > 200)
  }

  @Test func `records that were taken are passed over`() throws {
    let directory = TemporaryDirectory()
    let path = directory.path + "/index.sqlite"
    var random = Generator(seed: 99)
    let records = try Journal.records(random.stream(50))
    let index = try AuditIndex(path: path)
    try index.take(records)
    let before = try Self.dump(path)
    try index.take(records)
    #expect(try Self.dump(path) == before)
    #expect(try index.records() == 50)
  }

  @Test func `two connections that catch up at once give one index`() async throws {
    let directory = TemporaryDirectory()
    let path = directory.path + "/index.sqlite"
    var random = Generator(seed: 7)
    let lines = random.stream(300)
    _ = try AuditIndex(path: path)
    try await withThrowingTaskGroup { group in
      for _ in 0..<3 {
        group.addTask {
          let index = try AuditIndex(path: path)
          let records = try Journal.records(lines)
          for start in stride(from: 0, to: 300, by: 10) {
            try index.take(Array(records[start..<start + 10]))
          }
        }
      }
      try await group.waitForAll()
    }
    let alone = directory.path + "/alone.sqlite"
    try AuditIndex(path: alone).take(Journal.records(lines))
    #expect(try Self.dump(path) == Self.dump(alone))
  }

  @Test func `an index of another version is made anew`() throws {
    let directory = TemporaryDirectory()
    let path = directory.path + "/index.sqlite"
    var random = Generator(seed: 3)
    try AuditIndex(path: path).take(Journal.records(random.stream(20)))
    try Database(path: path).run("UPDATE state SET schema = 0")
    #expect(try AuditIndex(path: path).records() == 0)
  }

  @Test func `no query makes an index of all calls for itself`() throws {
    // A trace was looked for in half a second among half a million calls, and in one millisecond
    // without.
    let directory = TemporaryDirectory()
    let index = try AuditIndex(path: directory.path + "/index.sqlite")
    #expect(try index.database.first("PRAGMA automatic_index") { $0.integer(0) } == 0)
  }

  @Test func `members that are of another type, huge or hostile do not stop it`() throws {
    let lines = [
      "[]", "{}", #"{"kind":7,"time":1}"#, #"{"kind":"decision","time":"now"}"#,
      #"{"kind":"decision","time":1}"#,
      #"{"kind":"decision","time":-9223372036854775808,"call":"x"}"#,
      """
      {"kind":"decision","time":9223372036854775807,"call":"\(Journal.id(1))","decision":[],\
      "principal":7,"claims":[],"policies":{"a":1},"arguments":"x","traceparent":"00-zz",\
      "parent":1,\
      "shown":"many","server":{},"tool":null,"session":"\(String(repeating: "s", count: 100_000))"}
      """,
      #"{"kind":"outcome","time":1,"call":"\#(Journal.id(8))","result":5,"status":{}}"#,
      #"{"kind":"policies","time":1,"version":"v","part":-1,"parts":9223372036854775807}"#,
      #"{"kind":"policies","time":1,"version":"v","part":3,"parts":9,"file":"f","text":"t"}"#,
      #"{"kind":"entities","time":1,"version":"v","part":0,"parts":1,"entities":[1,{"uid":[]}]}"#,
      #"{"kind":"erasure","time":1,"records":"all","roles":[1]}"#,
      #"{"kind":"approval","time":1,"event":null,"call":"short"}"#,
    ]
    let directory = TemporaryDirectory()
    let index = try AuditIndex(path: directory.path + "/index.sqlite")
    try index.take(Journal.records(lines))
    try index.finish()
    for name in AuditQuestion.names {
      let values = ["graph": ["call": "a1"], "touched": ["agent": "x"]][name] ?? [:]
      _ = try AuditQuestion(name, values)?.json(from: index, now: 0)
    }
    #expect(try GapsQuestion([:]).answer(from: index, now: 0).hasFaults)
  }

  @Test func `identifiers are found by their ends and come back as they were`() throws {
    var random = Generator(seed: 5)
    for _ in 0..<200 {
      let hex = random.hex(32)
      let id = try #require(Array(hex.utf8).withUnsafeBytes { HexID(hex: $0) })
      #expect(id.hex == hex)
      #expect(HexID(endKey: id.endKey, startKey: id.startKey) == id)
      let count = random.below(16) + 1
      let range = try #require(HexID.range(endingIn: String(hex.suffix(count)).uppercased()))
      #expect((range.first.endKey...range.last.endKey).contains(id.endKey))
    }
    for wrong in ["", "g", String(repeating: "a", count: 33), "é"] {
      #expect(HexID.range(endingIn: wrong) == nil)
    }
  }

  @Test func `a map of bytes keeps what it was told until it is full`() {
    var map = ByteMap<Int>(entriesMax: 1000, bytesMax: 1 << 20)
    func key(_ number: Int) -> [UInt8] { Array("key \(number % 7) \(number)".utf8) }
    for number in 0..<1000 {
      key(number).withUnsafeBytes { map.insert($0, number) }
    }
    for number in 0..<1000 { #expect(key(number).withUnsafeBytes { map[$0] } == number) }
    #expect(key(1000).withUnsafeBytes { map[$0] } == nil)
    key(1000).withUnsafeBytes { map.insert($0, 1000) }
    #expect(key(1000).withUnsafeBytes { map[$0] } == 1000)
    #expect(key(1).withUnsafeBytes { map[$0] } == nil)
    [UInt8]().withUnsafeBytes { map.insert($0, -1) }
    #expect([UInt8]().withUnsafeBytes { map[$0] } == -1)
  }
}
