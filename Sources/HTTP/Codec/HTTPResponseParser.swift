/// A strict HTTP/1.1 response codec: bytes in, events out. It reads nothing and copies no body.
///
/// Everything two parties could read differently is refused; see `HTTPResponseError`. Feeding the
/// same bytes in other pieces gives the same head, the same body bytes and the same end.
///
/// Source: RFC 9112 §2.2, §4, §5, §6, §7; RFC 9110 §8.6, §15.
public struct HTTPResponseParser: Sendable {
  /// Bounds of what a server may send around the body.
  public struct Limits: Sendable {
    /// Bytes of the status line and the fields.
    public var headBytes = 64 * 1024
    /// Bytes of a chunk's size line, extensions included.
    public var chunkLineBytes = 1024
    /// Bytes of the trailer section.
    public var trailerBytes = 8 * 1024
    /// Interim (1xx) responses before the final one.
    public var interimResponses = 8

    /// The limits above.
    public init() {}
  }

  /// What was found.
  public enum Event: Sendable, Hashable {
    /// The head of the final response.
    case head(HTTPResponseHead)
    /// Body bytes, as a range of the bytes given.
    case body(Range<Int>)
    /// The response is complete.
    case end
  }

  private enum State {
    case head
    case length(Int)
    case chunkSize
    case chunkData(Int)
    /// After a chunk's data; how many bytes of its CR LF were seen.
    case chunkEnd(Int)
    case trailer
    case untilClose
    case ended
  }

  private enum Framing {
    case none
    case length(Int)
    case chunked
    case untilClose
  }

  private let limits: Limits
  private let isHead: Bool
  private var state = State.head
  private var line = LineScanner()
  private var head: [UInt8] = []
  private var interimResponses = 0
  private var chunkLine = ChunkLine()
  private var trailerBytes = 0
  private var trailerField = TrailerField()
  private var mustEnd = false
  /// True once the connection may carry another request: the response is complete, its end was
  /// marked, and the server did not say it closes.
  public private(set) var isReusable = false
  /// True from the first byte on.
  public private(set) var hasStarted = false

  /// A parser for the response to one request; the answer to HEAD has no body.
  public init(method: String, limits: Limits = Limits()) {
    self.limits = limits
    isHead = method == "HEAD"
  }

  /// True when `end` was returned.
  public var isComplete: Bool {
    if case .ended = state { true } else { false }
  }

  /// The next event in `bytes` from `offset` on, which is moved past what was used; nil when all
  /// bytes were used without an event.
  /// - Throws: what is wrong with the response; the connection must be closed then.
  public mutating func next(
    _ bytes: Span<UInt8>, _ offset: inout Int
  ) throws(HTTPResponseError) -> Event? {
    if mustEnd {
      mustEnd = false
      state = .ended
      return .end
    }
    if offset < bytes.count { hasStarted = true }
    while offset < bytes.count {
      switch state {
      case .head:
        guard try collectHead(bytes, &offset) else { return nil }
        if let head = try finishHead() { return .head(head) }
      case .length(let remaining):
        let count = min(remaining, bytes.count - offset)
        let range = offset..<(offset + count)
        offset += count
        state = .length(remaining - count)
        if remaining == count { mustEnd = true }
        return .body(range)
      case .chunkSize:
        guard let size = try chunkLine.push(bytes, &offset, limit: limits.chunkLineBytes) else {
          return nil
        }
        chunkLine = ChunkLine()
        state = size == 0 ? .trailer : .chunkData(size)
      case .chunkData(let remaining):
        let count = min(remaining, bytes.count - offset)
        let range = offset..<(offset + count)
        offset += count
        state = remaining == count ? .chunkEnd(0) : .chunkData(remaining - count)
        return .body(range)
      case .chunkEnd(let seen):
        guard bytes[offset] == (seen == 0 ? ASCII.carriageReturn : ASCII.lineFeed) else {
          throw .invalidChunk
        }
        offset += 1
        state = seen == 0 ? .chunkEnd(1) : .chunkSize
      case .trailer:
        if try collectTrailer(bytes, &offset) {
          state = .ended
          return .end
        }
      case .untilClose:
        let range = offset..<bytes.count
        offset = bytes.count
        return .body(range)
      case .ended:
        isReusable = false
        throw .bytesAfterResponse
      }
    }
    return nil
  }

