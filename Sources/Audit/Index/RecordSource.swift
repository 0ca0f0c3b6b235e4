import Ledger
import Reactor

/// Records of a ledger in portions. For one thread at a time.
final class RecordSource: @unchecked Sendable {  // handed from one thread to another
  struct Portion: Sendable {
    var records: [IndexedRecord] = []
    /// Nothing follows at present.
    var isLast = false
    /// Why nothing follows that can be read.
    var stopped: LedgerError?
  }

  /// Records of a portion, and bytes of JSON beyond which it ends.
  static let recordsMax = 8_192
  static let bytesMax = 8 << 20

  private var reader: LedgerReader

  init(_ ledger: String, from sequence: Int64) throws(LedgerError) {
    reader = try LedgerReader(directory: ledger, from: UInt64(sequence))
  }

  func next() -> Portion {
    var portion = Portion()
    var bytes = 0
    do throws(LedgerError) {
      while portion.records.count < Self.recordsMax, bytes < Self.bytesMax {
        guard let entry = try reader.next() else {
          portion.isLast = true
          break
        }
        bytes += entry.document.bytes.count
        portion.records.append(IndexedRecord(entry))
      }
    } catch {
      portion.isLast = true
      portion.stopped = error
    }
    return portion
  }
}

extension IndexedRecord {
  init(_ entry: LedgerEntry) {
    self.init(sequence: Int64(clamping: entry.position.sequence), node: entry.document.root)
  }
}

/// Reads a source ahead on a thread of its own, so that one core parses while another writes.
final class ReadAhead: Sendable {
  private struct State {
    var portions: [RecordSource.Portion] = []
    var isEnded = false
  }

  /// Portions that may wait.
  private static let portionsMax = 2

  private let state = Lock(State())
  private let changed = Condition()

  /// Takes over the source.
  /// - Throws: when the process is out of threads.
  init(_ source: RecordSource) throws(ReactorError) {
    _ = try Thread(name: "index-reader", detached: true) { self.read(source) }
  }

  /// The next portion; waits for it. Not after the last.
  func next() -> RecordSource.Portion {
    let portion = state.wait(for: changed) { state -> RecordSource.Portion? in
      state.portions.isEmpty ? nil : state.portions.removeFirst()
    }
    changed.signal()
    return portion
  }

  /// No more portions are wanted.
  func end() {
    state.withLock { $0.isEnded = true }
    changed.signal()
  }

  private func read(_ source: RecordSource) {
    while true {
      let portion = source.next()
      let isWanted = state.wait(for: changed) { state -> Bool? in
        if state.isEnded { return false }
        guard state.portions.count < Self.portionsMax else { return nil }
        state.portions.append(portion)
        return true
      }
      changed.signal()
      guard isWanted, !portion.isLast else { return }
    }
  }
}
