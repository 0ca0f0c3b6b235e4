import Crypto
import Storage

/// How far an index is, and which ledger it is of.
struct IndexState: Equatable {
  /// Random: another one means that the index was made anew.
  var generation: [UInt8]
  /// The sequence of the record that comes next.
  var next: Int64
  /// The first record that was read: its sequence and digest.
  var first: Int64?
  var firstDigest: [UInt8]?
  /// The digest of the record before `next`.
  var lastDigest: [UInt8]?
  /// The latest time of any record.
  var newestTime: Int64
  /// Whether `IndexSchema.indexes` are made.
  var hasIndexes: Bool

  /// The largest integer that records have (RFC 7493).
  static let integerMax: Int64 = (1 << 53) - 1

  /// Of an index in which nothing is.
  static func new() -> IndexState {
    IndexState(
      generation: SecureRandom.bytes(16), next: 0, newestTime: -integerMax, hasIndexes: false)
  }

  /// Nil when the file holds no index, or one of another version.
  init?(in database: Database) throws(StorageError) {
    let tables = try database.first(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'state'"
    ) { $0.integer(0) }
    guard tables == 1 else { return nil }
    let schema = try database.first("SELECT schema FROM state") { $0.integer(0) }
    guard schema == IndexSchema.version else { return nil }
    let found = try database.first(
      """
      SELECT generation, next, first, first_digest, last_digest, newest_time, has_indexes
      FROM state
      """
    ) { row in
      IndexState(
        generation: row.blob(0), next: row.integer(1), first: row.integerIfAny(2),
        firstDigest: row.isNull(3) ? nil : row.blob(3),
        lastDigest: row.isNull(4) ? nil : row.blob(4), newestTime: row.integer(5),
        hasIndexes: row.integer(6) != 0)
    }
    guard let found else { return nil }
    self = found
  }

  private init(
    generation: [UInt8], next: Int64, first: Int64? = nil, firstDigest: [UInt8]? = nil,
    lastDigest: [UInt8]? = nil, newestTime: Int64, hasIndexes: Bool
  ) {
    self.generation = generation
    self.next = next
    self.first = first
    self.firstDigest = firstDigest
    self.lastDigest = lastDigest
    self.newestTime = newestTime
    self.hasIndexes = hasIndexes
  }

  /// Within a transaction.
  func save(in database: Database) throws(StorageError) {
    try database.run(
      "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(IndexSchema.version), .blob(generation), .integer(next), SQLValue(first),
        SQLValue(firstDigest), SQLValue(lastDigest), .integer(newestTime),
        .integer(hasIndexes ? 1 : 0),
      ])
  }
}
