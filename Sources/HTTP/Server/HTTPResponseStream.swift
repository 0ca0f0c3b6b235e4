internal import CMicrohttpd
internal import Glibc
internal import Reactor

/// The body of a response that is written bit by bit. Confined to its loop.
public final class HTTPResponseStream: @unchecked Sendable {  // confined to its loop
  private weak var exchange: HTTPExchange?
  private let highWater: Int
  private let hardBound: Int
  private var buffer: [UInt8] = []
  private var offset = 0
  private(set) var isFinished = false
  private var isEnded = false
  private var failure: HTTPExchangeError?
  private var writers: [UnsafeContinuation<Void, Never>] = []
  private var progressAt: UInt64 = 0

  init(_ exchange: HTTPExchange) {
    self.exchange = exchange
    highWater = exchange.server.limits.streamHighWater
    hardBound = exchange.server.limits.streamBytes
  }

  /// Bytes accepted and not yet taken by the connection.
  public var bufferedBytes: Int { buffer.count - offset }

  /// Appends bytes, and waits while more than `streamHighWater` bytes are buffered.
  /// - Throws: `.disconnected` when the client is gone, `.timedOut` when it stopped reading.
  public func write(_ bytes: [UInt8]) async throws(HTTPExchangeError) {
    guard enqueue(bytes) else { throw failure ?? .disconnected }
    while bufferedBytes > highWater, !isEnded {
      await withUnsafeContinuation { writers.append($0) }
    }
    if let failure { throw failure }
  }

  /// Appends bytes without waiting. False, and nothing is taken, when more than `streamBytes` bytes
  /// would be buffered or the client is gone.
  public func send(_ bytes: [UInt8]) -> Bool {
    guard bufferedBytes + bytes.count <= hardBound else { return false }
    return enqueue(bytes)
  }

  /// Ends the body; what is buffered is still sent.
  public func finish() {
    exchange?.loop.preconditionCurrent()
    guard !isFinished else { return }
    isFinished = true
    wake()
  }

  /// Ends the body with these bytes, however many are buffered before them.
  public func finish(_ last: [UInt8]) {
    if enqueue(last) { finish() }
  }

  func enqueue(_ bytes: [UInt8]) -> Bool {
    precondition(!isFinished, "the response was finished")
    guard !isEnded else { return false }
    exchange?.loop.preconditionCurrent()
    if bytes.isEmpty { return true }
    if bufferedBytes == 0 {
      touch()
      buffer = bytes
      offset = 0
    } else {
      buffer.append(contentsOf: bytes)
    }
    wake()
    return true
  }

  private func wake() {
    guard let exchange, !isEnded else { return }
    exchange.release()
  }

  private func touch() { progressAt = exchange?.loop.now.nanoseconds ?? progressAt }

  // MARK: Towards the library

  func makeResponse(size: UInt64, _ headers: HTTPHeaders) -> OpaquePointer? {
    let response = MHD_create_response_from_callback(
      size, 32 * 1024, readStream, Unmanaged.passRetained(self).toOpaque(), freeStream)
    guard let response else {
      Unmanaged.passUnretained(self).release()
      return nil
    }
    exchange?.addHeaders(headers, to: response)
    return response
  }

  /// Copies what there is; without bytes the connection is held until there are some.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    guard failure == nil, let exchange, !exchange.hasEnded else { return mhd_end_with_error }
    exchange.isReleased()
    exchange.server.mustRunAgain = true
    let count = min(bufferedBytes, target.count)
    guard count > 0 else {
      if isFinished { return mhd_end_of_stream }
      exchange.hold()
      return 0
    }
    buffer.withUnsafeBytes {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + count)]))
    }
    offset += count
    if offset == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity <= highWater)
      offset = 0
    } else if offset > highWater && offset > buffer.count / 2 {
      buffer.removeFirst(offset)
      offset = 0
    }
    touch()
    if bufferedBytes <= highWater { wakeWriters() }
    return count
  }

  func isQueued(now: UInt64) { progressAt = now }

  func isOverdue(_ now: UInt64, _ times: HTTPServer.Times) -> Bool {
    (bufferedBytes > 0 || isFinished) && now > progressAt &+ times.transfer
  }

  /// Nothing more will be sent.
  func end(_ error: HTTPExchangeError?) {
    guard !isEnded else { return }
    isEnded = true
    failure = error ?? (isFinished ? nil : .disconnected)
    buffer = []
    offset = 0
    wakeWriters()
  }

  private func wakeWriters() {
    guard !writers.isEmpty else { return }
    let waiting = writers
    writers.removeAll()
    for writer in waiting { writer.resume() }
  }
}

private let readStream:
  @convention(c) (UnsafeMutableRawPointer?, UInt64, UnsafeMutablePointer<CChar>?, Int) -> Int = {
    context, _, target, count in
    guard let context, let target else { return mhd_end_with_error }
    return Unmanaged<HTTPResponseStream>.fromOpaque(context).takeUnretainedValue()
      .read(into: UnsafeMutableRawBufferPointer(start: target, count: count))
  }

private let freeStream: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
  guard let context else { return }
  Unmanaged<HTTPResponseStream>.fromOpaque(context).release()
}
