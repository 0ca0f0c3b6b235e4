/// Why an export cannot begin or go on. Each case says what happened and what to do.
public enum ExportError: Error, Sendable, Equatable {
  /// A file cannot be read or written.
  case file(path: String, reason: String)
  /// The file holds no position.
  case notAPosition(path: String)
  /// The position is of another ledger, format or destination.
  case otherExport(path: String, what: String, kept: String, wanted: String)
  /// The record that was exported last is not, or no longer, the one in the ledger.
  case otherRecord(sequence: UInt64)
  /// Records between the position and the oldest one that is kept were let go.
  case missing(from: UInt64, upTo: UInt64)
  /// The ledger has fewer records than the position says.
  case beyondEnd(sequence: UInt64)
  /// The output file is shorter than it was when the last record was written.
  case shorterOutput(path: String, bytes: Int, expected: Int)
  /// The output file exists and would be overwritten.
  case outputExists(path: String)
  /// The file is no segment of a ledger.
  case notALedger(path: String)
}

extension ExportError: CustomStringConvertible {
  /// One sentence for a person, with the remedy.
  public var description: String {
    switch self {
    case .file(let path, let reason): "\(path): \(reason)"
    case .notAPosition(let path):
      "\(path) holds no position of an export; name another file, or remove it to begin anew"
    case .otherExport(let path, let what, let kept, let wanted):
      "\(path) is the position of an export with the \(what) \(kept), not \(wanted); "
        + "keep one file for each export"
    case .otherRecord(let sequence):
      "record \(sequence) is not the one that was exported: the ledger was replaced or cut; "
        + "remove the position and choose where to begin with --from"
    case .missing(let from, let last):
      "records \(from) to \(last) are no longer in the ledger; begin with --from \(last + 1), "
        + "knowing that they are missing"
    case .beyondEnd(let sequence):
      "record \(sequence) was exported but is not in the ledger: it was replaced or cut; "
        + "remove the position and choose where to begin with --from"
    case .shorterOutput(let path, let bytes, let expected):
      "\(path) has \(bytes) bytes, \(expected) were written; it was changed, "
        + "begin anew with another file and another position"
    case .outputExists(let path):
      "\(path) exists; name another file, or go on with it by --resume"
    case .notALedger(let path): "\(path) is no file of a ledger"
    }
  }
}
