import BenchmarkSupport
import Glibc

/// One connection to the server under load, with one request under way at a time. In the session
/// era it makes its handshake first. A machine over its own socket: it never waits.
final class LoadConnection {
  /// What a connection has to report.
  enum Event {
    /// Connected, and the handshake is done.
    case ready
    /// A call was answered; the complaint says what is wrong with the answer.
    case answered(complaint: String?)
    /// The stream is open.
    case streaming
    /// The connection is gone.
    case lost(String)
  }

  private enum State {
    case connecting, initializing, confirming, ready, calling, ending, opening, streaming
  }

  let descriptor: Int32
  private let options: LoadOptions
  private let opensStream: Bool
  private var requests: Requests
  private var reader = ResponseReader()
  private var output = ByteBuffer(capacity: 1024)
  private var state = State.connecting
  private var sessionID: String?
  /// When the call under way was sent, or the handshake of a session of its own began, in
  /// nanoseconds of CLOCK_MONOTONIC.
  private(set) var sentAt: UInt64 = 0
  /// The bytes of all answers to calls.
  private(set) var bytesReceived = 0
  /// Whether the server closes the connection after the last answer.
  private(set) var isLast = false

  init(_ options: LoadOptions, opensStream: Bool) throws(SystemFailure) {
    self.options = options
    self.opensStream = opensStream
    requests = Requests(options)
    descriptor = try Socket.connect(host: options.target.host, port: options.target.port)
  }

  deinit { close(descriptor) }

  /// Whether the connection waits to become writable.
  var isWaitingToWrite: Bool { state == .connecting || output.count > 0 }
  var isCalling: Bool { state == .calling }

  /// Sends the call with `id`; only when ready.
  func sendCall(id: UInt64) -> Event? {
    precondition(state == .ready)
    state = .calling
    if !options.renewsSessions { sentAt = monotonicNow() }
    return send(requests.call(id: id))
  }

  /// Ends the session and opens another; only when ready.
  func renew() -> Event? {
    precondition(state == .ready)
    state = .ending
    return send(text: requests.endSession(sessionID: sessionID))
  }

  /// Takes what the socket has to say.
  func becameReady(isReadable: Bool, isWritable: Bool) -> Event? {
    if state == .connecting {
      guard isWritable else { return nil }
      let error = Socket.pendingError(of: descriptor)
      guard error == 0 else { return .lost("\(SystemFailure("connect", errno: error))") }
      return connected()
    }
    if isWritable && output.count > 0, let lost = flush() { return lost }
    return isReadable ? read() : nil
  }

  private func connected() -> Event? {
    guard options.era == .session else {
      guard opensStream else {
        state = .ready
        return .ready
      }
      state = .opening
      return send(text: requests.openStream(sessionID: nil))
    }
    return initialize()
  }

  private func initialize() -> Event? {
    state = .initializing
    sessionID = nil
    sentAt = monotonicNow()
    return send(text: requests.initialize)
  }

  private func read() -> Event? {
    while true {
      switch reader.receive(from: descriptor) {
      case .bytes(_, let wasFull):
        if let event = takeResponse(atEnd: false) { return event }
        if !wasFull { return nil }
      case .nothingYet: return nil
      case .closed: return takeResponse(atEnd: true) ?? .lost("closed by the server")
      case .failed(let errno): return .lost("\(SystemFailure("receive", errno: errno))")
      }
    }
  }

  private func takeResponse(atEnd: Bool) -> Event? {
    do throws(ResponseReader.Failure) {
      if state == .streaming {
        reader.discard()
        return nil
      }
      guard let head = try reader.readHead() else { return nil }
      if state == .opening {
        guard head.status == 200, head.isEventStream else {
          return .lost("the stream was answered with status \(head.status)")
        }
        state = .streaming
        reader.discard()
        return .streaming
      }
      if head.closes { isLast = true }
      return try reader.readBody(head, atEnd: atEnd) { self.take($0, head) } ?? nil
    } catch {
      return .lost("\(error)")
    }
  }

  private func take(_ body: UnsafeRawBufferPointer, _ head: ResponseReader.Head) -> Event? {
    switch state {
    case .calling:
      state = .ready
      bytesReceived += body.count
      return .answered(
        complaint: Verification.complaint(
          about: body, head: head, id: requests.currentID, payloadBytes: options.bytes,
          progress: options.progress))
    case .ending:
      guard (200..<300).contains(head.status) else {
        return .lost("DELETE: status \(head.status)")
      }
      return initialize()
    case .initializing:
      guard head.status == 200 else {
        return .lost("initialize: status \(head.status): \(Verification.excerpt(body))")
      }
      sessionID = head.sessionID
      requests.makeCall(sessionID: sessionID)
      state = .confirming
      return send(text: requests.initialized(sessionID: sessionID))
    case .confirming:
      guard head.status == 202 || head.status == 200 else {
        return .lost("notifications/initialized: status \(head.status)")
      }
      guard opensStream else {
        state = .ready
        return .ready
      }
      state = .opening
      return send(text: requests.openStream(sessionID: sessionID))
    case .connecting, .ready, .opening, .streaming:
      return .lost("an answer to nothing: \(Verification.excerpt(body))")
    }
  }

  private func send(text: String) -> Event? {
    output.append(text: text)
    return flush()
  }

  private func send(_ bytes: UnsafeRawBufferPointer) -> Event? {
    let sent = Socket.send(to: descriptor, bytes)
    if sent == bytes.count { return nil }
    if sent < 0 && sent != -Int(EAGAIN) { return lost(sending: sent) }
    output.append(UnsafeRawBufferPointer(rebasing: bytes[max(sent, 0)...]))
    return nil
  }

  private func flush() -> Event? {
    while output.count > 0 {
      let sent = Socket.send(to: descriptor, output.readable)
      if sent < 0 { return sent == -Int(EAGAIN) ? nil : lost(sending: sent) }
      output.consume(sent)
    }
    return nil
  }

  private func lost(sending outcome: Int) -> Event {
    .lost("\(SystemFailure("send", errno: Int32(-outcome)))")
  }
}
