public import Storage

/// What people said about upstreams besides the configuration file, in SQLite: durable when a
/// method returns. Blocks; for one thread at a time.
public final class CatalogStore {
  static let schemaVersion: Int64 = 1

  let database: Database

  /// Opens the file, and makes it when it is not there.
  public init(path: String) throws(CatalogStoreError) {
    do throws(StorageError) {
      database = try Database(path: path)
      try database.execute("PRAGMA synchronous = FULL")
    } catch {
      throw .storage(error)
    }
    try migrate()
  }

  private func migrate() throws(CatalogStoreError) {
    let version: Int64
    do throws(StorageError) {
      version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
    } catch {
      throw .storage(error)
    }
    guard version <= Self.schemaVersion else {
      throw .newer(path: database.path, schema: version)
    }
    do throws(StorageError) {
      try database.begin()
      defer { database.rollback() }
      for statement in Self.schema { try database.execute(statement) }
      try database.execute("PRAGMA user_version = \(Self.schemaVersion)")
      try database.commit()
    } catch {
      throw .storage(error)
    }
  }

  /// Each statement leaves alone what is there.
  private static let schema = [
    // The newest words on each item, of each state one; `item` is empty for the server itself.
    """
    CREATE TABLE IF NOT EXISTS pins (
      server TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL,
      state TEXT NOT NULL, digest TEXT NOT NULL, definition BLOB NOT NULL,
      effect TEXT, actor TEXT, reason TEXT, time INTEGER NOT NULL,
      PRIMARY KEY (server, kind, item, state))
    """,
    // Upstreams that were added while the gateway ran; `definition` is as under `mcpServers`.
    """
    CREATE TABLE IF NOT EXISTS upstreams (
      name TEXT PRIMARY KEY, definition BLOB NOT NULL, actor TEXT NOT NULL,
      time INTEGER NOT NULL) WITHOUT ROWID
    """,
    // What the operator said of an upstream that the configuration file or this store has.
    """
    CREATE TABLE IF NOT EXISTS upstream_notes (
      name TEXT PRIMARY KEY, enabled INTEGER, card BLOB, actor TEXT NOT NULL,
      time INTEGER NOT NULL) WITHOUT ROWID
    """,
  ]
}

/// Why what people decided about upstreams cannot be read or kept.
public enum CatalogStoreError: Error, Sendable, CustomStringConvertible {
  /// The file cannot be read or written.
  case storage(StorageError)
  /// A newer version of the program has written the file.
  case newer(path: String, schema: Int64)

  /// The whole, for a person.
  public var description: String {
    switch self {
    case .storage(let error): error.description
    case .newer(let path, let schema):
      "\(path) was written by a newer version of sallyport (schema \(schema)); use that version"
    }
  }
}
