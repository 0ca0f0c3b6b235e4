public import Ledger
public import Storage

/// Why the ledger could not be indexed or asked.
public enum AuditError: Error, Sendable, CustomStringConvertible {
  /// The index file.
  case storage(StorageError)
  /// The ledger's files.
  case ledger(LedgerError)
  /// Several calls end in what was to name one: all of them, or the first few.
  case ambiguous(String, calls: [String])

  /// The reason, for a person.
  public var description: String {
    switch self {
    case .storage(let error): "the index: \(error)"
    case .ledger(let error): "the ledger: \(error)"
    case .ambiguous(let end, let calls):
      "several calls end in `\(end)`; give more digits of \(calls.joined(separator: ", "))"
    }
  }
}
