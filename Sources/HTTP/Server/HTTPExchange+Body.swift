internal import Reactor

extension HTTPExchange {
  /// Reads the whole body, at most `limit` and the server's `bodyBytes`. A body that is announced
  /// as larger is refused before a byte of it is read.
  /// - Throws: `.tooLarge` (answer 413), `.disconnected`, `.timedOut`.
  public func readBody(limit: Int) async throws(HTTPExchangeError) -> [UInt8] {
    loop.preconditionCurrent()
    let limit = min(limit, server.limits.bodyBytes)
    if let error = body.failure { throw error }
    if let expected = body.expected, expected > limit { throw .tooLarge(limit: limit) }
    if !body.isComplete {
      body.wantAll(limit)
      if let error = body.failure { throw error }
      release()
      await withUnsafeContinuation { body.reader = $0 }
    }
    if let error = body.failure { throw error }
    guard body.unreadCount <= limit else { throw .tooLarge(limit: limit) }
    return body.take()
  }

  /// Reads the next piece of the body as it comes; nil at its end. While nobody reads, the client
  /// is made to wait.
  /// - Throws: `.tooLarge` when the body exceeds the server's `bodyBytes`, `.disconnected`,
  ///   `.timedOut`.
  public func readChunk() async throws(HTTPExchangeError) -> [UInt8]? {
    loop.preconditionCurrent()
    if body.unreadCount == 0, !body.isComplete, body.failure == nil {
      body.wantSome()
      release()
      await withUnsafeContinuation { body.reader = $0 }
    }
    if body.unreadCount > 0 {
      let chunk = body.take()
      if !body.isComplete, body.failure == nil { release() }
      return chunk
    }
    if let error = body.failure { throw error }
    return nil
  }
}

/// The body of a request between the library and a reader.
struct RequestBody {
  /// A body announced as larger is not received before the handler asks for it.
  static let eagerBytes = 64 * 1024

  enum Next {
    case goOn
    case pause
    case giveUp
  }

  private let limits: HTTPServerLimits
  private(set) var expected: Int? = 0
  private(set) var isComplete = false
  private(set) var isDiscarded = false
  private(set) var failure: HTTPExchangeError?
  private(set) var received = 0
  private(set) var startedAt: UInt64 = 0
  private var unread: [UInt8] = []
  private var wantedBytes: Int?
  private(set) var isWanted = false
  /// Resumed when what it waits for is there or never will be.
  var reader: UnsafeContinuation<Void, Never>?

  init(limits: HTTPServerLimits) { self.limits = limits }

  var unreadCount: Int { unread.count }

  mutating func begin(expected: Int?, now: UInt64) {
    self.expected = expected
    startedAt = now
    if let expected, expected <= Self.eagerBytes { unread.reserveCapacity(expected) }
  }

  mutating func wantAll(_ limit: Int) {
    precondition(reader == nil, "one reader at a time")
    isWanted = true
    wantedBytes = limit
    if unread.count > limit { fail(.tooLarge(limit: limit)) }
    if let expected { unread.reserveCapacity(min(expected, limit)) }
  }

  mutating func wantSome() {
    precondition(reader == nil, "one reader at a time")
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

  mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Next {
    received += bytes.count
    if isDiscarded { return received > limits.drainBytes ? .giveUp : .goOn }
    guard failure == nil else { return .pause }
    let limit = min(wantedBytes ?? limits.bodyBytes, limits.bodyBytes)
    let count = wantedBytes == nil ? received : unread.count + bytes.count
    if count > limit {
      unread = []
      fail(.tooLarge(limit: limit))
      return .pause
    }
    unread.append(contentsOf: bytes)
    if wantedBytes != nil { return .goOn }
    wakeReader()
    return unread.count >= limits.unreadBodyBytes ? .pause : .goOn
  }

  mutating func finish() {
    isComplete = true
    wakeReader()
  }

  mutating func fail(_ error: HTTPExchangeError) {
    if failure == nil, !isComplete { failure = error }
    wakeReader()
  }

  private mutating func wakeReader() {
    let reader = self.reader
    self.reader = nil
    reader?.resume()
  }
}
