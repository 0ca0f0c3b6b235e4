import Glibc
import Storage
import Testing
import TestSupport

@Suite("An SQLite file")
struct DatabaseTests {
  private let directory = TemporaryDirectory()
  private var path: String { directory.path + "/test.sqlite" }

  @Test func `values come back as they went in`() throws {
    let database = try Database(path: path)
    try database.execute("CREATE TABLE t(a, b, c, d)")
    let text = "quote ' NUL \0 é \u{202E}"
    try database.run(
      "INSERT INTO t VALUES (?, ?, ?, ?)", [.integer(.min), .text(text), .blob([0, 255]), .null])
    try database.run("INSERT INTO t VALUES (?, ?, ?, ?)", [0, "", .blob([]), .null])
    var seen = 0
    try database.each("SELECT a, b, c, d FROM t ORDER BY a") { row in
      seen += 1
      #expect(row.integer(0) == (seen == 1 ? .min : 0))
      #expect(row.text(1) == (seen == 1 ? text : ""))
      #expect(row.blob(2) == (seen == 1 ? [0, 255] : []))
      #expect(!row.isNull(1) && !row.isNull(2) && row.isNull(3))
      #expect(row.textIfAny(3) == nil && row.integerIfAny(3) == nil)
    }
    #expect(seen == 2)
  }

  @Test func `the file and what SQLite puts beside it are for their owner alone`() throws {
    let database = try Database(path: path)
    try database.execute("CREATE TABLE t(a)")
    for suffix in ["", "-wal", "-shm"] {
      var status = stat()
      #expect(stat(path + suffix, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func `what is rolled back is undone, what is committed stays`() throws {
    let database = try Database(path: path)
    try database.execute("CREATE TABLE t(a)")
    try database.begin()
    try database.run("INSERT INTO t VALUES (1)")
    #expect(database.isInTransaction)
    database.rollback()
    database.rollback()
    try database.begin()
    try database.run("INSERT INTO t VALUES (2)")
    try database.commit()
    let other = try Database(path: path)
    #expect(try other.rows("SELECT a FROM t") { $0.integer(0) } == [2])
  }

  @Test func `a second writer waits for the timeout and is told what to do`() throws {
    let first = try Database(path: path)
    try first.execute("CREATE TABLE t(a)")
    let second = try Database(path: path, busyTimeout: 10)
    try first.begin()
    let error = try #require(throws: StorageError.self) { try second.begin() }
    #expect(error.isBusy)
    #expect(error.description.contains("BEGIN IMMEDIATE"))
    #expect(error.description.contains("try again"))
    try first.commit()
    try second.begin()
    try second.commit()
  }

  @Test func `readers see one moment while another writes`() throws {
    let writer = try Database(path: path)
    try writer.execute("CREATE TABLE t(a)")
    let reader = try Database(path: path)
    try reader.beginReading()
    #expect(try reader.first("SELECT count(*) FROM t") { $0.integer(0) } == 0)
    try writer.run("INSERT INTO t VALUES (1)")
    #expect(try reader.first("SELECT count(*) FROM t") { $0.integer(0) } == 0)
    try reader.commit()
    #expect(try reader.first("SELECT count(*) FROM t") { $0.integer(0) } == 1)
  }

  @Test func `a query may be asked again while its rows are read`() throws {
    let database = try Database(path: path)
    try database.execute("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)")
    var pairs: [Int64] = []
    try database.each("SELECT a FROM t ORDER BY a") { (outer) throws(StorageError) in
      try database.each("SELECT a FROM t ORDER BY a") { inner in
        pairs.append(outer.integer(0) * 10 + inner.integer(0))
      }
    }
    #expect(pairs == [11, 12, 21, 22])
  }

  @Test func `an error names the file, the statement and the reason`() throws {
    let database = try Database(path: path)
    let error = try #require(throws: StorageError.self) { try database.run("SELECT x\n  FROM y") }
    #expect(error.path == path)
    #expect(error.statement == "SELECT x FROM y")
    #expect(error.message.contains("no such table: y"))
    #expect(throws: StorageError.self) { try database.run("SELECT ?", []) }
    #expect(throws: StorageError.self) { try Database(path: directory.path + "/no/file") }
  }

  @Test func `a file that is no database is told to be damaged`() throws {
    directory.write(String(repeating: "not a database ", count: 100), to: "test.sqlite")
    let error = try #require(throws: StorageError.self) { try Database(path: path) }
    #expect(error.isDamaged)
  }

  @Test func `a link in the place of the file is not followed`() throws {
    #expect(symlink(directory.path + "/elsewhere", path) == 0)
    #expect(throws: StorageError.self) { try Database(path: path) }
    #expect(access(directory.path + "/elsewhere", F_OK) != 0)
  }
}
