import Configuration
import Storage

extension CatalogStore {
  /// Everything that was said of upstreams.
  public func register() throws(CatalogStoreError) -> UpstreamRegister {
    do throws(StorageError) {
      let upstreams = try database.rows(
        "SELECT name, definition FROM upstreams ORDER BY name"
      ) { StoredUpstream(name: $0.text(0), definition: $0.blob(1)) }
      return UpstreamRegister(upstreams: upstreams, notes: try notes())
    } catch {
      throw .storage(error)
    }
  }

  /// Makes one change durable.
  /// - Parameters:
  ///   - actor: who made it.
  ///   - time: microseconds since 1970-01-01 UTC.
  public func apply(
    _ change: UpstreamChange, by actor: String, at time: Int64
  ) throws(CatalogStoreError) {
    do throws(StorageError) {
      try database.begin()
      defer { database.rollback() }
      switch change {
      case .add(let upstream):
        try database.run(
          "INSERT OR REPLACE INTO upstreams VALUES (?, ?, ?, ?)",
          [.text(upstream.name), .blob(upstream.definition), .text(actor), .integer(time)])
      case .remove(let name): try remove(name)
      case .enable(let name, let isEnabled):
        try note(name, "enabled", .integer(isEnabled ? 1 : 0), by: actor, at: time)
      case .describe(let name, let card):
        try note(name, "card", SQLValue(card), by: actor, at: time)
      }
      try database.commit()
    } catch {
      throw .storage(error)
    }
  }

  /// Another server of the same name begins anew: nobody has accepted anything of it.
  private func remove(_ name: String) throws(StorageError) {
    try database.run("DELETE FROM upstreams WHERE name = ?", [.text(name)])
    try database.run("DELETE FROM upstream_notes WHERE name = ?", [.text(name)])
    try database.run("DELETE FROM pins WHERE server = ?", [.text(name)])
  }
}
