import Storage

/// The files of this target: opened, brought to their schema, and their errors as those of orders.
enum OrderDatabase {
  /// - Parameters:
  ///   - version: of the schema; a file of a newer one is refused.
  ///   - upgrades: what brings files of older versions to this one.
  static func open(
    path: String, schema: String, version: Int64, upgrades: [Int64: String] = [:]
  ) throws(OrderError) -> Database {
    let database = try storing { () throws(StorageError) in try Database(path: path) }
    let found = try storing { () throws(StorageError) in
      try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
    }
    guard found <= version else {
      throw .storage("\(path) was written by a newer version of sallyport; use that version")
    }
    try storing { () throws(StorageError) in
      // Whole or not at all: an upgrade cannot be made twice.
      try database.execute(
        "BEGIN IMMEDIATE; \(schema); \(upgrades[found] ?? ""); PRAGMA user_version = \(version); "
          + "COMMIT")
    }
    return database
  }

  static func storing<T>(_ body: () throws(StorageError) -> T) throws(OrderError) -> T {
    do throws(StorageError) { return try body() } catch { throw .storage(error.description) }
  }
}
