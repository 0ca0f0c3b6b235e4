internal import Crypto

/// Holds checkpoints against keys. A value, without I/O.
struct CheckpointVerifier {
  /// Keys that the verifier trusts.
  let keys: [NoteKey]
  /// Witnesses whose cosignatures are wanted.
  let witnesses: [NoteKey]

  /// A checkpoint and who signed it.
  struct Verified {
    var checkpoint: Checkpoint
    var note: SignedNote
    var signers: [NoteKey]
  }

  /// Reads a checkpoint.
  /// - Returns: nil, with a problem at `place`, when it is none or nobody trusted signed it.
  func verify(_ bytes: [UInt8], at place: String, _ report: inout VerificationReport) -> Verified? {
    guard let note = SignedNote(bytes), let checkpoint = Checkpoint(text: note.text) else {
      report.add(VerificationProblem(place, "it is no signed checkpoint"))
      return nil
    }
    let signers = keys.filter { note.isSigned(by: $0) && $0.name == checkpoint.origin }
    guard !signers.isEmpty else {
      report.add(
        VerificationProblem(
          place, "none of the \(keys.count) trusted keys signed it, or a signature is wrong"))
      return nil
    }
    for witness in witnesses where !note.isSigned(by: witness) {
      report.add(VerificationProblem(place, "the witness \(witness.name) has not signed it"))
    }
    return Verified(checkpoint: checkpoint, note: note, signers: signers)
  }
}

extension VerificationReport {
  /// Holds the newest checkpoint against an older one and against the keys that the log names.
  mutating func compare(
    newest: CheckpointVerifier.Verified, older: CheckpointVerifier.Verified?, named: [NoteKey]
  ) {
    if let older, older.checkpoint.size > newest.checkpoint.size {
      add(
        VerificationProblem(
          LogKeys.checkpointName,
          "it was signed over \(newest.checkpoint.size) records, but the older checkpoint over "
            + "\(older.checkpoint.size): it is not the newest"))
    }
    if let last = named.last, !newest.note.isSigned(by: last) {
      add(VerificationProblem(LogKeys.name, "its last key has not signed the checkpoint"))
    }
  }

  /// Holds the roots that the records made against those that were signed.
  mutating func compare(
    _ verified: CheckpointVerifier.Verified, at place: String, roots: [UInt64: SHA256Digest],
    records: UInt64
  ) {
    let checkpoint = verified.checkpoint
    guard records >= checkpoint.size else {
      return add(
        VerificationProblem(
          place, "it was signed over \(checkpoint.size) records, but only \(records) are there"))
    }
    guard roots[checkpoint.size] == checkpoint.root else {
      return add(
        VerificationProblem(
          place, "the first \(checkpoint.size) records are not those that it was signed over"))
    }
  }
}
