internal import Reactor
import Synchronization

/// The append-only record of everything that passed, on disk in one directory.
///
/// `append` gives a record its sequence and stages it; `written` and `durable` say how safe it is.
/// A record that was staged is written at the end of the loop's tick even if nobody waits for it.
/// Any thread.
///
/// After an error from any of these there is no promise about the record: deny. The record may
/// still reach the disk later; never the reverse.
public final class Ledger: Sendable {
  private let writer: Writer
  private let syncThread: SyncThread
  private let lock: DirectoryLock?
  /// One for each loop that ever wrote: few, so they are looked through.
  private let turns = Mutex<[LoopTurn]>([])

  init(writer: Writer, lock: DirectoryLock? = nil) throws(LedgerError) {
    self.writer = writer
    self.lock = lock
    syncThread = try SyncThread(writer: writer)
  }

  deinit {
    end()
  }

  /// Opens the ledger in `directory`, which is created (mode 0700) if only its last component is
  /// missing. Blocks: reads the newest segment in full and syncs it.
  /// - Throws: `.inUse` when another writer has the directory; `.corrupt` when a file is not what
  ///   was written; `.system` for anything else. Nothing is changed in the first two cases.
  public static func open(
    directory: String, configuration: LedgerConfiguration = LedgerConfiguration()
  ) throws(LedgerError) -> (Ledger, LedgerRecovery) {
    let files: SystemFiles
    do throws(FileFailure) {
      files = try SystemFiles(directory: directory)
    } catch {
      throw .system(error)
    }
    let lock = try DirectoryLock(directory: directory)
    let (writer, report) = try Writer.open(
      files: files, sameBoot: lock.wasWrittenThisBoot, configuration: configuration)
    try lock.recordBoot()
    return (try Ledger(writer: writer, lock: lock), report)
  }

  /// Gives `record` the next sequence and stages it. Costs about a microsecond; blocks only after
  /// a failure for want of space, for one attempt to write.
  /// - Throws: `.overloaded` at the staging bound, `.recordTooLarge`, or the error that made the
  ///   ledger refuse (``LedgerError``).
  @discardableResult
  public func append(_ record: LedgerRecord) throws(LedgerError) -> LedgerPosition {
    var payload = RecordWriter(capacity: 1_000)
    record.encode(into: &payload)
    return try stage(payload)
  }

  /// As `append` of a record: what every call has, without a copy of it.
  public func append(
    _ decision: borrowing DecisionRecord, time: Int64 = LedgerRecord.now()
  ) throws(LedgerError) -> LedgerPosition {
    var payload = RecordWriter(capacity: 1_000)
    decision.encode(time: time, into: &payload)
    return try stage(payload)
  }

  /// As `append` of a record: what every call has, without a copy of it.
  public func append(
    _ outcome: borrowing OutcomeRecord, time: Int64 = LedgerRecord.now()
  ) throws(LedgerError) -> LedgerPosition {
    var payload = RecordWriter(capacity: 1_000)
    outcome.encode(time: time, into: &payload)
    return try stage(payload)
  }

  private func stage(_ payload: borrowing RecordWriter) throws(LedgerError) -> LedgerPosition {
    let sequence = try payload.withBytes { bytes throws(LedgerError) in
      try writer.append(bytes)
    }
    if let loop = EventLoop.current {
      turn(of: loop).schedule()
    } else {
      syncThread.wake()
    }
    return LedgerPosition(sequence: sequence)
  }

  /// Returns once the record is in the kernel's hands, where it survives the death of this process.
  ///
  /// On a loop it waits for the end of the tick, at which one `write(2)` serves all of the tick's
  /// records; elsewhere it writes at once. A position that is covered already costs a load.
  public func written(_ position: LedgerPosition) async throws(LedgerError) {
    if writer.written > position.sequence { return }
    guard let loop = EventLoop.current else {
      try flush()
      return
    }
    let turn = turn(of: loop)
    let failure = await withUnsafeContinuation { continuation in
      turn.wait(for: position.sequence, continuation)
    }
    if let failure { throw failure }
  }

  /// Returns once the record is on disk, where it survives a loss of power. The wait is on a thread
  /// of the ledger's own; one `fdatasync` serves all who wait.
  public func durable(_ position: LedgerPosition) async throws(LedgerError) {
    if writer.durable > position.sequence { return }
    if let failure = await syncThread.wait(for: position.sequence) { throw failure }
  }

  /// The state of the ledger, for health checks and metrics.
  public var status: LedgerStatus {
    LedgerStatus(
      nextSequence: writer.next, written: writer.written, durable: writer.durable,
      error: writer.error)
  }

  /// Writes and syncs everything, serves all who wait for durability, and releases the directory.
  /// Blocks for a sync. Later operations throw `.closed`; closing again does nothing.
  public func close() {
    end()
  }

  private func end() {
    syncThread.stop()
    writer.close()
    lock?.release()
  }

  /// Writes what is staged, at once and on this thread. For whoever appends much at a time: no
  /// more than ``LedgerConfiguration/stagedBytesMax`` may wait.
  public func flush() throws(LedgerError) {
    if try writer.flush() { syncThread.wake() }
  }

  private func turn(of loop: EventLoop) -> LoopTurn {
    turns.withLock { turns in
      for turn in turns where turn.loop === loop { return turn }
      let turn = LoopTurn(loop: loop, writer: writer, syncThread: syncThread)
      turns.append(turn)
      return turn
    }
  }
}

/// A record's place in the ledger.
public struct LedgerPosition: Sendable, Hashable, Comparable {
  /// Counts from 0 without gaps.
  public var sequence: UInt64

  /// The place of the record with a sequence.
  public init(sequence: UInt64) {
    self.sequence = sequence
  }

  /// Earlier records come first.
  public static func < (left: LedgerPosition, right: LedgerPosition) -> Bool {
    left.sequence < right.sequence
  }
}

/// How far a ledger has come.
public struct LedgerStatus: Sendable, Equatable {
  /// The sequence the next record gets.
  public var nextSequence: UInt64
  /// Every smaller sequence was handed to the kernel.
  public var written: UInt64
  /// Every smaller sequence is on disk.
  public var durable: UInt64
  /// Why the ledger refuses records, if it does.
  public var error: LedgerError?
}
