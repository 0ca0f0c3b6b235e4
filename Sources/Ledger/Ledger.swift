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
  let writer: Writer
  private let syncThread: SyncThread
  let tree: TreeThread?
  private let lock: DirectoryLock?
  let sealing: PayloadSealing?
  /// One for each loop that ever wrote: few, so they are looked through.
  private let turns = Mutex<[LoopTurn]>([])

  init(
    writer: Writer, keeper: sending TreeKeeper? = nil, lock: DirectoryLock? = nil,
    configuration: LedgerConfiguration = LedgerConfiguration()
  ) throws(LedgerError) {
    self.writer = writer
    self.lock = lock
    sealing = configuration.sealing
    syncThread = try SyncThread(writer: writer)
    if let keeper, let kept = configuration.tree {
      tree = try TreeThread(keeper: keeper, interval: kept.interval)
    } else {
      tree = nil
    }
  }

  deinit {
    end()
  }

  /// Gives `record` the next sequence and stages it. Costs about a microsecond; blocks only after
  /// a failure for want of space, for one attempt to write.
  /// - Throws: `.overloaded` at the staging bound, `.recordTooLarge`, or the error that made the
  ///   ledger refuse (``LedgerError``).
  @discardableResult
  public func append(_ record: LedgerRecord) throws(LedgerError) -> LedgerPosition {
    var writer = RecordWriter(capacity: 1_000, sealing: sealing)
    record.encode(into: &writer)
    return try stage(writer)
  }

  /// As `append` of a record: what every call has, without a copy of it.
  public func append(
    _ decision: borrowing DecisionRecord, time: Int64 = LedgerRecord.now()
  ) throws(LedgerError) -> LedgerPosition {
    var writer = RecordWriter(capacity: 1_000, sealing: sealing)
    decision.encode(time: time, into: &writer)
    return try stage(writer)
  }

  /// As `append` of a record: what every call has, without a copy of it.
  public func append(
    _ outcome: borrowing OutcomeRecord, time: Int64 = LedgerRecord.now()
  ) throws(LedgerError) -> LedgerPosition {
    var writer = RecordWriter(capacity: 1_000, sealing: sealing)
    outcome.encode(time: time, into: &writer)
    return try stage(writer)
  }

  private func stage(_ record: borrowing RecordWriter) throws(LedgerError) -> LedgerPosition {
    let sequence = try record.withParts { record, payloads throws(LedgerError) in
      try writer.append(record, payloads: payloads)
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
      error: writer.error, signed: tree?.size ?? 0, treeError: tree?.error)
  }

  /// Writes and syncs everything, serves all who wait for durability, and releases the directory.
  /// Blocks for a sync. Later operations throw `.closed`; closing again does nothing.
  public func close() {
    end()
  }

  private func end() {
    tree?.stop()
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
  /// Every smaller sequence is under the newest checkpoint.
  public var signed: UInt64
  /// Why there is no newer checkpoint, if something is in the way. Records are kept all the same.
  public var treeError: LedgerError?
}
