public import Ledger
public import Storage

/// Why the ledger could not be indexed or asked.
public enum AuditError: Error, Sendable, CustomStringConvertible {
  /// The index file.
  case storage(StorageError)
  /// The ledger's files.
  case ledger(LedgerError)

  /// The reason, for a person.
  public var description: String {
    switch self {
    case .storage(let error): "the index: \(error)"
    case .ledger(let error): "the ledger: \(error)"
    }
  }
}
