public import Reactor

/// The body of a response that is written bit by bit. Confined to its loop.
public final class HTTPResponseStream: @unchecked Sendable {  // confined to its loop
  private let loop: EventLoop
  /// Nil once the last byte was taken or the client is gone.
  private var connection: ServerConnection?
  private let highWater: Int
  private let hardBound: Int
  private var buffer = OutgoingBytes()
  private(set) var isFinished = false
  private var failure: HTTPExchangeError?
  private var writers: [UnsafeContinuation<Void, Never>] = []

  init(_ connection: ServerConnection?, _ loop: EventLoop) {
    self.loop = loop
    self.connection = connection
    highWater = connection?.machine.limits.streamHighWater ?? 0
    hardBound = connection?.machine.limits.streamBytes ?? 0
    if connection == nil { failure = .disconnected }
  }

  /// Bytes accepted and not yet taken by the connection.
  public var bufferedBytes: Int { buffer.count }

  /// Appends bytes, and waits while more than `streamHighWater` bytes are buffered.
  /// - Throws: `.disconnected` when the client is gone, `.timedOut` when it stopped reading.
  public func write(_ bytes: OutgoingBytes) async throws(HTTPExchangeError) {
    guard enqueue(bytes) else { throw failure ?? .disconnected }
    while bufferedBytes > highWater, connection != nil {
      await withUnsafeContinuation { writers.append($0) }
    }
    if let failure { throw failure }
  }

  /// Appends bytes without waiting. False, and nothing is taken, when more than `streamBytes` bytes
  /// would be buffered or the client is gone.
  public func send(_ bytes: OutgoingBytes) -> Bool {
    guard bufferedBytes + bytes.count <= hardBound else { return false }
    return enqueue(bytes)
  }

  /// Ends the body; what is buffered is still sent.
  public func finish() {
    loop.preconditionCurrent()
    guard !isFinished else { return }
    isFinished = true
    connection?.runAtEndOfTick()
  }

  /// Ends the body with these bytes, however many are buffered before them.
  public func finish(_ last: OutgoingBytes) {
    if enqueue(last) { finish() }
  }

  private func enqueue(_ bytes: OutgoingBytes) -> Bool {
    precondition(!isFinished, "the response was finished")
    loop.preconditionCurrent()
    guard let connection else { return false }
    if bytes.isEmpty { return true }
    buffer.append(bytes)
    connection.runAtEndOfTick()
    return true
  }

  // MARK: Towards the connection

  /// Takes at most `limit` of what is buffered.
  func take(_ limit: Int) -> ArraySlice<UInt8> {
    let bytes = buffer.take(limit)
    if bufferedBytes <= highWater { wakeWriters() }
    return bytes
  }

  /// Nothing more will be taken.
  func end(_ error: HTTPExchangeError?) {
    guard connection != nil else { return }
    connection = nil
    failure = error ?? (isFinished ? nil : .disconnected)
    buffer = OutgoingBytes()
    wakeWriters()
  }

  private func wakeWriters() {
    guard !writers.isEmpty else { return }
    let waiting = writers
    writers.removeAll()
    for writer in waiting { writer.resume() }
  }
}
