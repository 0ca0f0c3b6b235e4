import Reactor

/// Where what belongs to one request of a session goes. Confined to its loop.
protocol CallOutput: AnyObject {
  /// Carries notifications about the request; any thread.
  var notifier: ClientNotifier { get }
  /// Whether a cancelled request is answered all the same: an HTTP exchange needs an end.
  var answersCancelled: Bool { get }
  /// Sends a request to the client. False when the client cannot get it.
  func ask(_ message: OutgoingBytes) -> Bool
  /// The answer. Once.
  func answer(_ message: OutgoingBytes)
}

extension HTTPAnswer: CallOutput {
  var answersCancelled: Bool { true }
  func answer(_ message: OutgoingBytes) { finish(message) }
}

/// One request of a batch.
final class BatchPart: CallOutput, @unchecked Sendable {  // confined to its loop
  private let whole: HTTPAnswer
  private let id: RequestID
  let answersCancelled = true

  init(_ id: RequestID, of whole: HTTPAnswer) {
    self.id = id
    self.whole = whole
  }

  var notifier: ClientNotifier { whole.notifier }
  func ask(_ message: OutgoingBytes) -> Bool { whole.ask(message) }
  func answer(_ message: OutgoingBytes) { whole.finishPart(message, to: id) }
}

/// The one stream of a session over HTTP+SSE (2024-11-05).
final class EventsOutput: CallOutput {
  private let stream: CallStream
  let answersCancelled = false

  init(_ stream: CallStream) { self.stream = stream }

  var notifier: ClientNotifier {
    ClientNotifier { [stream] message in
      _ = stream.send(OutgoingBytes(message), mayDrop: true)
    }
  }
  func ask(_ message: OutgoingBytes) -> Bool { stream.send(message, mayDrop: false) }
  func answer(_ message: OutgoingBytes) { _ = stream.send(message, mayDrop: false) }
}
