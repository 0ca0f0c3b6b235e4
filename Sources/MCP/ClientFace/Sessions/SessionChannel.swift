import JSON
import Reactor
import Synchronization

/// What a session has beside its calls: its client, its event streams, the questions to its client
/// and what it listens to. Any thread, for its requests come in on any loop.
final class SessionChannel: Sendable {
  /// A connection that a stream goes out over.
  struct Connection: Sendable {
    let stream: StreamID
    let number: UInt64
  }

  /// Tells the loop of a connection that there is something to send.
  typealias Wake = @Sendable () -> Void

  struct State: Sendable {
    var client: ClientDescription?
    var logLevel = LogLevel.ofNewSession
    var events: EventStore
    var questions: Questions<QuestionRound>
    var changes = NotificationBacklog()
    var listening = SessionListening()
    var hasEnded = false
    fileprivate var wakes: [StreamID: Wake] = [:]
    fileprivate var due: [Wake] = []

    fileprivate mutating func wake(_ stream: StreamID?) {
      guard let stream, let wake = wakes[stream] else { return }
      due.append(wake)
    }
  }

  let limits: ClientFaceLimits
  private let replay: ReplayBudget
  private let state: Mutex<State>

  init(client: ClientDescription?, limits: ClientFaceLimits, replay: ReplayBudget) {
    self.limits = limits
    self.replay = replay
    state = Mutex(
      State(
        client: client, events: EventStore(limits: limits),
        questions: Questions(maxCount: limits.maxQuestions)))
  }

  deinit { replay.add(-state.withLock { $0.events.bytes }) }

  /// Runs `body` while no other thread looks at the session, then tells whom it concerns.
  func with<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let (result, due, change) = state.withLock { state -> (Result, [Wake], Int) in
      let before = state.events.bytes
      let result = body(&state)
      if replay.isExceeded { state.events.forgetSent() }
      defer { state.due = [] }
      return (result, state.due, state.events.bytes - before)
    }
    replay.add(change)
    for wake in due { wake() }
    return result
  }

  // MARK: the client

  /// Who the client is; nil until it has introduced itself.
  var client: ClientDescription? { with { $0.client } }

  /// From which level on the client wants log messages.
  var logLevel: LogLevel {
    get { with { $0.logLevel } }
    set { with { $0.logLevel = newValue } }
  }

  /// The client introduces itself, once.
  func introduce(_ client: ClientDescription) -> Bool {
    with { state in
      guard state.client == nil else { return false }
      state.client = client
      return true
    }
  }

  // MARK: streams

  /// A new stream, with an event to begin with if there is one.
  func open(
    _ kind: StreamID.Kind, keepsSent: Bool = true, beginning: ((EventID) -> OutgoingBytes)? = nil
  ) -> StreamID {
    let now = MonotonicTime.read()
    return with { state in
      let stream = state.events.open(kind, keepsSent: keepsSent, now: now)
      if let beginning { state.events.append(framed: beginning, to: stream, now: now) }
      return stream
    }
  }

  /// A connection takes a stream over, after an event that it has received if it names one; the
  /// one that had it ends. Nil when the stream is not there, or the session is over.
  func connect(
    _ stream: StreamID, after sequence: UInt64? = nil, wake: @escaping Wake
  ) -> Connection? {
    with { state in
      guard !state.hasEnded || stream.kind == .call,
        let number = state.events.connect(stream, after: sequence)
      else { return nil }
      state.wake(stream)
      state.wakes[stream] = wake
      return Connection(stream: stream, number: number)
    }
  }

  /// A connection is gone. What it has not sent waits for the next.
  func disconnect(_ connection: Connection) {
    let now = MonotonicTime.read()
    with { state in
      guard state.events.isConnected(connection.stream, connection.number) else { return }
      state.wakes[connection.stream] = nil
      state.events.disconnect(connection.stream, connection.number, now: now)
      // Another stream tells what this one has not.
      if !state.changes.waiting.isEmpty { state.wake(state.events.connectedSessionStream) }
    }
  }

  /// What a connection is to do next. A stream of the session tells the changes that wait.
  func next(for connection: Connection) -> EventStore.Next {
    let now = MonotonicTime.read()
    return with { state in
      let next = state.events.next(of: connection.stream, for: connection.number)
      guard next == .wait, connection.stream.kind == .session, !state.changes.waiting.isEmpty else {
        return next
      }
      for change in state.changes.takeAll() {
        _ = state.events.append(
          OutgoingBytes(OwnMessages.notification(change)), to: connection.stream, mayDrop: false,
          now: now)
      }
      return state.events.next(of: connection.stream, for: connection.number)
    }
  }

  /// Sends a message over a stream. False when it was dropped.
  @discardableResult
  func send(_ message: OutgoingBytes, over stream: StreamID, mayDrop: Bool) -> Bool {
    let now = MonotonicTime.read()
    return with { state in
      guard state.events.append(message, to: stream, mayDrop: mayDrop, now: now) else {
        return false
      }
      state.wake(stream)
      return true
    }
  }

  /// Sends the last message of a stream.
  func finish(_ message: OutgoingBytes, over stream: StreamID) {
    let now = MonotonicTime.read()
    with { state in
      _ = state.events.append(message, to: stream, mayDrop: false, now: now)
      state.events.finish(stream, now: now)
      state.wake(stream)
    }
  }

  /// Gives up events that are too old to be asked for.
  func expire(now: MonotonicTime) { with { $0.events.expire(now: now) } }

  /// Something changed that the session listens to.
  func tell(_ change: ServerNotification) {
    let task = SessionTask.ended(by: change)
    let over = with { state -> Listening? in
      guard !state.hasEnded else { return nil }
      state.changes.put(change)
      state.wake(state.events.connectedSessionStream)
      return task.flatMap { state.listening.take(task: $0) }
    }
    over?.end()
  }

  /// The session is over: its streams end, those of calls with the answers that are due, and
  /// nothing is listened to any more.
  func end() {
    let now = MonotonicTime.read()
    let ended = with { state in
      state.hasEnded = true
      state.changes = NotificationBacklog()
      state.events.finishSessionStreams(now: now)
      for stream in Array(state.wakes.keys) { state.wake(stream) }
      return state.listening.takeAll()
    }
    for listening in ended { listening.end() }
  }
}
