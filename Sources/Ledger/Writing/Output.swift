/// The files the writer has open: the current segment, and those that were closed to writing but
/// not synced yet. Used under the output lock.
struct Output {
  /// The sequence up to which everything was written.
  private(set) var written: UInt64

  private let files: any LedgerFiles
  private let ledger: LedgerIdentity
  private let segmentBytes: Int
  private var current: FileHandle?
  private var end: Int
  private var retired: [FileHandle] = []
  private var isDirectoryDirty = false
  private var segmentsBegun = 0
  private var pending: Tail.Batch?
  private var spare: [UInt8] = []

  init(
    files: any LedgerFiles, ledger: LedgerIdentity, segmentBytes: Int, written: UInt64,
    current: FileHandle?, end: Int
  ) {
    self.files = files
    self.ledger = ledger
    self.segmentBytes = segmentBytes
    self.written = written
    self.current = current
    self.end = end
  }

  /// The sequences of the batch that waits to be written.
  var pendingRange: Range<UInt64>? { pending.map { $0.first..<$0.next } }

  /// Closed segments wait to be synced.
  var hasRetired: Bool { !retired.isEmpty }

  /// Takes the next batch from the tail unless one is still pending.
  mutating func take(from tail: inout Tail) {
    if pending == nil { pending = tail.take(leaving: &spare) }
  }

  /// Writes the pending batch at the end. After a failure it stays pending, and is written to the
  /// same place again, over whatever part of it was written.
  mutating func writePending() throws(FileFailure) {
    guard let batch = pending else { return }
    let file = try segment(startingAt: batch.first)
    try files.writeAll(batch.bytes, to: file, at: end)
    end += batch.bytes.count
    written = batch.next
    pending = nil
    spare = batch.bytes
  }

  /// What must be synced for all that was written to be durable.
  struct Unsynced {
    var files: [FileHandle]
    var retired: Int
    var written: UInt64
    /// The directory, too: a segment was created since its last sync.
    var directory: Bool
    var segmentsBegun: Int
  }

  /// What is to be synced now, oldest first. The files stay open until `synced`.
  func unsynced() -> Unsynced {
    Unsynced(
      files: retired + (current.map { [$0] } ?? []), retired: retired.count, written: written,
      directory: isDirectoryDirty, segmentsBegun: segmentsBegun)
  }

  /// What `unsynced` gave is on disk.
  mutating func synced(_ unsynced: Unsynced) {
    for file in retired.prefix(unsynced.retired) { files.close(file) }
    retired.removeFirst(unsynced.retired)
    if unsynced.segmentsBegun == segmentsBegun { isDirectoryDirty = false }
  }

  /// Closes all files.
  mutating func close() {
    for file in retired { files.close(file) }
    if let current { files.close(current) }
    retired = []
    current = nil
  }

  /// The current segment, or a new one when it is full or there is none. The old one is not synced
  /// here, which would stop a loop for milliseconds: recovery knows that the end of a segment may
  /// be lost together with all that follows.
  private mutating func segment(startingAt first: UInt64) throws(FileFailure) -> FileHandle {
    let isFull = end >= segmentBytes && retired.count < LedgerLimits.unsyncedSegmentsMax
    if let current, !isFull { return current }
    let name = SegmentName(first: first).text
    let header = SegmentHeader(first: first, ledger: ledger).encoded()
    let file = try files.create(name)
    do throws(FileFailure) {
      try files.writeAll(header, to: file, at: 0)
    } catch {
      files.close(file)
      try files.remove(name)
      throw error
    }
    if let current { retired.append(current) }
    current = file
    end = header.count
    isDirectoryDirty = true
    segmentsBegun += 1
    return file
  }
}
