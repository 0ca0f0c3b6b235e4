import Crypto

/// When the keys of an issuer are asked for, and how long they count. Times are seconds of a clock
/// that never goes back.
struct KeySetCache: Sendable {
  /// How long keys count as fresh when the issuer does not say.
  static let freshTime: Int64 = 3600
  /// What an issuer may say.
  static let freshTimes: ClosedRange<Int64> = 300...86_400
  /// How long keys are used after that when the issuer cannot be asked.
  static let keptTime: Int64 = 86_400
  /// Between two requests because of a key that is not known.
  static let unknownKeyInterval: Int64 = 60
  /// Between two requests after failures: doubled with each, up to this.
  static let retryIntervalMax: Int64 = 60

  enum Answer {
    /// These may have signed. With `refreshing`, the caller is to ask the issuer meanwhile.
    case candidates([SignatureKey], refreshing: Bool)
    /// Ask again when the issuer was asked; with `begins` it is the caller who does that.
    case wait(begins: Bool)
    /// The issuer has no such key.
    case unknown
    /// Nothing is known of the issuer's keys.
    case unavailable
  }

  private var keys: KeySet?
  private var freshUntil: Int64 = 0
  private(set) var isFetching = false
  private var failures = 0
  private var failedAt: Int64?
  private var unknownKeyAt: Int64?

  mutating func answer(id: String?, algorithm: SignatureAlgorithm, now: Int64) -> Answer {
    guard let keys, now < freshUntil + Self.keptTime else {
      self.keys = nil
      if isFetching { return .wait(begins: false) }
      guard mayRetry(now) else { return .unavailable }
      isFetching = true
      return .wait(begins: true)
    }
    let candidates = keys.candidates(id: id, algorithm: algorithm)
    if !candidates.isEmpty {
      let refreshes = now >= freshUntil && !isFetching && mayRetry(now)
      if refreshes { isFetching = true }
      return .candidates(candidates, refreshing: refreshes)
    }
    // Whoever waits for what another one asked for does not count as asking.
    if isFetching { return .wait(begins: false) }
    if let unknownKeyAt, now < unknownKeyAt + Self.unknownKeyInterval { return .unknown }
    guard mayRetry(now) else { return .unknown }
    unknownKeyAt = now
    isFetching = true
    return .wait(begins: true)
  }

  private func mayRetry(_ now: Int64) -> Bool {
    guard let failedAt else { return true }
    return now >= failedAt + min(Self.retryIntervalMax, 1 << min(Int64(failures - 1), 6))
  }

  /// - Parameter lifetime: what the issuer says; nil when it says nothing.
  mutating func succeeded(_ keys: KeySet, lifetime: Int64?, now: Int64) {
    isFetching = false
    failures = 0
    failedAt = nil
    self.keys = keys
    let times = Self.freshTimes
    let time = lifetime.map { min(max($0, times.lowerBound), times.upperBound) }
    freshUntil = now + (time ?? Self.freshTime)
  }

  mutating func failed(now: Int64) {
    isFetching = false
    failures += 1
    failedAt = now
  }
}
