/// The body of a request between its client and a reader. No I/O, no clock.
struct RequestBody {
  /// A body announced as larger is not received before the handler asks for it.
  static let eagerBytes = 64 * 1024

  /// Bytes announced; nil when it is chunked.
  let expected: Int?
  private(set) var isComplete = false
  private(set) var isDiscarded = false
  private(set) var failure: HTTPExchangeError?
  private(set) var received = 0
  private var unread: [UInt8] = []
  private var wantedBytes: Int?
  private var isWanted = false
  /// Nothing is received before somebody asks.
  private let isHeldBack: Bool

  /// A body of which nothing came yet.
  init(expected: Int?, clientWaits: Bool) {
    self.expected = expected
    isHeldBack = clientWaits || (expected ?? 0) > Self.eagerBytes
  }

  var unreadCount: Int { unread.count }

  /// True when a reader need not wait any longer.
  var isReady: Bool {
    isComplete || failure != nil || (wantedBytes == nil && !unread.isEmpty)
  }

  /// True when more of it may be received.
  func takesBytes(_ limits: HTTPServerLimits) -> Bool {
    if isDiscarded { return true }
    if failure != nil || (isHeldBack && !isWanted) { return false }
    return wantedBytes != nil || unread.count < limits.unreadBodyBytes
  }

  mutating func wantAll(_ limit: Int) {
    isWanted = true
    wantedBytes = limit
    if unread.count > limit { fail(.tooLarge(limit: limit)) }
    if let expected, !isComplete { unread.reserveCapacity(min(expected, limit)) }
  }

  mutating func wantSome() {
    isWanted = true
    wantedBytes = nil
  }

  mutating func take() -> [UInt8] {
    let bytes = unread
    unread = []
    return bytes
  }

  mutating func discard() {
    isDiscarded = true
    unread = []
  }

  /// Takes bytes over. False when more was to be dropped than a client may make us read.
  mutating func receive(_ bytes: Span<UInt8>, _ limits: HTTPServerLimits) -> Bool {
    received += bytes.count
    if isDiscarded { return received <= limits.drainBytes }
    guard failure == nil else { return true }
    let limit = min(wantedBytes ?? limits.bodyBytes, limits.bodyBytes)
    let count = wantedBytes == nil ? received : unread.count + bytes.count
    if count > limit {
      unread = []
      fail(.tooLarge(limit: limit))
      return true
    }
    if unread.isEmpty, let expected, expected <= Self.eagerBytes {
      unread.reserveCapacity(expected)
    }
    bytes.withUnsafeBufferPointer { unread.append(contentsOf: $0) }
    return true
  }

  mutating func finish() { isComplete = true }

  private mutating func fail(_ error: HTTPExchangeError) {
    if failure == nil, !isComplete { failure = error }
  }
}