  /// Tells that the connection has ended: the end of a response that has no other.
  /// - Throws: `.incomplete` when the response is cut short.
  public mutating func finish() throws(HTTPResponseError) -> Event? {
    isReusable = false
    if mustEnd {
      mustEnd = false
      state = .ended
      return .end
    }
    switch state {
    case .untilClose:
      state = .ended
      return .end
    case .ended: return nil
    default: throw .incomplete
    }
  }

  // MARK: The head

  private mutating func collectHead(
    _ bytes: Span<UInt8>, _ offset: inout Int
  ) throws(HTTPResponseError) -> Bool {
    let start = offset
    let bound = min(bytes.count, start + limits.headBytes - head.count)
    let isComplete = try line.scan(bytes, &offset, upTo: bound)
    let piece = bytes.extracting(start..<offset)
    piece.withUnsafeBufferPointer { head.append(contentsOf: $0) }
    if !isComplete, head.count >= limits.headBytes { throw .headTooLarge(limit: limits.headBytes) }
    return isComplete
  }

  /// The head that was collected; nil for an interim response, which is dropped.
  private mutating func finishHead() throws(HTTPResponseError) -> HTTPResponseHead? {
    let bytes = head
    head = []
    line = LineScanner()
    let span = bytes.span
    var start = 0
    let (minor, status) = try Self.statusLine(span, &start)
    if status < 200 {
      guard status >= 100, status != 101 else { throw .unexpectedStatus(status) }
      interimResponses += 1
      guard interimResponses <= limits.interimResponses else { throw .tooManyInterimResponses }
      _ = try FramingFields(span, start)
      return nil
    }
    let fields = try FramingFields(span, start)
    switch try framing(fields, status: status, minor: minor) {
    case .none:
      state = .length(0)
      mustEnd = true
    case .length(let count):
      state = .length(count)
      mustEnd = count == 0
    case .chunked: state = .chunkSize
    case .untilClose:
      state = .untilClose
      isReusable = false
    }
    return HTTPResponseHead(status: status, minorVersion: minor, bytes: bytes, firstField: start)
  }

  private mutating func framing(
    _ fields: FramingFields, status: Int, minor: Int
  ) throws(HTTPResponseError) -> Framing {
    isReusable = minor == 1 ? !fields.closes : fields.keepsAlive && !fields.closes
    if fields.isChunked {
      guard minor == 1 else { throw .unsupportedTransferEncoding }
      guard fields.contentLength == nil else { throw .conflictingLengths }
    }
    if isHead || status == 304 { return .none }
    if status == 204 {
      // A server that announces a body here may send one.
      if fields.isChunked || (fields.contentLength ?? 0) > 0 { isReusable = false }
      return .none
    }
    if fields.isChunked { return .chunked }
    if let length = fields.contentLength { return .length(length) }
    return .untilClose
  }

  private static func statusLine(
    _ bytes: Span<UInt8>, _ next: inout Int
  ) throws(HTTPResponseError) -> (minor: Int, status: Int) {
    let version: StaticString = "HTTP/1."
    guard bytes.count >= 14 else { throw .invalidStatusLine }
    for index in 0..<7 where bytes[index] != version.utf8Start[index] { throw .invalidStatusLine }
    guard bytes[7] == 48 || bytes[7] == 49, bytes[8] == ASCII.space else {
      throw .invalidStatusLine
    }
    var status = 0
    for index in 9..<12 {
      guard ASCII.isDigit(bytes[index]) else { throw .invalidStatusLine }
      status = status * 10 + Int(bytes[index] - 48)
    }
    guard bytes[12] == ASCII.space || bytes[12] == ASCII.carriageReturn else {
      throw .invalidStatusLine
    }
    var index = 12
    while bytes[index] != ASCII.carriageReturn {
      guard ASCII.isText(bytes[index]) else { throw .invalidStatusLine }
      index += 1
    }
    next = index + 2
    return (Int(bytes[7] - 48), status)
  }

  // MARK: The trailer

  private mutating func collectTrailer(
    _ bytes: Span<UInt8>, _ offset: inout Int
  ) throws(HTTPResponseError) -> Bool {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      trailerBytes += 1
      guard trailerBytes <= limits.trailerBytes else {
        throw .trailerTooLarge(limit: limits.trailerBytes)
      }
      if try trailerField.push(byte) { return true }
    }
    return false
  }
}
