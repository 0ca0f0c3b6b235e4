import HTTP
import Reactor

/// One request being answered over HTTP. Confined to its loop.
final class HTTPAnswer: @unchecked Sendable {  // confined to its loop
  static let jsonHeaders: HTTPHeaders = ["Content-Type": "application/json"]
  static let eventHeaders: HTTPHeaders = [
    "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
  ]

  let exchange: HTTPExchange
  /// Unique in the face.
  let number: UInt64
  /// The task that serves the request. Set before it runs.
  var task: Task<Void, Never>?
  /// Its place among the answers of the face.
  var place = 0
  /// The method that is called, once it is known; for the record.
  var method: String?
  /// What it shows of who sent it.
  var credential = Credential.none
  /// The IP address it came from, if it came over a network.
  var origin: String?
  /// A client that hangs up means to cancel, but for a call of a session.
  var cancelsOnDisconnect = true
  /// Opens the stream of a call in a session, in place of one that ends with its connection.
  var openCallStream: (() -> CallStream)?
  /// Answers of a batch that are still to come.
  var partsToCome = 1

  private let notifications: NotificationQueue
  private var mode: AnswerMode
  private var stream: HTTPResponseStream?
  private var callStream: CallStream?
  private var parts: BatchAnswers

  init(_ exchange: HTTPExchange, number: UInt64, limits: ClientFaceLimits) {
    self.exchange = exchange
    self.number = number
    notifications = NotificationQueue(limits: limits)
    parts = BatchAnswers(limits)
    mode = AnswerMode(startedAt: exchange.loop.now, limits: limits)
  }

  /// What is recorded of whom it came from.
  var peer: String { origin ?? exchange.peer.name }

  /// The client hung up before it was answered.
  func clientLeft() {
    if cancelsOnDisconnect { task?.cancel() }
  }

  /// Carries notifications about this request; any thread.
  var notifier: ClientNotifier {
    ClientNotifier { [self] message in
      let isFirst = notifications.put(message)
      if exchange.loop.isCurrent {
        deliver()
      } else if isFirst {
        exchange.loop.execute { [self] in deliver() }
      }
    }
  }

  private func deliver() {
    for message in notifications.takeAll() { notify(OutgoingBytes(message)) }
  }

  private func notify(_ message: OutgoingBytes) {
    let backlog = stream?.bufferedBytes ?? 0
    for action in mode.notification(backlogBytes: backlog, now: exchange.loop.now) {
      perform(action, message)
    }
  }

  /// Sends a request to the client over the stream of a call. False when it cannot come through:
  /// the client left before there was a stream to come back to.
  func ask(_ message: OutgoingBytes) -> Bool {
    deliver()
    for action in mode.notification(backlogBytes: 0, now: exchange.loop.now)
    where action == .openStream {
      perform(action, OutgoingBytes())
    }
    return callStream?.send(message, mayDrop: false) ?? false
  }

  /// Time went by.
  func tick() {
    for action in mode.tick(backlogBytes: stream?.bufferedBytes ?? 0, now: exchange.loop.now) {
      perform(action, OutgoingBytes())
    }
  }

  private func perform(_ action: AnswerMode.Action, _ message: OutgoingBytes) {
    switch action {
    case .openStream where exchange.hasEnded: break
    case .openStream:
      if let openCallStream {
        callStream = openCallStream()
        for part in parts.takeAll() { _ = callStream?.send(part, mayDrop: false) }
      } else {
        stream = exchange.respondStream(status: 200, headers: Self.eventHeaders)
      }
    case .sendNotification:
      if let callStream {
        _ = callStream.send(message, mayDrop: true)
      } else if !exchange.hasEnded {
        _ = stream?.send(EventFraming.event(message))
      }
    case .sendComment:
      // The stream of a call keeps itself alive.
      if !exchange.hasEnded { _ = stream?.send(EventFraming.comment) }
    case .answerWhole, .answerInStream: assertionFailure("answers go through finish")
    }
  }

  /// Answers, as a whole body or as the last event, after all notifications that were sent before.
  /// The status tells only in a whole body.
  func finish(_ message: OutgoingBytes, status: Int = 200, headers: HTTPHeaders = jsonHeaders) {
    deliver()
    switch mode.answer() {
    case .answerWhole:
      exchange.respond(status: status, headers: headers, body: message)
    case .answerInStream:
      if let callStream {
        callStream.finish(message)
      } else {
        stream?.finish(EventFraming.event(message))
      }
    default: break
    }
  }

  /// One of the answers of a batch: all in one array, or each as an event.
  func finishPart(_ message: OutgoingBytes, to id: RequestID?) {
    deliver()
    partsToCome -= 1
    if let callStream {
      if partsToCome == 0 { finish(message) } else { _ = callStream.send(message, mayDrop: false) }
      return
    }
    parts.put(message, to: id)
    guard partsToCome == 0, let whole = parts.message else { return }
    finish(whole)
  }

  /// Answers with a status alone.
  func finish(status: Int) {
    guard mode.answer() == .answerWhole else { return }
    exchange.respond(status: status)
  }

  /// Hands the response over as an event stream that outlives the request's task.
  func becomeStream() -> HTTPResponseStream? {
    guard mode.answer() == .answerWhole, !exchange.hasEnded else { return nil }
    return exchange.respondStream(status: 200, headers: Self.eventHeaders)
  }
}
