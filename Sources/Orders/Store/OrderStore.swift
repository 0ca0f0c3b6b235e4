import Storage

/// Orders in SQLite, durable when a method returns. Blocks; for one thread at a time.
final class OrderStore {
  static let schemaVersion: Int64 = 2

  let database: Database

  init(path: String) throws(OrderError) {
    let database = try OrderDatabase.open(
      path: path, schema: Self.schema + Self.grantSchema, version: Self.schemaVersion,
      upgrades: [1: Self.grantUpgrade])
    self.database = database
    try OrderDatabase.storing { () throws(StorageError) in
      try database.execute("PRAGMA synchronous = FULL")
    }
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
    try OrderDatabase.storing(body)
  }

  private static let schema = """
    CREATE TABLE IF NOT EXISTS stops (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
      actor TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    """
}
