import CSQLite

extension Database {
  /// Begins a transaction that writes. No other connection can until it ends; this one waits for
  /// another's, as long as the busy timeout.
  public func begin() throws(StorageError) { try run("BEGIN IMMEDIATE") }

  /// Begins a transaction that reads: all that is read in it is of one moment.
  public func beginReading() throws(StorageError) { try run("BEGIN") }

  /// Ends the transaction; what was done is in the file.
  public func commit() throws(StorageError) { try run("COMMIT") }

  /// Ends the transaction, if there is one; what was done is undone.
  public func rollback() {
    guard isInTransaction else { return }
    // It fails only where the transaction is over already.
    try? run("ROLLBACK")
  }

  /// Whether a transaction is open.
  public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
}
