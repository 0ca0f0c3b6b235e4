import Crypto
import Storage

/// The tokens in SQLite, durable when a method returns. Blocks; for one thread at a time.
final class AgentTokenStore {
  static let schemaVersion: Int64 = 2
  /// How long a token that is over is kept to be shown, in seconds.
  static let keptTime: Int64 = 90 * 86_400

  private let database: Database

  init(path: String) throws(AgentTokenError) {
    do throws(StorageError) {
      database = try Database(path: path)
      try database.execute("PRAGMA synchronous = FULL")
      let version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
      if version <= Self.schemaVersion {
        try database.execute(Self.schema)
        if version == 1 {
          try database.execute("ALTER TABLE tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT ''")
        }
        try database.execute("PRAGMA user_version = \(Self.schemaVersion)")
        return
      }
    } catch {
      throw .storage(error.description)
    }
    throw .storage("\(path) was written by a newer version of sallyport; use that version")
  }

  /// All tokens; those that are over for long are let go.
  func all(now: Int64) throws(AgentTokenError) -> [AgentToken] {
    try storing { () throws(StorageError) in
      let end: SQLValue = .integer(now - Self.keptTime)
      try database.run("DELETE FROM tokens WHERE expires < ?1 OR revoked < ?1", [end])
      return try database.rows("SELECT \(Self.columns) FROM tokens ORDER BY created, digest") {
        Self.token($0)
      }.compactMap(\.self)
    }
  }

  /// Writes tokens, all or none: new ones, and others in the place of what is there.
  func put(_ tokens: [AgentToken]) throws(AgentTokenError) {
    try storing { () throws(StorageError) in
      try database.begin()
      defer { database.rollback() }
      for token in tokens { try put(token) }
      try database.commit()
    }
  }

  private func put(_ token: AgentToken) throws(StorageError) {
    let who = token.principal
    try database.run(
      """
      INSERT OR REPLACE INTO tokens (\(Self.columns))
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
      """,
      [
        .blob(token.digest.bytes), .text(who.agent), SQLValue(who.human),
        .text(who.roles.joined(separator: "\n")), SQLValue(who.tenant), SQLValue(token.profile),
        .integer(token.createdAt), .text(token.createdBy), .integer(token.expiresAt),
        SQLValue(token.revokedAt), SQLValue(token.replacedBy), SQLValue(token.usedAt),
        SQLValue(token.usedFrom), .text(who.scopes.joined(separator: " ")),
      ])
  }

  private static let columns = """
    digest, agent, human, roles, tenant, profile, created, creator, expires, revoked, successor,
    used, peer, scopes
    """

  private static func token(_ row: Row) -> AgentToken? {
    guard let digest = SHA256Digest(bytes: row.blob(0)) else { return nil }
    let profile = row.textIfAny(5)
    return AgentToken(
      principal: Principal(
        agent: row.text(1), human: row.textIfAny(2),
        roles: row.text(3).split(separator: "\n").map(String.init), tenant: row.textIfAny(4),
        scopes: row.text(13).split(separator: " ").map(String.init)),
      profile: profile, createdAt: row.integer(6), createdBy: row.text(7),
      expiresAt: row.integer(8), revokedAt: row.integerIfAny(9), replacedBy: row.textIfAny(10),
      usedAt: row.integerIfAny(11), usedFrom: row.textIfAny(12), digest: digest)
  }

  private func storing<T>(
    _ body: () throws(StorageError) -> T
  ) throws(AgentTokenError) -> T {
    do throws(StorageError) { return try body() } catch { throw .storage(error.description) }
  }

  private static let schema = """
    CREATE TABLE IF NOT EXISTS tokens (
      digest BLOB PRIMARY KEY, agent TEXT NOT NULL, human TEXT, roles TEXT NOT NULL, tenant TEXT,
      profile TEXT, created INTEGER NOT NULL, creator TEXT NOT NULL, expires INTEGER NOT NULL,
      revoked INTEGER, successor TEXT, used INTEGER, peer TEXT, scopes TEXT NOT NULL DEFAULT '')
      WITHOUT ROWID
    """
}
