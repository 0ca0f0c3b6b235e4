import Crypto
import Storage

/// Accounts and sessions in SQLite, durable when a method returns. Blocks; for one thread at a
/// time.
final class PeopleStore {
  static let schemaVersion: Int64 = 1

  private let database: Database

  init(path: String) throws(PeopleError) {
    do throws(StorageError) {
      database = try Database(path: path)
      try database.execute("PRAGMA synchronous = FULL")
      let version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
      if version <= Self.schemaVersion {
        for table in Self.schema { try database.execute(table) }
        try database.execute("PRAGMA user_version = \(Self.schemaVersion)")
        return
      }
    } catch {
      throw .storage(error.description)
    }
    throw .storage("\(path) was written by a newer version of sallyport; use that version")
  }

  func accounts() throws(PeopleError) -> [Account] {
    try storing { () throws(StorageError) in
      var passkeys: [String: [Passkey]] = [:]
      let sql = "SELECT \(Self.passkeyColumns), account FROM passkeys ORDER BY created, id"
      try database.each(sql) { row in
        guard let passkey = Self.passkey(row) else { return }
        passkeys[row.text(7), default: []].append(passkey)
      }
      return try database.rows("SELECT \(Self.accountColumns) FROM accounts ORDER BY key") {
        var account = Self.account($0)
        account.passkeys = passkeys[Account.key(account.name)] ?? []
        return account
      }
    }
  }

  func sessions() throws(PeopleError) -> [PersonSession] {
    try storing { () throws(StorageError) in
      try database.rows("SELECT \(Self.sessionColumns) FROM sessions") { Self.session($0) }
        .compactMap(\.self)
    }
  }

  /// Writes an account with its passkeys, in the place of what is there.
  func put(_ account: Account) throws(PeopleError) {
    try writing { () throws(StorageError) in
      let key = SQLValue.text(Account.key(account.name))
      try database.run(
        """
        INSERT OR REPLACE INTO accounts (\(Self.accountColumns), key)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """,
        [
          .text(account.name), .text(account.roles.joined(separator: "\n")),
          SQLValue(account.tenant), .integer(account.createdAt), .text(account.createdBy),
          SQLValue(account.signedInAt), .blob(account.handle), SQLValue(account.passwordHash),
          account.codeKey.map { .blob($0) } ?? .null, .integer(account.codeStep),
          account.invitation.map { .blob($0.digest.bytes) } ?? .null,
          SQLValue(account.invitation?.expiresAt), key,
        ])
      try database.run("DELETE FROM passkeys WHERE account = ?1", [key])
      for passkey in account.passkeys {
        try database.run(
          """
          INSERT INTO passkeys (\(Self.passkeyColumns), account)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
          """,
          [
            .blob(passkey.id), .text(passkey.label), .integer(passkey.createdAt),
            SQLValue(passkey.usedAt), .blob(passkey.publicKey),
            .text(passkey.algorithm.rawValue), .integer(Int64(passkey.counter)), key,
          ])
      }
    }
  }

  func remove(account name: String) throws(PeopleError) {
    try writing { () throws(StorageError) in
      let key = SQLValue.text(Account.key(name))
      try database.run("DELETE FROM passkeys WHERE account = ?1", [key])
      try database.run("DELETE FROM accounts WHERE key = ?1", [key])
    }
  }

  /// Writes sessions, and lets others go, all or none.
  func put(
    _ sessions: [PersonSession], removing gone: [SHA256Digest] = []
  ) throws(PeopleError) {
    try writing { () throws(StorageError) in
      for digest in gone {
        try database.run("DELETE FROM sessions WHERE digest = ?1", [.blob(digest.bytes)])
      }
      for session in sessions { try put(session) }
    }
  }

