import Storage

extension OrderStore {
  static let grantSchema = """
    CREATE TABLE IF NOT EXISTS grants (
      id TEXT PRIMARY KEY, agent TEXT, human TEXT, tool TEXT NOT NULL, condition TEXT,
      lifetime INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL,
      created INTEGER NOT NULL, giver TEXT, tenant TEXT) WITHOUT ROWID;
    """

  /// From version 1.
  static let grantUpgrade = """
    ALTER TABLE grants ADD COLUMN giver TEXT;
    ALTER TABLE grants ADD COLUMN tenant TEXT;
    """

  /// The grants that are not revoked, those that are over among them.
  func grants() throws(OrderError) -> [Grant] {
    let columns =
      "id, agent, human, tool, condition, lifetime, reason, actor, created, giver, tenant"
    return try storing { () throws(StorageError) in
      try database.rows("SELECT \(columns) FROM grants") { row in
        Grant(
          id: row.text(0),
          draft: GrantDraft(
            agent: row.textIfAny(1), human: row.textIfAny(2), tool: row.text(3),
            condition: row.textIfAny(4), lifetime: row.integer(5), reason: row.text(6),
            giver: row.textIfAny(9).map {
              GrantDraft.Giver(name: $0, tenant: row.textIfAny(10))
            }),
          actor: row.text(7), createdAt: row.integer(8))
      }
    }
  }

  func put(_ grant: Grant) throws(OrderError) {
    let draft = grant.draft
    try storing { () throws(StorageError) in
      try database.run(
        """
        INSERT INTO grants
          (id, agent, human, tool, condition, lifetime, reason, actor, created, giver, tenant)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """,
        [
          .text(grant.id), SQLValue(draft.agent), SQLValue(draft.human), .text(draft.tool),
          SQLValue(draft.condition), .integer(draft.lifetime), .text(draft.reason),
          .text(grant.actor), .integer(grant.createdAt),
          SQLValue(draft.giver?.name), SQLValue(draft.giver?.tenant),
        ])
    }
  }

  func remove(grant id: String) throws(OrderError) {
    try storing { () throws(StorageError) in
      try database.run("DELETE FROM grants WHERE id = ?1", [.text(id)])
    }
  }
}
