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
    do throws(LedgerError) {
      var reader = try LedgerReader(directory: ledger, from: UInt64(sequence))
      return try? reader.next().map(IndexedRecord.init)
    } catch {
      throw .ledger(error)
    }
  }

  /// Reads to the end; false when another process wrote meanwhile, and it is to be begun anew.
  private func pass(
    _ ledger: String, _ report: inout CatchUp, _ progress: (Int64) -> Void
  ) throws(AuditError) -> Bool {
    let state = try storing { () throws(StorageError) in try self.state() }
    let source: RecordSource
    do { source = try RecordSource(ledger, from: state.next) } catch { throw .ledger(error) }
    var portion = source.next()
    // Where much follows, or else it is not worth a thread.
    let ahead = portion.isLast ? nil : try? ReadAhead(source)
    defer { ahead?.end() }
    do throws(StorageError) {
      var writer = try IndexWriter(database, state)
      while true {
        if !portion.records.isEmpty {
          guard try write(portion.records, with: &writer) else { return false }
          report.read += Int64(portion.records.count)
          progress(writer.state.next)
        }
        guard !portion.isLast else { break }
        portion = ahead?.next() ?? source.next()
      }
    } catch {
      throw .storage(error)
    }
    report.stopped = portion.stopped
    return true
  }

  /// Writes records in one transaction; false when another process wrote meanwhile.
  private func write(
    _ records: [IndexedRecord], with writer: inout IndexWriter
  ) throws(StorageError) -> Bool {
    try database.begin()
    do throws(StorageError) {
      guard try state() == writer.state else {
        database.rollback()
        return false
      }
      for record in records { try writer.take(record) }
      try writer.flush(last: records.last)
      try database.commit()
      return true
    } catch {
      database.rollback()
      throw error
    }
  }

  func storing<T>(_ body: () throws(StorageError) -> T) throws(AuditError) -> T {
    do throws(StorageError) { return try body() } catch { throw .storage(error) }
  }
}
