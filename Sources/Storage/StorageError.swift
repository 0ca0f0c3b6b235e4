import CSQLite

/// What SQLite could not do, where, and what to do about it.
public struct StorageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// SQLite's extended result code (sqlite.org/rescode.html).
  public let code: Int32
  /// What SQLite says of it.
  public let message: String
  /// The file.
  public let path: String
  /// The beginning of the statement, or what was being done.
  public let statement: String

  static let statementBytesMax = 120

  init(_ code: Int32, _ message: String, path: String, statement: String) {
    self.code = code
    self.message = message
    self.path = path
    let line = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    self.statement =
      line.utf8.count > Self.statementBytesMax
      ? String(decoding: line.utf8.prefix(Self.statementBytesMax), as: UTF8.self) + "…" : line
  }

  /// Another connection holds the file longer than the busy timeout.
  public var isBusy: Bool { code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED }

  /// The file is no database, or a damaged one.
  public var isDamaged: Bool { code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB }

  /// What to do; nil when nothing general helps.
  public var remedy: String? {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: "another process is writing to it; try again"
    case SQLITE_FULL: "make room on the disk"
    case SQLITE_CORRUPT, SQLITE_NOTADB: "the file is damaged; remove it to have it made anew"
    case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH:
      "look at the owner and the mode of the file and its directory"
    case SQLITE_IOERR: "look at the disk"
    default: nil
    }
  }

  /// The whole, for a person.
  public var description: String {
    "\(path): \(message) (\(code)) in `\(statement)`" + (remedy.map { "; \($0)" } ?? "")
  }
}
