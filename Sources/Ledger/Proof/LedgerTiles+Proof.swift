internal import Crypto

extension LedgerTiles {
  /// The proof that a record is under the newest checkpoint.
  /// - Parameter payloads: whether its payloads go with it, in the clear.
  /// - Throws: `.noSuchRecord` when it was let go, never was, or is not yet under a checkpoint.
  public func prove(
    _ sequence: UInt64, payloads wanted: Bool, sealing: PayloadSealing? = nil
  ) throws(LedgerError) -> ProofPack {
    guard let bytes = try checkpoint(), let note = SignedNote(bytes),
      let checkpoint = Checkpoint(text: note.text), sequence < checkpoint.size
    else { throw .noSuchRecord(sequence) }
    guard let key = try keys().last(where: { note.isSigned(by: $0) }) else {
      throw .unusable(file: LogKeys.name, reason: "none of its keys signed the checkpoint")
    }
    let entry = try entry(at: sequence, sealing: sealing)
    let inclusion = try TreeProver(source: try tree(), size: checkpoint.size)
      .inclusion(of: sequence)
    var payloads: [ProofPack.Payload] = []
    for role in wanted ? LedgerPayload.Role.allCases : [] {
      switch entry.payload(role) {
      case .full(let content, let salt):
        payloads.append(
          ProofPack.Payload(role: role, isRedacted: false, salt: salt, content: Array(content)))
      case .redacted(let content, let salt):
        payloads.append(
          ProofPack.Payload(role: role, isRedacted: true, salt: salt, content: Array(content)))
      default: continue
      }
    }
    return ProofPack(
      sequence: sequence, record: entry.json, payloads: payloads, inclusion: inclusion,
      checkpoint: note, key: key)
  }
}
