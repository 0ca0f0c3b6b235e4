import Storage

/// Orders in SQLite, durable when a method returns. Blocks; for one thread at a time.
final class OrderStore {
  static let schemaVersion: Int64 = 2

  let database: Database

  init(path: String) throws(OrderError) {
    do throws(StorageError) {
      database = try Database(path: path)
      try database.execute("PRAGMA synchronous = FULL")
      let version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
      if version <= Self.schemaVersion {
        try database.execute(Self.schema + Self.grantSchema)
        if version == 1 { try database.execute(Self.grantUpgrade) }
        try database.execute("PRAGMA user_version = \(Self.schemaVersion)")
        return
      }
    } catch {
      throw .storage(error.description)
    }
    throw .storage("\(path) was written by a newer version of sallyport; use that version")
  }

  /// The stops in force. One that cannot be read is an error: it would be out of force unseen.
  func stops() throws(OrderError) -> [Stop] {
    let rows = try storing { () throws(StorageError) in
      try database.rows("SELECT id, kind, name, reason, actor, at FROM stops") { row in
        StopTarget.Kind(rawValue: row.text(1))
          .flatMap { StopTarget($0, name: row.text(2)) }
          .map {
            Stop(
              id: row.text(0), target: $0, reason: row.text(3), actor: row.text(4),
              at: row.integer(5))
          }
      }
    }
    guard !rows.contains(where: { $0 == nil }) else {
      throw .storage("\(database.path) holds a stop that this version does not know")
    }
    return rows.compactMap(\.self)
  }

  func put(_ stop: Stop) throws(OrderError) {
    try storing { () throws(StorageError) in
      try database.run(
        """
        INSERT OR REPLACE INTO stops (id, kind, name, reason, actor, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """,
        [
          .text(stop.id), .text(stop.target.kind.rawValue), .text(stop.target.name),
          .text(stop.reason), .text(stop.actor), .integer(stop.at),
        ])
    }
  }

  func remove(stop id: String) throws(OrderError) {
    try storing { () throws(StorageError) in
      try database.run("DELETE FROM stops WHERE id = ?1", [.text(id)])
    }
  }

  func storing<T>(_ body: () throws(StorageError) -> T) throws(OrderError) -> T {
    do throws(StorageError) { return try body() } catch { throw .storage(error.description) }
  }

  private static let schema = """
    CREATE TABLE IF NOT EXISTS stops (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
      actor TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    """
}
