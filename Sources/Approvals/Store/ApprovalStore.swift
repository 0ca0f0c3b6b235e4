import Storage

/// Approvals in SQLite, durable when a method returns. Blocks; for one thread at a time.
final class ApprovalStore {
  static let schemaVersion: Int64 = 1

  private let database: Database

  init(path: String) throws(ApprovalRefusal) {
    do throws(StorageError) {
      database = try Database(path: path)
      try database.execute("PRAGMA synchronous = FULL")
      // What is erased is overwritten, not only let go.
      try database.execute("PRAGMA secure_delete = ON")
      let version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
      if version <= Self.schemaVersion {
        try database.execute(Self.schema)
        try database.execute("PRAGMA user_version = \(Self.schemaVersion)")
        return
      }
    } catch {
      throw .storage(error.description)
    }
    throw .storage("\(path) was written by a newer version of sallyport; use that version")
  }

  /// All approvals, the oldest first.
  /// - Throws: also when one of them cannot be read: what is not understood is not guessed at.
  func all() throws(ApprovalRefusal) -> [Approval] {
    let read = try storing { () throws(StorageError) in
      try database.rows("SELECT \(Self.columns) FROM approvals ORDER BY requested, id") {
        (id: $0.text(0), approval: Self.approval($0))
      }
    }
    var found: [Approval] = []
    for (id, approval) in read {
      guard let approval else { throw .storage("\(database.path): \(id) cannot be read") }
      found.append(approval)
    }
    return found
  }

  /// Writes approvals in the place of what is there, and removes others; all or none.
  func put(_ approvals: [Approval], removing ids: [String] = []) throws(ApprovalRefusal) {
    try storing { () throws(StorageError) in
      try database.begin()
      defer { database.rollback() }
      for approval in approvals { try put(approval) }
      for id in ids { try database.run("DELETE FROM approvals WHERE id = ?1", [.text(id)]) }
      try database.commit()
    }
  }

  /// Makes what was erased or removed be gone from the files.
  func forget() throws(ApprovalRefusal) {
    try storing { () throws(StorageError) in
      try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  private func put(_ approval: Approval) throws(StorageError) {
    try database.run(
      """
      INSERT OR REPLACE INTO approvals (\(Self.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """,
      [
        .text(approval.id), .text(approval.state.rawValue), .integer(approval.requestedAt),
        .integer(approval.deadline), SQLValue(approval.endedAt), .blob(approval.encoded),
        .blob(approval.ask.arguments),
      ])
  }

  private static let columns = "id, state, requested, deadline, ended, record, arguments"

  private static func approval(_ row: Row) -> Approval? {
    guard let state = Approval.State(rawValue: row.text(1)) else { return nil }
    return Approval(
      id: row.text(0), state: state, requestedAt: row.integer(2), deadline: row.integer(3),
      endedAt: row.integerIfAny(4), encoded: row.blob(5), arguments: row.blob(6))
  }

  private func storing<T>(
    _ body: () throws(StorageError) -> T
  ) throws(ApprovalRefusal) -> T {
    do throws(StorageError) { return try body() } catch { throw .storage(error.description) }
  }

  private static let schema = """
    CREATE TABLE IF NOT EXISTS approvals (
      id TEXT PRIMARY KEY, state TEXT NOT NULL, requested INTEGER NOT NULL,
      deadline INTEGER NOT NULL, ended INTEGER, record BLOB NOT NULL, arguments BLOB NOT NULL
    ) WITHOUT ROWID
    """
}
