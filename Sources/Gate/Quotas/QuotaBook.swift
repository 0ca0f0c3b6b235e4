import Configuration
import Ledger
import Synchronization

/// What was used of quotas, by all loops. Bounded: what is as good as new is forgotten first; when
/// nothing is, a call that changes something is refused and one that only reads passes uncounted.
public final class QuotaBook: Sendable {
  /// Names that are counted at a time, of all quotas.
  public static let keysMax = 65_536
  private static let shardCount = 16

  /// Of which quota, for whom or what.
  struct Key: Hashable, Sendable {
    let rule: String
    let subject: String
  }

  struct Account {
    var calls = TokenBucket()
    var bytes = TokenBucket()
    var cost = TokenBucket()
    var underWay = 0
    /// Changes with every change of a bucket.
    var edition: UInt64 = 0
    /// The edition that outlives the process.
    var kept: UInt64 = 0

    func isAsNew(at now: UInt64) -> Bool {
      underWay == 0 && calls.isFull(at: now) && bytes.isFull(at: now) && cost.isFull(at: now)
    }
  }

  final class Shard: Sendable {
    let accounts = Mutex<[Key: Account]>([:])
  }

  let shards: [Shard]
  private let keysPerShard: Int
  private let problem = Mutex<String?>(nil)

  /// Why what is used is not kept over a restart; nil when it is. Any thread.
  public var keepingProblem: String? {
    get { problem.withLock { $0 } }
    set { problem.withLock { $0 = newValue } }
  }

  /// Nothing was used.
  public convenience init() { self.init(keysMax: Self.keysMax) }

  init(keysMax: Int) {
    shards = (0..<Self.shardCount).map { _ in Shard() }
    keysPerShard = max(1, keysMax / Self.shardCount)
  }

  func shard(of key: Key) -> Shard {
    shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))]
  }

  /// Takes what a request needs of every quota that covers it: of all or of none.
  func take(
    _ request: QuotaRequest, _ rules: QuotaRules, at now: UInt64
  ) -> Result<QuotaHold?, QuotaRefusal> {
    var held: [QuotaHold.Part] = []
    let cost = rules.cost(of: request)
    for rule in rules.rules where rule.covers(request) {
      let key = Key(rule: rule.name, subject: request.name(of: rule.per) ?? "")
      switch take(request, rule, key, cost, at: now) {
      case .taken: held.append(QuotaHold.Part(key: key, rule: rule))
      case .uncounted: break
      case .refused(let refusal):
        for part in held { putBack(part, cost, request) }
        return .failure(refusal)
      }
    }
    return .success(held.isEmpty ? nil : QuotaHold(held, places: request.places, book: self))
  }

  private enum Taken {
    case taken, uncounted
    case refused(QuotaRefusal)
  }

  private func take(
    _ request: QuotaRequest, _ rule: QuotaRules.Rule, _ key: Key, _ cost: UInt64, at now: UInt64
  ) -> Taken {
    shard(of: key).accounts.withLock { accounts in
      if accounts[key] == nil, accounts.count >= keysPerShard {
        accounts = accounts.filter { !$0.value.isAsNew(at: now) }
        guard accounts.count < keysPerShard else {
          return request.onlyReads
            ? .uncounted : .refused(QuotaRefusal(key, .state, retryAfter: 1))
        }
      }
      var account = accounts[key] ?? Account()
      if let limit = rule.concurrency, account.underWay + request.places > limit {
        return .refused(QuotaRefusal(key, .concurrency, retryAfter: 1))
      }
      let bytes = UInt64(request.bytes)
      for (measure, size, bucket, count) in [
        (QuotaRefusal.Measure.calls, rule.calls, account.calls, UInt64(1)),
        (.cost, rule.cost, account.cost, cost), (.bytes, rule.bytes, account.bytes, bytes),
      ] {
        guard let size else { continue }
        guard let wait = bucket.wait(for: count, size, at: now) else {
          return .refused(QuotaRefusal(key, measure, retryAfter: nil))
        }
        guard wait == 0 else {
          let seconds = wait / 1_000_000_000 + (wait % 1_000_000_000 == 0 ? 0 : 1)
          return .refused(QuotaRefusal(key, measure, retryAfter: Int(clamping: seconds)))
        }
      }
      if let size = rule.calls { account.calls.take(1, size, at: now) }
      if let size = rule.cost { account.cost.take(cost, size, at: now) }
      if let size = rule.bytes { account.bytes.take(bytes, size, at: now) }
      account.underWay += request.places
      account.edition += 1
      accounts[key] = account
      return .taken
    }
  }

  private func putBack(_ part: QuotaHold.Part, _ cost: UInt64, _ request: QuotaRequest) {
    let rule = part.rule
    shard(of: part.key).accounts.withLock { accounts in
      guard var account = accounts[part.key] else { return }
      if let size = rule.calls { account.calls.putBack(1, size) }
      if let size = rule.cost { account.cost.putBack(cost, size) }
      if let size = rule.bytes { account.bytes.putBack(UInt64(request.bytes), size) }
      account.underWay -= request.places
      account.edition += 1
      accounts[part.key] = account
    }
  }

  /// A call is over, and its result had so many bytes.
  func end(_ hold: QuotaHold, resultBytes: Int, at now: UInt64) {
    for part in hold.parts {
      shard(of: part.key).accounts.withLock { accounts in
        guard var account = accounts[part.key] else { return }
        if let size = part.rule.bytes {
          account.bytes.take(UInt64(resultBytes), size, at: now)
          account.edition += 1
        }
        account.underWay -= hold.places
        accounts[part.key] = account
      }
    }
  }

  /// Counts bytes that nobody asked for at that moment: what was told of a task.
  func charge(_ bytes: Int, to request: QuotaRequest, _ rules: QuotaRules, at now: UInt64) {
    for rule in rules.rules where rule.covers(request) {
      guard let size = rule.bytes else { continue }
      let key = Key(rule: rule.name, subject: request.name(of: rule.per) ?? "")
      shard(of: key).accounts.withLock { accounts in
        guard accounts[key] != nil || accounts.count < keysPerShard else { return }
        accounts[key, default: Account()].bytes.take(UInt64(bytes), size, at: now)
        accounts[key]?.edition += 1
      }
    }
  }

  /// What is left of the quotas that cover a request, of each measure the scarcest; nil when they
  /// limit none. What is not counted is all there.
  /// - Parameter next: whether the request is still to take its part.
  func left(
    to request: QuotaRequest, _ rules: QuotaRules, takingNext next: Bool, at now: UInt64
  ) -> LedgerQuota? {
    var left = LedgerQuota()
    let cost = rules.cost(of: request)
    for rule in rules.rules where rule.covers(request) {
      let key = Key(rule: rule.name, subject: request.name(of: rule.per) ?? "")
      let account = shard(of: key).accounts.withLock { $0[key] } ?? Account()
      func percent(
        _ bucket: TokenBucket, _ size: TokenBucket.Size?, _ count: UInt64, _ known: UInt8?
      ) -> UInt8? {
        guard let size else { return known }
        var bucket = bucket
        if next { bucket.take(count, size, at: now) }
        return min(known ?? 100, bucket.percent(size, at: now))
      }
      left.bytes = percent(account.bytes, rule.bytes, UInt64(request.bytes), left.bytes)
      left.calls = percent(account.calls, rule.calls, 1, left.calls)
      left.cost = percent(account.cost, rule.cost, cost, left.cost)
    }
    return left.remaining == nil ? nil : left
  }

  /// What was used of the quotas of a configuration, by name and for whom.
  func uses(of rules: QuotaRules, at now: UInt64) -> [QuotaUse] {
    let byName = Dictionary(
      rules.rules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var uses: [QuotaUse] = []
    for shard in shards {
      let accounts = shard.accounts.withLock { $0 }
      for (key, account) in accounts where !account.isAsNew(at: now) {
        guard let rule = byName[key.rule] else { continue }
        uses.append(
          QuotaUse(
            quota: key.rule, per: rule.per.rawValue, subject: key.subject,
            underWay: account.underWay, concurrency: rule.concurrency,
            calls: rule.calls.map { .init(account.calls, $0, at: now) },
            bytes: rule.bytes.map { .init(account.bytes, $0, at: now) },
            cost: rule.cost.map { .init(account.cost, $0, at: now) }))
      }
    }
    return uses.sorted { ($0.quota, $0.subject) < ($1.quota, $1.subject) }
  }
}

