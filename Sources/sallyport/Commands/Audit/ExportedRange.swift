import Export
import JSON
import Ledger

/// The records that an export gave to its destination, as they are put on record.
enum ExportedRange {
  /// So far back are looked for what earlier runs gave without saying so.
  private static let lookBack: UInt64 = 64

  /// Nil when nothing was given but records of exports: to put that on record would give the next
  /// run something to give, for ever.
  /// - Parameter isContinuing: the export goes on after what an earlier run gave.
  static func of(
    _ progress: Delivery.Progress, in directory: String, isContinuing: Bool
  ) throws(LedgerError) -> ClosedRange<UInt64>? {
    guard var first = progress.first, let last = progress.last, first <= last else { return nil }
    var reader = try LedgerReader(directory: directory, from: first)
    var isOnlyExports = true
    while isOnlyExports, let entry = try reader.next(), entry.position.sequence <= last {
      isOnlyExports = entry.isOfExport
    }
    if isOnlyExports { return nil }
    guard isContinuing else { return first...last }
    var before = try LedgerReader(
      directory: directory, from: first > lookBack ? first - lookBack : 0)
    var start = first
    while let entry = try before.next(), entry.position.sequence < first {
      if !entry.isOfExport { start = first } else { start = min(start, entry.position.sequence) }
    }
    first = start
    return first...last
  }
}

extension LedgerEntry {
  fileprivate var isOfExport: Bool { document.root[member: "kind"]?.equals("export") == true }
}
