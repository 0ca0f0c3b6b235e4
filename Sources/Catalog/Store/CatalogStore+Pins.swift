import Storage

extension CatalogStore {
  /// Every word on every item, by the names of the servers.
  public func pins() throws(CatalogStoreError) -> [String: ServerPins] {
    var servers: [String: ServerPins] = [:]
    do throws(StorageError) {
      try database.each(
        """
        SELECT server, kind, item, state, digest, definition, effect, actor, reason, time FROM pins
        """
      ) { (row) throws(StorageError) in
        guard let kind = ItemKey.Kind(rawValue: row.text(1)),
          let state = PinState(rawValue: row.text(3))
        else { return }
        servers[row.text(0), default: [:]][ItemKey(kind, row.text(2)), default: ItemPins()][
          keyPath: state.member] = Pin(
            digest: row.text(4), definition: row.blob(5), effect: row.textIfAny(6),
            actor: row.textIfAny(7), reason: row.textIfAny(8), time: row.integer(9))
      }
    } catch {
      throw .storage(error)
    }
    return servers
  }

  /// Takes changes in their order, all or none.
  public func take(_ changes: [PinChange]) throws(CatalogStoreError) {
    do throws(StorageError) {
      try database.begin()
      defer { database.rollback() }
      for change in changes {
        let place: [SQLValue] = [
          .text(change.server), .text(change.key.kind.rawValue), .text(change.key.name),
        ]
        var pins = ItemPins()
        for (state, pin) in try database.rows(
          """
          SELECT state, digest, definition, effect, actor, reason, time FROM pins
          WHERE server = ? AND kind = ? AND item = ?
          """, place,
          { row in
            (
              row.text(0),
              Pin(
                digest: row.text(1), definition: row.blob(2), effect: row.textIfAny(3),
                actor: row.textIfAny(4), reason: row.textIfAny(5), time: row.integer(6))
            )
          })
        {
          guard let state = PinState(rawValue: state) else { continue }
          pins[keyPath: state.member] = pin
        }
        pins.take(change)
        try database.run("DELETE FROM pins WHERE server = ? AND kind = ? AND item = ?", place)
        for state in PinState.allCases {
          guard let pin = pins[keyPath: state.member] else { continue }
          try database.run(
            "INSERT INTO pins VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            place + [
              .text(state.rawValue), .text(pin.digest), .blob(pin.definition),
              SQLValue(pin.effect), SQLValue(pin.actor), SQLValue(pin.reason), .integer(pin.time),
            ])
        }
      }
      try database.commit()
    } catch {
      throw .storage(error)
    }
  }
}

/// The states under which the file keeps pins.
private enum PinState: String, CaseIterable {
  case approved, rejected, revoked, noticed

  var member: WritableKeyPath<ItemPins, Pin?> {
    switch self {
    case .approved: \.approved
    case .rejected: \.rejected
    case .revoked: \.revoked
    case .noticed: \.noticed
    }
  }
}
