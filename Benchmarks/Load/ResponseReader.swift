import BenchmarkSupport

/// Takes an HTTP/1.1 response apart: bytes in, the whole body out.
struct ResponseReader: ~Copyable {
  private var input = ByteBuffer(capacity: 16 << 10)
  private var body = ByteBuffer(capacity: 4096)
  private var chunked = ChunkedBody()
  private var head: Head?

  private static let headBytesMax = 64 << 10
  private static let bodyBytesMax = 32 << 20

  /// What is kept of a response's head.
  struct Head {
    enum Framing: Equatable { case length(Int), chunked, untilClosed }
    var status: Int
    var framing: Framing
    var isEventStream: Bool
    var closes: Bool
    var sessionID: String?
  }

  enum Failure: Error { case malformedHead, malformedChunk, tooLarge }

  /// Receives once.
  mutating func receive(from descriptor: Int32) -> ByteBuffer.Received {
    input.receive(from: descriptor, room: 16 << 10)
  }

  /// Whether bytes have arrived that belong to no response yet.
  var hasRest: Bool { input.count > 0 }

  /// The head of the response, once it has arrived.
  mutating func readHead() throws(Failure) -> Head? {
    if let head { return head }
    guard let found = HTTPHead(input.readable) else {
      if input.count > ResponseReader.headBytesMax { throw .malformedHead }
      return nil
    }
    guard found.firstLine.startsWithIgnoringCase("HTTP/1.1 "), found.firstLine.count >= 12,
      let status = JSONScan.integer(UnsafeRawBufferPointer(rebasing: found.firstLine[9..<12]))
    else { throw .malformedHead }
    let framing: Head.Framing
    if found.isChunked {
      framing = .chunked
    } else if let length = found.contentLength {
      framing = .length(length)
    } else {
      framing = status == 204 || status == 202 ? .length(0) : .untilClosed
    }
    let read = Head(
      status: status, framing: framing, isEventStream: found.isEventStream,
      closes: found.closes || framing == .untilClosed,
      sessionID: found.sessionID.map { String(decoding: $0, as: UTF8.self) })
    input.consume(found.length)
    head = read
    return read
  }

  /// Hands the body to `use` once all of it has arrived, and is then ready for the next response.
  /// - Returns: what `use` returned, or nil while something is missing.
  mutating func readBody<Result>(
    _ head: Head, atEnd: Bool, _ use: (UnsafeRawBufferPointer) -> Result
  ) throws(Failure) -> Result? {
    if input.count > ResponseReader.bodyBytesMax { throw .tooLarge }
    switch head.framing {
    case .length(let length):
      guard input.count >= length else { return nil }
      let result = use(UnsafeRawBufferPointer(rebasing: input.readable[..<length]))
      input.consume(length)
      self.head = nil
      return result
    case .chunked:
      guard chunked.decode(&input, into: &body) else { throw .malformedChunk }
      if body.count > ResponseReader.bodyBytesMax { throw .tooLarge }
      guard chunked.isComplete else { return nil }
      let result = use(body.readable)
      body.clear()
      chunked = ChunkedBody()
      self.head = nil
      return result
    case .untilClosed:
      guard atEnd else { return nil }
      let result = use(input.readable)
      input.clear()
      self.head = nil
      return result
    }
  }

  /// Drops what has arrived of a stream that never ends.
  mutating func discard() { input.clear() }
}
