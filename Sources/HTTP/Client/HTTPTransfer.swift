internal import Reactor

/// Where the bytes of a transfer come from.
protocol TransferSource: AnyObject {
  /// Somebody reads again after `HTTPTransfer.mustPause` was true.
  func resumeReading()
  /// The transfer has ended without the source.
  func stop()
}

/// One request and its response between a source of bytes and a reader. Confined to its loop.
final class HTTPTransfer: @unchecked Sendable {  // confined to its loop
  typealias Starter = UnsafeContinuation<Result<HTTPClientResponse, HTTPClientError>, Never>

  enum State {
    case waiting
    case responded
    case complete
    case failed(HTTPClientError)
  }

  let loop: EventLoop
  let request: HTTPClientRequest
  /// The head, with the body when that is small.
  let encoded: [UInt8]
  /// Let go of when the transfer ends.
  var source: (any TransferSource)?
  /// True once it was sent on a second connection.
  var wasReplayed = false
  private(set) var state = State.waiting
  private var starter: Starter?
  private var reader: UnsafeContinuation<Void, Never>?
  private var buffer: [UInt8] = []
  private var isPaused = false
  private var connectTimer: LoopTimer?
  let totalDeadline: UInt64

  init(loop: EventLoop, request: consuming HTTPClientRequest, encoded: [UInt8]) {
    self.loop = loop
    totalDeadline = loop.now.nanoseconds(after: request.timeouts.total)
    self.request = request
    self.encoded = encoded
  }

  var terms: HTTPRequestTerms { request.template.terms }

  /// Whether the body is part of `encoded`.
  var isBodyInline: Bool { request.body.count <= HTTPRequestWriter.inlineBodyBytes }

  var bytesToSend: Int { encoded.count + (isBodyInline ? 0 : request.body.count) }

  func begin(_ starter: Starter) { self.starter = starter }

  var hasEnded: Bool {
    switch state {
    case .complete, .failed: true
    case .waiting, .responded: false
    }
  }

  // MARK: Time

  /// Bounds the time until `connected`.
  func startConnecting() {
    guard connectTimer == nil else { return }
    let connect = loop.now.nanoseconds(after: request.timeouts.connect)
    let deadline = min(connect, totalDeadline)
    guard deadline != .max else { return }
    connectTimer = loop.schedule(at: MonotonicTime(nanoseconds: deadline)) { [self] in
      connectTimer = nil
      fail(.timedOut(deadline == totalDeadline ? .total : .connect))
    }
  }

  func connected() {
    connectTimer?.cancel()
    connectTimer = nil
  }

  /// When the source must give up, and what has run out then.
  func deadline() -> (at: UInt64, of: HTTPClientTimeout) {
    if case .waiting = state, let total = request.timeouts.total,
      total <= request.timeouts.firstByte ?? total
    {
      // The whole began before, so that it ends first.
      return (totalDeadline, .total)
    }
    let partial: (at: UInt64, of: HTTPClientTimeout) =
      switch state {
      case .waiting: (loop.now.nanoseconds(after: request.timeouts.firstByte), .firstByte)
      default:
        isPaused
          ? (.max, .idleStream)
          : (loop.now.nanoseconds(after: request.timeouts.idleStream), .idleStream)
      }
    return partial.at < totalDeadline ? partial : (totalDeadline, .total)
  }

  // MARK: From the source

  func receive(_ fields: HTTPClientResponse.Fields) {
    guard case .waiting = state else { return }
    state = .responded
    let response = HTTPClientResponse(fields, self)
    let starter = self.starter
    self.starter = nil
    starter?.resume(returning: .success(response))
  }

  func receive(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard case .responded = state, !bytes.isEmpty else { return }
    if buffer.isEmpty { buffer = Array(bytes) } else { buffer.append(contentsOf: bytes) }
    wakeReader()
  }

  /// True when the source must stop reading until `resumeReading`.
  var mustPause: Bool {
    guard case .responded = state, buffer.count >= terms.maxBufferedBytes else { return false }
    isPaused = true
    return true
  }

  func complete() {
    source = nil
    guard case .responded = state else { return }
    state = .complete
    wakeReader()
  }

  func fail(_ error: HTTPClientError) {
    guard !hasEnded else { return }
    state = .failed(error)
    connected()
    let source = self.source
    self.source = nil
    source?.stop()
    let starter = self.starter
    self.starter = nil
    starter?.resume(returning: .failure(error))
    wakeReader()
  }

  // MARK: From the reader

  /// What was not read yet, when all has come; nil while there may be more, and after a failure.
  func takeRest() -> [UInt8]? {
    loop.preconditionCurrent()
    guard case .complete = state else { return nil }
    let rest = buffer
    buffer = []
    return rest
  }

  func cancel() { fail(.cancelled) }

  func nextChunk() async throws(HTTPClientError) -> [UInt8]? {
    loop.preconditionCurrent()
    if buffer.isEmpty, !hasEnded {
      precondition(reader == nil, "one reader at a time")
      let loop = self.loop
      await withTaskCancellationHandler {
        await withUnsafeContinuation { reader = $0 }
      } onCancel: {
        loop.execute { self.cancel() }
      }
    }
    if case .failed(let error) = state, buffer.isEmpty || error == .cancelled { throw error }
    guard !buffer.isEmpty else { return nil }
    let chunk = buffer
    buffer = []
    if isPaused, !hasEnded {
      isPaused = false
      source?.resumeReading()
    }
    return chunk
  }

  private func wakeReader() {
    let reader = self.reader
    self.reader = nil
    reader?.resume()
  }
}

extension MonotonicTime {
  /// The nanoseconds of the moment `duration` later; the largest number without a duration.
  func nanoseconds(after duration: Duration?) -> UInt64 {
    guard let duration else { return .max }
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    return overflow ? .max : sum
  }
}
