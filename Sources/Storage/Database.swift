import CSQLite
import Glibc

/// A connection to an SQLite file. Blocks on files and on other connections; for one thread at a
/// time.
///
/// ```swift
/// let database = try Database(path: "index.sqlite")
/// try database.execute("CREATE TABLE IF NOT EXISTS t(a INTEGER PRIMARY KEY, b TEXT)")
/// try database.begin()
/// try database.run("INSERT INTO t VALUES (?, ?)", [1, "one"])
/// try database.commit()
/// let names = try database.rows("SELECT b FROM t WHERE a < ?", [9]) { $0.text(0) }
/// ```
public final class Database {
  /// The file.
  public let path: String
  let handle: OpaquePointer
  /// Prepared statements that nobody uses at the moment, by their text.
  private var idle: [String: Statement] = [:]

  /// Opens the file, makes it with mode 0600 when it is not there, and sets it to write-ahead
  /// logging.
  /// - Parameter busyTimeout: milliseconds to wait for another connection before it is an error.
  public init(path: String, busyTimeout: Int32 = 60_000) throws(StorageError) {
    self.path = path
    // SQLite gives its own files the mode of the database, which it would make 0644.
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw StorageError(
        SQLITE_CANTOPEN, String(cString: strerror(errno)), path: path, statement: "open")
    }
    close(descriptor)
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard let opened else {
      throw StorageError(SQLITE_NOMEM, "out of memory", path: path, statement: "open")
    }
    handle = opened
    guard code == SQLITE_OK else { throw error(code, "open") }
    sqlite3_busy_timeout(handle, busyTimeout)
    for setting in [
      "journal_mode = WAL", "synchronous = NORMAL", "trusted_schema = OFF", "temp_store = MEMORY",
    ] {
      try execute("PRAGMA \(setting)")
    }
  }

  deinit {
    idle = [:]
    sqlite3_close_v2(handle)
  }

  /// Runs statements that give no rows and take no values.
  public func execute(_ sql: String) throws(StorageError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, sql) }
  }

  /// A statement for many runs, of one's own: its text is compiled once.
  public func prepare(_ sql: String) throws(StorageError) -> Statement {
    var compiled: OpaquePointer?
    let code = sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
    guard code == SQLITE_OK, let compiled else { throw error(code, sql) }
    return Statement(compiled, sql: sql, path: path)
  }

  /// Runs one statement with values for its parameters. Its compiled form is kept.
  public func run(_ sql: String, _ values: [SQLValue] = []) throws(StorageError) {
    try each(sql, values) { _ in }
  }

  /// Runs a query and hands each row to `body`; rows are read as they are asked for.
  public func each(
    _ sql: String, _ values: [SQLValue] = [], _ body: (Row) throws(StorageError) -> Void
  ) throws(StorageError) {
    let statement: Statement
    if let kept = idle.removeValue(forKey: sql) {
      statement = kept
    } else {
      statement = try prepare(sql)
    }
    defer {
      statement.reset()
      idle[sql] = statement
    }
    try statement.bind(values)
    while try statement.step() { try body(statement.row) }
  }

  /// What `make` makes of each row.
  public func rows<T>(
    _ sql: String, _ values: [SQLValue] = [], _ make: (Row) -> T
  ) throws(StorageError) -> [T] {
    var made: [T] = []
    try each(sql, values) { (row) throws(StorageError) in made.append(make(row)) }
    return made
  }

  /// What `make` makes of the first row; nil when there is none.
  public func first<T>(
    _ sql: String, _ values: [SQLValue] = [], _ make: (Row) -> T
  ) throws(StorageError) -> T? {
    try rows(sql, values, make).first
  }

  /// The identifier of the row that was inserted last.
  public var lastInserted: Int64 { sqlite3_last_insert_rowid(handle) }

  /// How many rows the last statement changed.
  public var changed: Int { Int(sqlite3_changes(handle)) }

  func error(_ code: Int32, _ statement: String) -> StorageError {
    StorageError(
      code, String(cString: sqlite3_errmsg(handle)), path: path, statement: statement)
  }
}
