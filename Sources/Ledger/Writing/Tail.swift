/// The end of the ledger as a value: which sequences are given, staged, written and durable, and
/// whether the ledger may be trusted. Pure: it does no I/O and knows no thread.
struct Tail {
  /// The sequence the next record gets.
  private(set) var next: UInt64
  /// Every smaller sequence was handed to the kernel.
  private(set) var written: UInt64
  /// Every smaller sequence is on disk.
  private(set) var durable: UInt64
  private(set) var state = State.sound

  /// The frames from `taken` up to `next`.
  private var staged: [UInt8] = []
  private var taken: UInt64
  private let stagedBytesMax: Int

  enum State: Equatable {
    case sound
    /// No space: what is staged is kept, and may be tried again.
    case unwritable(FileFailure)
    /// Never again.
    case untrusted(FileFailure)
    case closed

    var error: LedgerError? {
      switch self {
      case .sound: nil
      case .unwritable(let failure): .unwritable(failure)
      case .untrusted(let failure): .untrusted(failure)
      case .closed: .closed
      }
    }
  }

  /// Frames to be written together: those with the sequences from `first` up to `next`.
  struct Batch {
    var first: UInt64
    var next: UInt64
    var bytes: [UInt8]
  }

  init(next: UInt64, stagedBytesMax: Int) {
    self.next = next
    written = next
    durable = next
    taken = next
    self.stagedBytesMax = stagedBytesMax
  }

  /// Gives the next sequence to a record and stages its frame.
  mutating func stage(
    _ record: UnsafeRawBufferPointer, payloads: UnsafeRawBufferPointer, checksums: Frame.Checksums
  ) throws(LedgerError) -> UInt64 {
    if let error = state.error { throw error }
    let bytes = Frame.headerBytes + record.count + payloads.count
    guard staged.count + bytes <= stagedBytesMax else {
      throw .overloaded(stagedBytes: staged.count)
    }
    let sequence = next
    Frame.append(
      record, payloads: payloads, checksums: checksums, sequence: sequence, durable: durable,
      to: &staged)
    next += 1
    return sequence
  }

  /// Takes everything staged to be written, and leaves `spare` to stage into. Nil when there is
  /// nothing to write.
  mutating func take(leaving spare: inout [UInt8]) -> Batch? {
    guard !staged.isEmpty else { return nil }
    let batch = Batch(first: taken, next: next, bytes: staged)
    staged = spare
    spare = []
    staged.removeAll(keepingCapacity: true)
    taken = next
    return batch
  }

  /// Batches were written in full up to a sequence.
  mutating func wrote(upTo sequence: UInt64) {
    assert(sequence > written && sequence <= taken, "batches are written in their order")
    written = sequence
    if case .unwritable = state { state = .sound }
  }

  /// Everything below `sequence` is on disk.
  mutating func synced(below sequence: UInt64) {
    assert(sequence <= written, "what is synced was written")
    durable = max(durable, sequence)
  }

  /// A write failed. Want of space may pass; after anything else nobody knows what the file holds.
  mutating func writeFailed(_ failure: FileFailure) {
    switch state {
    case .sound, .unwritable:
      state = failure.isForWantOfSpace ? .unwritable(failure) : .untrusted(failure)
    case .untrusted, .closed: break
    }
  }

  /// A sync failed. The kernel may have dropped the pages and call them clean from now on, so a
  /// later success would mean nothing.
  mutating func syncFailed(_ failure: FileFailure) {
    if state != .closed { state = .untrusted(failure) }
  }

  mutating func close() {
    state = .closed
  }
}
