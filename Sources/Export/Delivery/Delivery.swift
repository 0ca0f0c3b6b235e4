public import Reactor

/// Delivers records in their order and at least once: what to do next, as a value.
///
/// One batch is under way at a time. It is tried until it is taken; only then its place is saved,
/// and only then the next one begins. So whatever ends the process, the receiver has every record
/// up to the saved place, and going on from there repeats at most one batch.
public struct Delivery: Sendable {
  /// What came of the last action.
  public enum Event: Sendable, Equatable {
    /// Nothing was done yet.
    case begin
    /// The next record.
    case record(ExportItem)
    /// There is no further record now.
    case end
    /// The batch was taken.
    case accepted
    /// The batch was not taken.
    case failed(DeliveryFailure)
    /// The place is on disk.
    case saved
    /// The wait is over.
    case woke
  }

  /// What to do. Its outcome is the next event.
  public enum Action: Sendable, Equatable {
    /// Read the next record: `record` or `end`.
    case read
    /// Deliver: `accepted` or `failed`.
    case send(ExportBatch)
    /// Save that everything through this item was delivered: `saved`.
    case save(ExportItem)
    /// Wait: `woke`.
    case wait(Duration)
    /// Everything was delivered.
    case finish
    /// Nothing more can be delivered, for this reason.
    case stop(String)
  }

  /// What was done so far.
  public struct Progress: Sendable, Equatable {
    /// Records that were taken.
    public var records = 0
    /// Bytes of these.
    public var bytes = 0
    /// Batches that were taken.
    public var batches = 0
    /// Tries after the first.
    public var retries = 0
    /// The first record that was taken.
    public var first: UInt64?
    /// The last record that was taken.
    public var last: UInt64?

    /// Nothing done.
    public init() {}
  }

  /// Between looks at the end of a ledger that is followed.
  public static let lookEvery = Duration.milliseconds(200)

  /// What was done so far.
  public private(set) var progress = Progress()

  private let limits: BatchLimits
  private let backOff: BackOff
  private let giveUpAfter: Duration?
  private let isFollowing: Bool

  /// What is gathered or under way.
  private var batch = ExportBatch()
  /// A record that did not fit.
  private var heldBack: ExportItem?
  private var failures = 0
  private var firstFailure = MonotonicTime.distantFuture

  /// - Parameters:
  ///   - giveUpAfter: how long a batch is tried; nil for ever.
  ///   - isFollowing: goes on with what comes, instead of finishing at the end.
  public init(
    limits: BatchLimits = BatchLimits(), backOff: BackOff = BackOff(),
    giveUpAfter: Duration? = nil, isFollowing: Bool = false
  ) {
    self.limits = limits
    self.backOff = backOff
    self.giveUpAfter = giveUpAfter
    self.isFollowing = isFollowing
  }

  /// - Parameter jitter: from 0 to 1, used for waits before another try.
  public mutating func handle(
    _ event: Event, now: MonotonicTime, jitter: Double
  ) -> Action {
    switch event {
    case .begin: .read
    case .record(let item): gather(item)
    case .end:
      if !batch.items.isEmpty {
        .send(batch)
      } else {
        isFollowing ? .wait(Self.lookEvery) : .finish
      }
    case .accepted: accept()
    case .failed(.permanent(let reason)): .stop(reason)
    case .failed(.temporary(let reason, let asked)): retry(reason, asked, now, jitter)
    case .saved: beginNext()
    case .woke: batch.items.isEmpty ? .read : .send(batch)
    }
  }

  private mutating func gather(_ item: ExportItem) -> Action {
    guard limits.allow(item, in: batch) else {
      heldBack = item
      return .send(batch)
    }
    batch.append(item)
    return limits.isFull(batch) ? .send(batch) : .read
  }

  private mutating func accept() -> Action {
    guard let first = batch.items.first, let last = batch.items.last else { return .read }
    failures = 0
    progress.records += batch.items.count
    progress.bytes += batch.byteCount
    progress.batches += 1
    progress.first = progress.first ?? first.sequence
    progress.last = last.sequence
    return .save(last)
  }

  private mutating func beginNext() -> Action {
    batch = ExportBatch()
    guard let item = heldBack.take() else { return .read }
    return gather(item)
  }

  private mutating func retry(
    _ reason: String, _ asked: Duration?, _ now: MonotonicTime, _ jitter: Double
  ) -> Action {
    failures += 1
    progress.retries += 1
    if failures == 1 { firstFailure = now }
    let wait = backOff.wait(failures: failures, asked: asked, jitter: jitter)
    if let giveUpAfter, now + wait > firstFailure + giveUpAfter {
      return .stop("\(reason); given up after \(failures) tries")
    }
    return .wait(wait)
  }
}
