import Reactor

/// The event streams of one session: what is still to be sent, and what was sent and can be asked
/// for again. A stream outlives its connection; one connection at a time empties it.
/// No I/O, no clock.
struct EventStore: Sendable {
  /// What a connection is to do next.
  enum Next: Equatable {
    case send(OutgoingBytes)
    /// All is sent.
    case wait
    /// The stream is over, or another connection has it.
    case end
  }

  private struct Event: Sendable {
    let sequence: UInt64
    let frame: OutgoingBytes
    let at: MonotonicTime

    /// With what it costs beside its bytes.
    var bytes: Int { frame.count + 96 }
  }

  private struct Log: Sendable {
    var events: [Event] = []
    /// Events before this place were given up.
    var start = 0
    /// The first event that was not sent.
    var next = 0
    var unsentBytes = 0
    var connection: UInt64?
    var isFinished = false
    var keepsSent: Bool
    var quietSince: MonotonicTime

    /// Whether its first event may be given up: sent, or without anybody to send it to.
    func canForget(unsent: Bool) -> Bool {
      start < next || unsent && connection == nil && start < events.count
    }

    mutating func forgetFirst() -> Int {
      let event = events[start]
      if start == next {
        next += 1
        unsentBytes -= event.bytes
      }
      start += 1
      if start > 32, start > events.count / 2 {
        events.removeFirst(start)
        next -= start
        start = 0
      }
      return event.bytes
    }
  }

  private let limits: ClientFaceLimits
  private var logs: [StreamID: Log] = [:]
  private var lastStream: UInt64 = 0
  private var lastSequence: UInt64 = 0
  private var lastConnection: UInt64 = 0
  /// What all events that are held cost.
  private(set) var bytes = 0

  init(limits: ClientFaceLimits) { self.limits = limits }

  /// Streams that are held, with or without a connection.
  var count: Int { logs.count }

  /// A new stream. One that does not keep what was sent cannot be taken up again.
  mutating func open(_ kind: StreamID.Kind, keepsSent: Bool, now: MonotonicTime) -> StreamID {
    lastStream += 1
    let stream = StreamID(kind: kind, number: lastStream)
    logs[stream] = Log(keepsSent: keepsSent, quietSince: now)
    return stream
  }

  /// A connection takes a stream over, after an event it has received if it names one. Nil when
  /// the stream is not there.
  mutating func connect(_ stream: StreamID, after sequence: UInt64? = nil) -> UInt64? {
    guard var log = logs[stream] else { return nil }
    lastConnection += 1
    log.connection = lastConnection
    if let sequence {
      log.next = log.events[log.start...].firstIndex { $0.sequence > sequence } ?? log.events.count
      log.unsentBytes = log.events[log.next...].reduce(0) { $0 + $1.bytes }
    }
    logs[stream] = log
    return lastConnection
  }

  /// Whether this connection still has the stream.
  func isConnected(_ stream: StreamID, _ connection: UInt64) -> Bool {
    logs[stream]?.connection == connection
  }

  func has(_ stream: StreamID) -> Bool { logs[stream] != nil }

  /// What waits to be sent over a stream.
  func unsentBytes(of stream: StreamID) -> Int { logs[stream]?.unsentBytes ?? 0 }

  /// A session's stream that has a connection: the first one opened.
  var connectedSessionStream: StreamID? {
    var first: StreamID?
    for (stream, log) in logs
    where stream.kind == .session && log.connection != nil && !log.isFinished {
      if first.map({ stream.number < $0.number }) ?? true { first = stream }
    }
    return first
  }

  /// A connection is gone.
  mutating func disconnect(_ stream: StreamID, _ connection: UInt64, now: MonotonicTime) {
    guard let log = logs[stream], log.connection == connection else { return }
    logs[stream]?.connection = nil
    logs[stream]?.quietSince = now
    if !log.keepsSent { remove(stream) }
    shrink()
    forgetIfEmpty(stream)
  }

