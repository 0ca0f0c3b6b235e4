import JSON
public import Ledger
import Storage

/// What catching up did.
public struct CatchUp: Sendable {
  /// Records that were read.
  public internal(set) var read: Int64 = 0
  /// Whether the index was made anew, since it was of other records.
  public internal(set) var isAnew = false
  /// Why the ledger could not be read to its end.
  public internal(set) var stopped: LedgerError?
}

extension AuditIndex {
  /// Reads what came to the ledger since.
  /// - Parameter progress: told the sequence that comes next, after each transaction.
  /// - Throws: when the ledger cannot be opened, or the index not be written. Damage further on is
  ///   in the answer: what stands before it is indexed.
  public func catchUp(
    with ledger: String, progress: (Int64) -> Void = { _ in }
  ) throws(AuditError) -> CatchUp {
    var report = CatchUp()
    if try !isOf(ledger) {
      try storing { () throws(StorageError) in try reset() }
      report.isAnew = true
    }
    while try !pass(ledger, &report, progress) {}
    if report.read > 0 { try storing { () throws(StorageError) in try finish() } }
    return report
  }

  /// Whether the first and the last record of the index are where they were. They are not when the
  /// ledger is another one, was cut, or has let old records go.
  private func isOf(_ ledger: String) throws(AuditError) -> Bool {
    let state = try storing { () throws(StorageError) in try self.state() }
    guard state.next > 0 else { return true }
    let first = try Self.record(at: 0, in: ledger)
    guard first?.sequence == state.first, first?.digest == state.firstDigest else { return false }
    let last = try Self.record(at: state.next - 1, in: ledger)
    return last?.sequence == state.next - 1 && last?.digest == state.lastDigest
  }

  /// The record at a sequence, or the next one kept; nil when there is none that can be read.
  private static func record(
    at sequence: Int64, in ledger: String
  ) throws(AuditError) -> IndexedRecord? {
    var reader = try open(ledger, from: sequence)
    return try? reader.next().map(IndexedRecord.init)
  }

  private static func open(
    _ ledger: String, from sequence: Int64
  ) throws(AuditError) -> LedgerReader {
    do throws(LedgerError) {
      return try LedgerReader(directory: ledger, from: UInt64(sequence))
    } catch {
      throw .ledger(error)
    }
  }

  /// Reads to the end; false when another process wrote meanwhile, and it is to be begun anew.
  private func pass(
    _ ledger: String, _ report: inout CatchUp, _ progress: (Int64) -> Void
  ) throws(AuditError) -> Bool {
    let state = try storing { () throws(StorageError) in try self.state() }
    var reader = try Self.open(ledger, from: state.next)
    do throws(StorageError) {
      var writer = try IndexWriter(database, state)
      while let first = next(&reader, &report) {
        try database.begin()
        guard try self.state() == writer.state else {
          database.rollback()
          return false
        }
        try take(first, &reader, &writer, &report)
        try database.commit()
        progress(writer.state.next)
      }
      return true
    } catch {
      database.rollback()
      throw .storage(error)
    }
  }

  private func take(
    _ first: IndexedRecord, _ reader: inout LedgerReader, _ writer: inout IndexWriter,
    _ report: inout CatchUp
  ) throws(StorageError) {
    var last = first
    try writer.take(first)
    report.read += 1
    for _ in 1..<Self.batchMax {
      guard let record = next(&reader, &report) else { break }
      try writer.take(record)
      report.read += 1
      last = record
    }
    try writer.flush(last: last)
  }

  private func next(_ reader: inout LedgerReader, _ report: inout CatchUp) -> IndexedRecord? {
    guard report.stopped == nil else { return nil }
    do throws(LedgerError) {
      return try reader.next().map(IndexedRecord.init)
    } catch {
      report.stopped = error
      return nil
    }
  }

  func storing<T>(_ body: () throws(StorageError) -> T) throws(AuditError) -> T {
    do throws(StorageError) { return try body() } catch { throw .storage(error) }
  }
}

extension IndexedRecord {
  init(_ entry: LedgerEntry) {
    self.init(sequence: Int64(clamping: entry.position.sequence), node: entry.document.root)
  }
}
