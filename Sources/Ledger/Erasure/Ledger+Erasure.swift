extension Ledger {
  /// Erases the payloads of records, with their salts. The order for it is a record, on disk before
  /// the first byte goes; proofs of the records hold as before.
  /// - Returns: how many bytes went.
  public func erase(
    _ sequences: [UInt64], actor: LedgerActor, reason: String?
  ) async throws(LedgerError) -> Int {
    let next = writer.next
    if let unknown = sequences.first(where: { $0 >= next }) { throw .noSuchRecord(unknown) }
    let sequences = Array(Set(sequences)).sorted()
    guard !sequences.isEmpty else { return 0 }
    let orders = stride(from: 0, to: sequences.count, by: LedgerLimits.erasuresMax).map { start in
      let part = sequences[start..<min(start + LedgerLimits.erasuresMax, sequences.count)]
      return LedgerRecord(
        .erasure(ErasureRecord(records: Array(part), actor: actor, reason: reason)))
    }
    let writer = self.writer
    return try await performOnTree { keeper throws(LedgerError) in
      try PayloadEraser(files: keeper.files).carryOut(orders, in: writer)
    }
  }
}
