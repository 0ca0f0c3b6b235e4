import HTTP
import Reactor
import Synchronization

/// The stream of a `subscriptions/listen` request. Confined to its loop.
final class SubscriptionStream: FaceStream, @unchecked Sendable {  // confined to its loop
  let endInDrain = StreamEnd.atOnce
  /// Whose it is, and where it was opened.
  let owner: SessionOwner
  private let id: RequestID
  private let inbox: ChangeInbox
  private let listening: Listening
  private let encoder: ResponseEncoder
  private let body: EventBody
  private let loop: EventLoop
  private let onEnd: () -> Void
  private var waiting: [ServerNotification] = []
  private var hasEnded = false

  init(
    _ id: RequestID, of owner: SessionOwner, inbox: ChangeInbox, listening: Listening,
    endingBy encoder: ResponseEncoder, body: EventBody,
    onEnd: @escaping () -> Void
  ) {
    self.id = id
    self.owner = owner
    self.inbox = inbox
    self.listening = listening
    self.encoder = encoder
    self.body = body
    self.onEnd = onEnd
    loop = body.exchange.loop
  }

  /// Acknowledges what is honoured, then tells.
  func start() {
    var acknowledgement: [UInt8]? = OwnMessages.acknowledgement(
      of: id, honouring: listening.honoured)
    body.pump(whenReady: { [weak self] in self?.pump() }) {
      defer { acknowledgement = nil }
      return acknowledgement.map { EventFraming.event(OutgoingBytes($0)) }
    }
    inbox.wake { [weak self, loop] in loop.execute { self?.pump() } }
  }

  private func pump() {
    guard !hasEnded else { return }
    body.pump(whenReady: { [weak self] in self?.pump() }) {
      if waiting.isEmpty { waiting = inbox.takeAll().reversed() }
      return waiting.popLast().map {
        EventFraming.event(OutgoingBytes(OwnMessages.notification($0, on: id)))
      }
    }
  }

  func tick() { body.keepAlive() }

  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    body.finish(EventFraming.event(encoder.subscriptionEnd(id)))
    onEnd()
  }

  func connectionEnded() {
    hasEnded = true
    inbox.close()
    listening.end()
  }
}

/// Changes on their way from any thread to the loop of a subscription.
final class ChangeInbox: Sendable {
  private struct State {
    var changes = NotificationBacklog()
    var wake: (@Sendable () -> Void)?
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Takes a change. Any thread.
  func put(_ change: ServerNotification) {
    let wake = state.withLock { state -> (@Sendable () -> Void)? in
      guard !state.isClosed else { return nil }
      let isFirst = state.changes.waiting.isEmpty
      state.changes.put(change)
      return isFirst ? state.wake : nil
    }
    wake?()
  }

  /// Has `body` called when something is there, now or later.
  func wake(_ body: @escaping @Sendable () -> Void) {
    let isDue = state.withLock { state in
      state.wake = body
      return !state.changes.waiting.isEmpty
    }
    if isDue { body() }
  }

  func takeAll() -> [ServerNotification] { state.withLock { $0.changes.takeAll() } }

  func close() {
    state.withLock {
      $0 = State()
      $0.isClosed = true
    }
  }
}
