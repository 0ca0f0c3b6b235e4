public import Crypto

/// The signed tree over the records.
extension Ledger {
  /// The newest checkpoint; nil before the first.
  public var checkpoint: SignedNote? { tree?.checkpoint }

  /// Signs everything that was written until now.
  public func signCheckpoint() async throws(LedgerError) -> SignedNote {
    let note = try await performOnTree { keeper throws(LedgerError) in
      try keeper.advance()
      return keeper.checkpoint
    }
    guard let note else { throw .closed }
    return note
  }

  /// Adds what witnesses signed to the checkpoint with this text, if it is still the newest.
  public func add(
    _ cosignatures: [SignedNote.Signature], toCheckpoint text: String
  ) async throws(LedgerError) {
    try await performOnTree { keeper throws(LedgerError) in
      try keeper.add(cosignatures, to: text)
    }
  }

  /// The proof that the newest checkpoint extends the tree of the first `size` records.
  public func consistency(from size: UInt64) async throws(LedgerError) -> [SHA256Digest] {
    try await performOnTree { keeper throws(LedgerError) in try keeper.consistency(from: size) }
  }

  /// Replaces the signing key. The change is a record; the checkpoint over it is signed by both.
  /// - Returns: the new verifier key.
  public func rotateKey(
    file: String, actor: LedgerActor
  ) async throws(LedgerError) -> NoteKey {
    let writer = self.writer
    return try await performOnTree { keeper throws(LedgerError) in
      try KeyRing(file: KeyFile(path: file), files: keeper.files)
        .rotate(keeper, actor: actor, announcingIn: writer)
    }
  }

  func performOnTree<T: Sendable>(
    _ body: @escaping @Sendable (TreeKeeper) throws(LedgerError) -> T
  ) async throws(LedgerError) -> T {
    guard let tree else { throw .closed }
    return try await tree.perform(body)
  }
}