  /// Adds a message. False when it was dropped: the stream is over, or it may be dropped and the
  /// client is too slow.
  mutating func append(
    _ message: OutgoingBytes, to stream: StreamID, mayDrop: Bool, now: MonotonicTime
  ) -> Bool {
    guard let log = logs[stream], !log.isFinished else { return false }
    guard !mayDrop || log.unsentBytes <= limits.maxNotificationBacklogBytes else { return false }
    add(to: stream, at: now) { EventFraming.event(message, id: log.keepsSent ? $0 : nil) }
    return true
  }

  /// Adds bytes that are framed already.
  mutating func append(
    framed frame: (EventID) -> OutgoingBytes, to stream: StreamID, now: MonotonicTime
  ) {
    add(to: stream, at: now, frame)
  }

  private mutating func add(
    to stream: StreamID, at now: MonotonicTime, _ frame: (EventID) -> OutgoingBytes
  ) {
    lastSequence += 1
    let frame = frame(EventID(stream: stream, sequence: lastSequence))
    let event = Event(sequence: lastSequence, frame: frame, at: now)
    logs[stream]?.events.append(event)
    logs[stream]?.unsentBytes += event.bytes
    bytes += event.bytes
    shrink()
  }

  /// Nothing more will come.
  mutating func finish(_ stream: StreamID, now: MonotonicTime) {
    logs[stream]?.isFinished = true
    logs[stream]?.quietSince = now
    forgetIfEmpty(stream)
  }

  /// Ends the streams that belong to no call.
  mutating func finishSessionStreams(now: MonotonicTime) {
    for stream in Array(logs.keys) where stream.kind == .session { finish(stream, now: now) }
  }

  /// What a connection sends next.
  mutating func next(of stream: StreamID, for connection: UInt64) -> Next {
    guard let log = logs[stream], log.connection == connection else { return .end }
    guard log.next < log.events.count else { return log.isFinished ? .end : .wait }
    let event = log.events[log.next]
    logs[stream]?.next += 1
    logs[stream]?.unsentBytes -= event.bytes
    if log.keepsSent { shrink() } else { forgetSent(of: stream) }
    return .send(event.frame)
  }

  /// Gives up what is too old to be asked for.
  mutating func expire(now: MonotonicTime) {
    for (stream, log) in logs {
      while let log = logs[stream], log.canForget(unsent: false),
        log.events[log.start].at + limits.replayTime <= now
      {
        forgetFirst(of: stream)
      }
      let isAbandoned = log.connection == nil && (log.isFinished || stream.kind == .session)
      if isAbandoned, log.quietSince + limits.replayTime <= now { remove(stream) }
      forgetIfEmpty(stream)
    }
  }

  /// Gives up everything that was sent.
  mutating func forgetSent() {
    for stream in Array(logs.keys) { forgetSent(of: stream) }
  }

  private mutating func forgetSent(of stream: StreamID) {
    while logs[stream]?.canForget(unsent: false) == true { forgetFirst(of: stream) }
  }

  private mutating func shrink() {
    while bytes > limits.maxReplayBytesPerSession {
      guard let stream = oldest(unsent: false) ?? oldest(unsent: true) else { return }
      forgetFirst(of: stream)
      forgetIfEmpty(stream)
    }
  }

  private func oldest(unsent: Bool) -> StreamID? {
    var oldest: (stream: StreamID, sequence: UInt64)?
    for (stream, log) in logs where log.canForget(unsent: unsent) {
      let sequence = log.events[log.start].sequence
      if oldest.map({ sequence < $0.sequence }) ?? true { oldest = (stream, sequence) }
    }
    return oldest?.stream
  }

  private mutating func forgetFirst(of stream: StreamID) {
    bytes -= logs[stream]?.forgetFirst() ?? 0
  }

  private mutating func forgetIfEmpty(_ stream: StreamID) {
    guard let log = logs[stream], log.connection == nil, log.start == log.events.count,
      log.isFinished || stream.kind == .session
    else { return }
    remove(stream)
  }

  private mutating func remove(_ stream: StreamID) {
    guard let log = logs.removeValue(forKey: stream) else { return }
    bytes -= log.events[log.start...].reduce(0) { $0 + $1.bytes }
  }
}
