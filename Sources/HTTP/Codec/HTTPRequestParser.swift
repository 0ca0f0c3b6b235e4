/// A strict HTTP/1.1 request codec: bytes in, events out, one request after the other. It reads
/// nothing and copies no body.
///
/// Everything two parties could read differently is refused; see `HTTPRequestFault`. Feeding the
/// same bytes in other pieces gives the same heads, the same body bytes and the same ends.
///
/// Source: RFC 9112 §2.2, §3, §5, §6, §7, §9.3; RFC 9110 §5.5, §7.2, §8.6, §10.1.1.
public struct HTTPRequestParser: Sendable {
  /// Bounds of what a client may send around the body.
  public struct Limits: Sendable {
    /// Bytes of the request line, without its end.
    public var requestLineBytes = 8 * 1024
    /// Bytes of the request line and the fields.
    public var headBytes = 16 * 1024
    /// Bytes of a chunk's size line, extensions included.
    public var chunkLineBytes = 256
    /// Bytes of all chunk extensions of a body, beyond the first few of each.
    public var extensionBytes = 16 * 1024
    /// Bytes of the trailer section.
    public var trailerBytes = 8 * 1024

    /// The limits above.
    public init() {}
  }

  /// What was found.
  public enum Event: Sendable, Hashable {
    /// The head of a request.
    case head(HTTPIncomingHead)
    /// Body bytes, as a range of the bytes given.
    case body(Range<Int>)
    /// The request is complete. Follows every head, with or without a body.
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
  }

  /// The largest bound of a head.
  private static let headBytesMax = 1 << 24

  private var limits: Limits
  private var state = State.head
  private var lines = RequestLines()
  /// The beginning of a head whose end has not come yet.
  private var head: [UInt8] = []
  private var chunkLine = ChunkLine()
  private var extensionBytes = 0
  private var trailerBytes = 0
  private var trailerField = TrailerField()

  /// A parser at the beginning of a connection.
  public init(limits: Limits = Limits()) {
    self.limits = limits
    self.limits.headBytes = min(limits.headBytes, Self.headBytesMax)
  }

  /// True between two requests, before a byte of the next one.
  public var isIdle: Bool {
    if case .head = state { head.isEmpty } else { false }
  }

  /// The next event in `bytes` from `offset` on, which is moved past what was used; nil when all
  /// bytes were used without an event.
  /// - Throws: what is wrong with the request; the connection must be closed then.
  public mutating func next(
    _ bytes: Span<UInt8>, _ offset: inout Int
  ) throws(HTTPRequestFault) -> Event? {
    while true {
      if case .length(0) = state {
        state = .head
        return .end
      }
      guard offset < bytes.count else { return nil }
      switch state {
      case .head:
        guard let head = try readHead(bytes, &offset) else { return nil }
        state = head.contentLength.map { .length($0) } ?? .chunkSize
        return .head(head)
      case .length(let remaining):
        let range = offset..<(offset + min(remaining, bytes.count - offset))
        offset = range.upperBound
        state = .length(remaining - range.count)
        return .body(range)
      case .chunkSize: try readChunkSize(bytes, &offset)
      case .chunkData(let remaining):
        let range = offset..<(offset + min(remaining, bytes.count - offset))
        offset = range.upperBound
        state = remaining == range.count ? .chunkEnd(0) : .chunkData(remaining - range.count)
        return .body(range)
      case .chunkEnd(let seen):
        guard bytes[offset] == (seen == 0 ? ASCII.carriageReturn : ASCII.lineFeed) else {
          throw .invalidChunk
        }
        offset += 1
        state = seen == 0 ? .chunkEnd(1) : .chunkSize
      case .trailer:
        if try readTrailer(bytes, &offset) {
          state = .head
          return .end
        }
      }
    }
  }

  private mutating func readHead(
    _ bytes: Span<UInt8>, _ offset: inout Int
  ) throws(HTTPRequestFault) -> HTTPIncomingHead? {
    let known = head.count
    let piece = bytes.extracting(offset..<min(bytes.count, offset + limits.headBytes - known))
    guard known > 0 else {
      let end = try lines.read(piece, requestLineBytes: limits.requestLineBytes) ?? piece.count
      offset += end
      return try finishHead(piece.extracting(first: end).withUnsafeBufferPointer { Array($0) })
    }
    var collected = head
    head = []
    piece.withUnsafeBufferPointer { collected.append(contentsOf: $0) }
    let end = try lines.read(collected.span, requestLineBytes: limits.requestLineBytes)
    if let end { collected.removeLast(collected.count - end) }
    offset += collected.count - known
    return try finishHead(collected)
  }

  /// The head that is complete in these bytes; they are kept when it is not.
  private mutating func finishHead(
    _ bytes: [UInt8]
  ) throws(HTTPRequestFault) -> HTTPIncomingHead? {
    guard lines.isComplete else {
      guard bytes.count < limits.headBytes else { throw .headTooLarge(limit: limits.headBytes) }
      head = bytes
      return nil
    }
    let head = HTTPIncomingHead(bytes, lines)
    lines = RequestLines()
    return head
  }

  private mutating func readChunkSize(
    _ bytes: Span<UInt8>, _ offset: inout Int
  ) throws(HTTPRequestFault) {
    let size: Int?
    do throws(HTTPResponseError) {
      size = try chunkLine.push(bytes, &offset, limit: limits.chunkLineBytes)
    } catch {
      throw .invalidChunk
    }
    guard let size else { return }
    extensionBytes += max(0, chunkLine.length - ChunkLine.plainBytes)
    guard extensionBytes <= limits.extensionBytes else { throw .invalidChunk }
    chunkLine = ChunkLine()
    state = size == 0 ? .trailer : .chunkData(size)
    if size == 0 {
      extensionBytes = 0
      trailerBytes = 0
      trailerField = TrailerField()
    }
  }

  private mutating func readTrailer(
    _ bytes: Span<UInt8>, _ offset: inout Int
  ) throws(HTTPRequestFault) -> Bool {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      trailerBytes += 1
      guard trailerBytes <= limits.trailerBytes else {
        throw .trailerTooLarge(limit: limits.trailerBytes)
      }
      do throws(HTTPResponseError) {
        if try trailerField.push(byte) { return true }
      } catch {
        throw .invalidTrailer
      }
    }
    return false
  }
}