/// What a call holds of quotas until it is over.
final class QuotaHold: @unchecked Sendable {  // confined to the loop of its call
  struct Part {
    let key: QuotaBook.Key
    let rule: QuotaRules.Rule
  }

  let parts: [Part]
  /// Among those at a time.
  let places: Int
  /// Of the result, once it is there.
  var resultBytes = 0
  private let book: QuotaBook
  private var isOver = false

  init(_ parts: [Part], places: Int, book: QuotaBook) {
    self.parts = parts
    self.places = places
    self.book = book
  }

  /// Gives back what counts only while the call is under way; once.
  func end(at now: UInt64) {
    guard !isOver else { return }
    isOver = true
    book.end(self, resultBytes: resultBytes, at: now)
  }
}

/// Why a quota does not let a request pass.
struct QuotaRefusal: Error, Sendable, Equatable {
  enum Measure: String, Sendable {
    case calls, concurrency, bytes, cost
    /// There is no room to count it.
    case state
  }

  let quota: String
  let subject: String
  let measure: Measure
  /// Seconds; nil when it never passes.
  let retryAfter: Int?

  init(_ key: QuotaBook.Key, _ measure: Measure, retryAfter: Int?) {
    quota = key.rule
    subject = key.subject
    self.measure = measure
    self.retryAfter = retryAfter
  }
}

/// What was used of a quota.
public struct QuotaUse: Sendable {
  /// The quota's name.
  public let quota: String
  /// By what it is counted.
  public let per: String
  /// For whom or what.
  public let subject: String
  /// Calls under way.
  public let underWay: Int
  /// How many there may be.
  public let concurrency: Int?
  /// Of calls.
  public let calls: Left?
  /// Of bytes.
  public let bytes: Left?
  /// Of cost.
  public let cost: Left?

  /// Whether nothing is left of something that it limits.
  public var isUsedUp: Bool {
    [calls, bytes, cost].contains { $0?.left == 0 } || concurrency.map { underWay >= $0 } ?? false
  }

  /// How much there is left.
  public struct Left: Sendable {
    /// Left now.
    public let left: UInt64
    /// At most.
    public let limit: UInt64
    /// In how many seconds the limit comes back.
    public let seconds: UInt64

    init(_ bucket: TokenBucket, _ size: TokenBucket.Size, at now: UInt64) {
      left = bucket.level(size, at: now)
      limit = size.amount
      seconds = size.period / 1_000_000_000
    }
  }
}