  private func put(_ session: PersonSession) throws(StorageError) {
    let who = session.who
    let issuer: String? = if case .issuer(let name) = who.source { name } else { nil }
    try database.run(
      """
      INSERT OR REPLACE INTO sessions (\(Self.sessionColumns))
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
      """,
      [
        .blob(session.digest.bytes), .text(who.name), SQLValue(issuer),
        .text(who.roles.joined(separator: "\n")), SQLValue(who.tenant),
        .text(who.authentication.methods.joined(separator: " ")),
        SQLValue(who.authentication.context), SQLValue(who.authentication.time),
        SQLValue(who.issuerSession), .integer(session.createdAt), .integer(session.usedAt),
        SQLValue(session.address), SQLValue(session.client),
      ])
  }

  private static let accountColumns = """
    name, roles, tenant, created, creator, signed, handle, password, code, step, invitation, invited
    """
  private static let passkeyColumns = "id, label, created, used, public, algorithm, counter"
  private static let sessionColumns = """
    digest, name, issuer, roles, tenant, methods, context, time, sid, created, used, address, client
    """

  private static func account(_ row: Row) -> Account {
    var account = Account(
      name: row.text(0), roles: lines(row.text(1)), tenant: row.textIfAny(2),
      createdAt: row.integer(3), createdBy: row.text(4), handle: row.blob(6))
    account.signedInAt = row.integerIfAny(5)
    account.passwordHash = row.textIfAny(7)
    let code = row.blob(8)
    account.codeKey = code.isEmpty ? nil : code
    account.codeStep = row.integer(9)
    if let digest = SHA256Digest(bytes: row.blob(10)), let end = row.integerIfAny(11) {
      account.invitation = Account.Invitation(digest: digest, expiresAt: end)
    }
    return account
  }

  private static func passkey(_ row: Row) -> Passkey? {
    guard let algorithm = SignatureAlgorithm(rawValue: row.text(5)) else { return nil }
    return Passkey(
      id: row.blob(0), label: row.text(1), createdAt: row.integer(2), usedAt: row.integerIfAny(3),
      publicKey: row.blob(4), algorithm: algorithm, counter: UInt32(clamping: row.integer(6)))
  }

  private static func session(_ row: Row) -> PersonSession? {
    guard let digest = SHA256Digest(bytes: row.blob(0)) else { return nil }
    let who = SignedIn(
      name: row.text(1), source: row.textIfAny(2).map { .issuer($0) } ?? .account,
      roles: lines(row.text(3)), tenant: row.textIfAny(4),
      authentication: Authentication(
        methods: row.text(5).split(separator: " ").map(String.init), context: row.textIfAny(6),
        time: row.integerIfAny(7)),
      issuerSession: row.textIfAny(8))
    return PersonSession(
      who: who, createdAt: row.integer(9), usedAt: row.integer(10), address: row.textIfAny(11),
      client: row.textIfAny(12), digest: digest)
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }

  private func writing(_ body: () throws(StorageError) -> Void) throws(PeopleError) {
    try storing { () throws(StorageError) in
      try database.begin()
      defer { database.rollback() }
      try body()
      try database.commit()
    }
  }

  private func storing<T>(_ body: () throws(StorageError) -> T) throws(PeopleError) -> T {
    do throws(StorageError) { return try body() } catch { throw .storage(error.description) }
  }

  private static let schema = [
    """
    CREATE TABLE IF NOT EXISTS accounts (
      key TEXT PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, tenant TEXT,
      created INTEGER NOT NULL, creator TEXT NOT NULL, signed INTEGER, handle BLOB NOT NULL,
      password TEXT, code BLOB, step INTEGER NOT NULL, invitation BLOB, invited INTEGER)
      WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS passkeys (
      id BLOB PRIMARY KEY, account TEXT NOT NULL, label TEXT NOT NULL, created INTEGER NOT NULL,
      used INTEGER, public BLOB NOT NULL, algorithm TEXT NOT NULL, counter INTEGER NOT NULL)
      WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS sessions (
      digest BLOB PRIMARY KEY, name TEXT NOT NULL, issuer TEXT, roles TEXT NOT NULL, tenant TEXT,
      methods TEXT NOT NULL, context TEXT, time INTEGER, sid TEXT, created INTEGER NOT NULL,
      used INTEGER NOT NULL, address TEXT, client TEXT) WITHOUT ROWID
    """,
  ]
}
