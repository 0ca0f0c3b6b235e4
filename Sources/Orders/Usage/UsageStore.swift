import Storage

/// What was used of quotas in SQLite: outlives the process when a method returns, and the machine
/// a moment later. Blocks; for one thread at a time.
final class UsageStore {
  static let schemaVersion: Int64 = 1
  /// Microseconds between two looks for what is back.
  private static let pruneInterval: Int64 = 60_000_000

  private let database: Database
  private var prunedAt: Int64 = 0

  init(path: String) throws(OrderError) {
    database = try OrderDatabase.open(
      path: path, schema: Self.schema, version: Self.schemaVersion)
  }

  func uses(at now: Int64) throws(OrderError) -> [KeptUse] {
    try OrderDatabase.storing { () throws(StorageError) in
      try database.rows(
        "SELECT \(Self.columns) FROM uses WHERE ends > ?1", [.integer(now)]
      ) { row in
        func bucket(_ column: Int) -> KeptUse.Bucket {
          KeptUse.Bucket(
            missing: UInt64(clamping: row.integer(column)),
            period: UInt64(clamping: row.integer(column + 1)))
        }
        return KeptUse(
          quota: row.text(0), subject: row.text(1), calls: bucket(2), bytes: bucket(4),
          cost: bucket(6), at: row.integer(8))
      }
    }
  }

  /// Puts all or nothing.
  func put(_ uses: [KeptUse], at now: Int64) throws(OrderError) {
    try OrderDatabase.storing { () throws(StorageError) in
      try database.begin()
      do throws(StorageError) {
        for use in uses { try put(use) }
        if now < prunedAt || now - prunedAt >= Self.pruneInterval {
          try database.run("DELETE FROM uses WHERE ends <= ?1", [.integer(now)])
          prunedAt = now
        }
        try database.commit()
      } catch {
        database.rollback()
        throw error
      }
    }
  }

  private func put(_ use: KeptUse) throws(StorageError) {
    var values: [SQLValue] = [.text(use.quota), .text(use.subject)]
    for bucket in [use.calls, use.bytes, use.cost] {
      values.append(.integer(Int64(clamping: bucket.missing)))
      values.append(.integer(Int64(clamping: bucket.period)))
    }
    values += [.integer(use.at), .integer(use.end)]
    try database.run(
      """
      INSERT OR REPLACE INTO uses (\(Self.columns), ends)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      """, values)
  }

  private static let columns =
    "quota, subject, calls, calls_period, bytes, bytes_period, cost, cost_period, at"

  private static let schema = """
    CREATE TABLE IF NOT EXISTS uses (
      quota TEXT NOT NULL, subject TEXT NOT NULL,
      calls INTEGER NOT NULL, calls_period INTEGER NOT NULL,
      bytes INTEGER NOT NULL, bytes_period INTEGER NOT NULL,
      cost INTEGER NOT NULL, cost_period INTEGER NOT NULL,
      at INTEGER NOT NULL, ends INTEGER NOT NULL,
      PRIMARY KEY (quota, subject)) WITHOUT ROWID
    """
}
