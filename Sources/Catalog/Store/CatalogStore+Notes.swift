import Storage

extension CatalogStore {
  func notes() throws(StorageError) -> [String: UpstreamNote] {
    let rows = try database.rows("SELECT name, enabled, card FROM upstream_notes") { row in
      (
        row.text(0),
        UpstreamNote(
          isEnabled: row.isNull(1) || row.integer(1) != 0, card: row.isNull(2) ? nil : row.blob(2))
      )
    }
    return Dictionary(rows) { first, _ in first }
  }

  /// Sets one column of what was said of an upstream; the others stay.
  func note(
    _ name: String, _ column: StaticString, _ value: SQLValue, by actor: String, at time: Int64
  ) throws(StorageError) {
    try database.run(
      """
      INSERT INTO upstream_notes (name, \(column), actor, time) VALUES (?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE
      SET \(column) = excluded.\(column), actor = excluded.actor, time = excluded.time
      """, [.text(name), value, .text(actor), .integer(time)])
  }
}
