import Ledger
public import Orders
import Reactor
import Synchronization

/// What was used, over restarts: whoever keeps it asks for what changed and says what it has.
extension QuotaBook {
  /// What changed for one of those that are counted.
  public struct Change: Sendable {
    /// How it is now.
    public let use: KeptUse
    fileprivate let key: Key
    fileprivate let edition: UInt64
  }

  /// What changed since it was kept last, and when. Any thread.
  public func changes() -> (changes: [Change], now: Int64) {
    changes(at: MonotonicTime.read().nanoseconds, on: LedgerRecord.now())
  }

  func changes(at now: UInt64, on time: Int64) -> (changes: [Change], now: Int64) {
    var changes: [Change] = []
    for shard in shards {
      shard.accounts.withLock { accounts in
        for (key, account) in accounts where account.edition != account.kept {
          changes.append(
            Change(
              use: KeptUse(
                quota: key.rule, subject: key.subject, calls: account.calls.kept(at: now),
                bytes: account.bytes.kept(at: now), cost: account.cost.kept(at: now), at: time),
              key: key, edition: account.edition))
        }
      }
    }
    return (changes, time)
  }

  /// These outlive the process now. Any thread.
  public func keep(_ changes: [Change]) {
    for change in changes {
      shard(of: change.key).accounts.withLock { $0[change.key]?.kept = change.edition }
    }
  }

  /// How many changes would be lost with the process. Any thread.
  public var unkeptCount: Int {
    shards.reduce(0) { count, shard in
      count + shard.accounts.withLock { $0.values.count { $0.edition != $0.kept } }
    }
  }

  /// Goes on from what was kept; before the first request.
  public func restore(_ uses: [KeptUse]) {
    restore(uses, at: MonotonicTime.read().nanoseconds, on: LedgerRecord.now())
  }

  /// What came back while nothing ran is back. A clock that went back gives nothing.
  func restore(_ uses: [KeptUse], at now: UInt64, on time: Int64) {
    for use in uses {
      let gone = UInt64(max(0, time - use.at)).multipliedReportingOverflow(by: 1_000)
      let passed = gone.overflow ? .max : gone.partialValue
      let key = Key(rule: use.quota, subject: use.subject)
      let account = Account(
        calls: TokenBucket(use.calls, passed: passed, at: now),
        bytes: TokenBucket(use.bytes, passed: passed, at: now),
        cost: TokenBucket(use.cost, passed: passed, at: now))
      guard !account.isAsNew(at: now) else { continue }
      shard(of: key).accounts.withLock { $0[key] = account }
    }
  }
}

extension TokenBucket {
  fileprivate func kept(at now: UInt64) -> KeptUse.Bucket {
    isFull(at: now) ? KeptUse.Bucket() : KeptUse.Bucket(missing: full - now, period: period)
  }

  fileprivate init(_ kept: KeptUse.Bucket, passed: UInt64, at now: UInt64) {
    guard kept.missing > passed, kept.period > 0 else { return }
    let (end, overflows) = now.addingReportingOverflow(kept.missing - passed)
    full = overflows ? .max : end
    period = kept.period
  }
}
