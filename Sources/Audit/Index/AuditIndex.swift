public import Storage

/// An index over the records of a ledger, in an SQLite file. It is made of the records and can be
/// made of them again at any time; nothing is in it that is not in them.
///
/// Blocks; for one thread at a time. Other processes may use the same file at once.
public final class AuditIndex {
  /// Records that are written in one transaction.
  static let batchMax = 16_384

  let database: Database

  /// Opens an index, and makes the file or its tables when they are missing or of another version.
  public init(path: String) throws(StorageError) {
    database = try Database(path: path)
    // In KiB: more of what is sorted and looked up stays in memory.
    try database.execute("PRAGMA cache_size = -65536")
    // An index made for one query costs more than any query here.
    try database.execute("PRAGMA automatic_index = OFF")
    if try IndexState(in: database) == nil { try reset() }
  }

  /// Takes records that follow the ones taken before, in one transaction. For tests and measuring:
  /// `catchUp` reads a ledger. Call `finish` after the last.
  public func take(_ records: some Sequence<IndexedRecord>) throws(StorageError) {
    try writing { () throws(StorageError) in
      var writer = try IndexWriter(database, state())
      var last: IndexedRecord?
      for record in records {
        try writer.take(record)
        last = record
      }
      try writer.flush(last: last)
    }
  }

  /// Empties it.
  public func reset() throws(StorageError) {
    try writing { () throws(StorageError) in
      let tables = try database.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      ) { $0.text(0) }
      for table in tables {
        try database.execute("DROP TABLE \"\(table.replacing("\"", with: "\"\""))\"")
      }
      try database.execute(IndexSchema.tables)
      for name in NameTable.Known.allCases {
        try database.run(
          "INSERT INTO names VALUES (?, ?)", [.integer(name.id), .text(name.rawValue)])
      }
      try IndexState.new().save(in: database)
    }
  }

  /// Makes the indexes that were left out for the first pass.
  public func finish() throws(StorageError) {
    guard try !state().hasIndexes else { return }
    try writing { () throws(StorageError) in
      try database.execute(IndexSchema.indexes)
      var state = try self.state()
      state.hasIndexes = true
      try state.save(in: database)
    }
  }

  func state() throws(StorageError) -> IndexState {
    try IndexState(in: database) ?? .new()
  }

  /// The sequence of the record that comes next.
  public func records() throws(AuditError) -> Int64 {
    try storing { () throws(StorageError) in try state().next }
  }

  /// A transaction that writes; undone when `body` fails.
  func writing(_ body: () throws(StorageError) -> Void) throws(StorageError) {
    try database.begin()
    do throws(StorageError) {
      try body()
      try database.commit()
    } catch {
      database.rollback()
      throw error
    }
  }

  /// A transaction in which all that is read is of one moment.
  func reading<T>(_ body: () throws(StorageError) -> T) throws(StorageError) -> T {
    try database.beginReading()
    defer { database.rollback() }
    return try body()
  }
}
