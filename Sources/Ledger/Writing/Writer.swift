import Synchronization

/// The one writer of a ledger: stages under a short lock, writes under another, syncs under a
/// third. Any thread; every method returns when its work is done.
///
/// Locks are taken in the order sync, output, tail, never the other way. The output lock is not
/// held while the disk is waited for, the tail lock not while a file is written.
final class Writer: Sendable {
  private let tail: Mutex<Tail>
  private let output: Mutex<Output>
  private let sync = Mutex(())
  let files: any LedgerFiles
  let identity: LedgerIdentity
  // Copies of what the tail says, read without its lock.
  private let writtenMark: Atomic<UInt64>
  private let durableMark: Atomic<UInt64>

  init(
    files: any LedgerFiles, configuration: LedgerConfiguration, ledger: LedgerIdentity,
    next: UInt64, current: (file: FileHandle, end: Int)?
  ) {
    self.files = files
    identity = ledger
    tail = Mutex(Tail(next: next, stagedBytesMax: configuration.stagedBytesMax))
    output = Mutex(
      Output(
        files: files, ledger: ledger, segmentBytes: configuration.segmentBytes, written: next,
        current: current?.file, end: current?.end ?? 0))
    writtenMark = Atomic(next)
    durableMark = Atomic(next)
  }

  /// Every smaller sequence was handed to the kernel.
  var written: UInt64 { writtenMark.load(ordering: .acquiring) }
  /// Every smaller sequence is on disk.
  var durable: UInt64 { durableMark.load(ordering: .acquiring) }
  /// Why the ledger accepts nothing, if so.
  var error: LedgerError? { tail.withLock { $0.state.error } }
  /// The sequence the next record gets.
  var next: UInt64 { tail.withLock { $0.next } }

  /// Stages a record and its payloads. After a failure for want of space it first tries to write
  /// what is staged.
  func append(
    _ record: UnsafeRawBufferPointer,
    payloads: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) throws(LedgerError) -> UInt64 {
    guard record.count <= LedgerLimits.recordBytesMax else {
      throw .recordTooLarge(bytes: record.count)
    }
    guard payloads.count <= LedgerLimits.payloadsBytesMax else {
      throw .recordTooLarge(bytes: payloads.count)
    }
    let checksums = Frame.Checksums(record, payloads)
    do throws(LedgerError) {
      return try stage(record, payloads, checksums)
    } catch .unwritable {
      try flush()
      return try stage(record, payloads, checksums)
    }
  }

  /// Hands everything staged to the kernel. What another thread took before this call is written
  /// when it returns.
  /// - Returns: whether closed segments wait to be synced.
  @discardableResult
  func flush() throws(LedgerError) -> Bool {
    try output.withLock { output throws(LedgerError) in
      while try writeBatch(&output) {}
      return output.hasRetired
    }
  }

  /// Writes, and waits until all that was written is on disk.
  func synchronize() throws(LedgerError) {
    try sync.withLock { _ throws(LedgerError) in
      if let error, error.isFinal { throw error }
      // What is written already is synced even if more cannot be written.
      let refusal = result { () throws(LedgerError) in try flush() }
      let unsynced = output.withLock { $0.unsynced() }
      if unsynced.written > durable {
        do throws(FileFailure) {
          for file in unsynced.files { try files.synchronize(file) }
          if unsynced.directory { try files.synchronizeDirectory("") }
        } catch {
          tail.withLock { $0.syncFailed(error) }
          throw .untrusted(error)
        }
        output.withLock { $0.synced(unsynced) }
        tail.withLock { $0.synced(below: unsynced.written) }
        durableMark.store(unsynced.written, ordering: .releasing)
      }
      if let refusal { throw refusal }
    }
  }

  /// Accepts nothing more and closes the files. What is to be kept was synchronized before.
  func close() {
    sync.withLock { _ in
      tail.withLock { $0.close() }
      output.withLock { $0.close() }
    }
  }

  private func writeBatch(_ output: inout Output) throws(LedgerError) -> Bool {
    let error = tail.withLock { tail in
      output.take(from: &tail)
      return tail.state.error
    }
    guard let batch = output.pendingRange else { return false }
    if let error, error.isFinal { throw error }
    do throws(FileFailure) {
      try output.writePending()
    } catch {
      let refusal = tail.withLock { tail in
        tail.writeFailed(error)
        return tail.state.error
      }
      throw refusal ?? .untrusted(error)
    }
    tail.withLock { $0.wrote(upTo: batch.upperBound) }
    writtenMark.store(batch.upperBound, ordering: .releasing)
    return true
  }

  private func stage(
    _ record: UnsafeRawBufferPointer, _ payloads: UnsafeRawBufferPointer,
    _ checksums: Frame.Checksums
  ) throws(LedgerError) -> UInt64 {
    try tail.withLock { tail throws(LedgerError) in
      try tail.stage(record, payloads: payloads, checksums: checksums)
    }
  }

  private func result<T>(_ body: () throws(LedgerError) -> T) -> LedgerError? {
    do throws(LedgerError) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }
}

extension LedgerError {
  /// Whether no later operation can succeed.
  var isFinal: Bool {
    switch self {
    case .untrusted, .closed: true
    default: false
    }
  }
}
