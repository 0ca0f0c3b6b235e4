/// Why the ledger refused. Each case says what happened, where, and what to do about it.
///
/// Whoever gets one of these from `append`, `written` or `durable` has no promise that the record
/// is kept, and must deny the call the record was for.
public enum LedgerError: Error, Sendable, Equatable {
  /// Another process (or another `Ledger` of this one) writes the directory.
  case inUse(directory: String, pid: Int32?)
  /// A file operation failed while opening or reading.
  case system(FileFailure)
  /// A file is not what the ledger wrote. Never repaired by the program.
  case corrupt(file: String, offset: Int, LedgerDamage)
  /// The encoded record is larger than ``LedgerLimits/recordBytesMax``.
  case recordTooLarge(bytes: Int)
  /// More bytes are staged than ``LedgerConfiguration/stagedBytesMax``: writing cannot keep up.
  case overloaded(stagedBytes: Int)
  /// Writing failed for want of space; what is staged is kept, and the next `append` tries again.
  case unwritable(FileFailure)
  /// Writing or syncing failed in a way after which the kernel's word is worth nothing. Every
  /// later operation fails with the same error until the ledger is opened anew.
  case untrusted(FileFailure)
  /// The records end before the newest checkpoint does: some that were signed are gone.
  case rolledBack(records: UInt64, checkpoint: UInt64)
  /// The records are not those that the newest checkpoint was signed over.
  case rewritten(checkpoint: UInt64)
  /// A key, checkpoint or tree file cannot be used: which, and why.
  case unusable(file: String, reason: String)
  /// The sequence is not in the ledger, or not yet under a checkpoint.
  case noSuchRecord(UInt64)
  /// The ledger was closed.
  case closed
}

/// One failed operation on one file.
public struct FileFailure: Error, Sendable, Equatable {
  /// The system call, for example `fdatasync`.
  public var operation: String
  /// The file or directory.
  public var path: String
  /// The `errno` value.
  public var code: Int32

  /// A failure of `operation` on `path`.
  public init(operation: String, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }
}

/// What is wrong at a place in a segment.
public enum LedgerDamage: Sendable, Equatable {
  /// The file does not start with the segment magic.
  case magic
  /// The segment was written by a newer program.
  case version(UInt32)
  /// The checksum of the segment header or of a frame is wrong, or a frame's length is impossible.
  case checksum
  /// The file's name or place says that another sequence should stand here.
  case sequence(expected: UInt64, found: UInt64)
  /// The segment belongs to another ledger.
  case ledger
  /// The segment ends before the sequence at which the next one starts.
  case missing(from: UInt64, upTo: UInt64)
  /// The name is not that of a segment.
  case name
  /// The checksum fits, but the record is no JSON object.
  case record
}

extension LedgerError: CustomStringConvertible {
  /// One sentence for a person, with the remedy.
  public var description: String {
    switch self {
    case .inUse(let directory, let pid):
      let owner = pid.map { "process \($0)" } ?? "another process"
      return "the ledger in \(directory) is being written by \(owner); "
        + "stop it or choose another directory"
    case .system(let failure):
      return "the ledger cannot be opened or read: \(failure)"
    case .corrupt(let file, let offset, let damage):
      return "\(file) is damaged at byte \(offset): \(damage); "
        + "restore the file from a copy, or move the directory aside and keep it as evidence"
    case .recordTooLarge(let bytes):
      return "a record of \(bytes) bytes is larger than \(LedgerLimits.recordBytesMax)"
    case .overloaded(let stagedBytes):
      return "\(stagedBytes) bytes wait to be written to the ledger; try again"
    case .unwritable(let failure):
      return "the ledger cannot be written: \(failure); make space, the next call tries again"
    case .untrusted(let failure):
      return "the ledger can no longer be trusted: \(failure); check the disk, then restart"
    case .rolledBack(let records, let checkpoint):
      return "the ledger has \(records) records, but its newest checkpoint was signed over "
        + "\(checkpoint): restore the missing segments from a copy, or move the directory aside and "
        + "keep it as evidence"
    case .rewritten(let checkpoint):
      return "the first \(checkpoint) records are not those that the newest checkpoint was signed "
        + "over: restore the segments from a copy, or move the directory aside and keep it as "
        + "evidence"
    case .unusable(let file, let reason):
      return "\(file) cannot be used: \(reason)"
    case .noSuchRecord(let sequence):
      return "the ledger has no record \(sequence)"
    case .closed:
      return "the ledger is closed"
    }
  }
}

extension LedgerDamage: CustomStringConvertible {
  /// A phrase that completes «damaged: …».
  public var description: String {
    switch self {
    case .magic: "it does not start as a ledger segment does"
    case .version(let version): "it has format version \(version), which this program cannot read"
    case .checksum: "the checksum does not fit"
    case .sequence(let expected, let found): "record \(expected) is due, \(found) stands there"
    case .ledger: "it belongs to another ledger than its neighbour"
    case .missing(let from, let upTo): "records \(from) to \(upTo - 1) are missing"
    case .name: "its name is not that of a segment"
    case .record: "the record there is not a JSON object"
    }
  }
}
