import Reactor

/// How one request is being answered over HTTP: as one JSON body, until a notification about it
/// must be sent or it has taken long; from then on as an event stream that ends with the answer.
struct AnswerMode {
  enum Action: Equatable {
    case openStream
    case sendNotification
    case sendComment
    /// The answer as the whole body.
    case answerWhole
    /// The answer as the last event.
    case answerInStream
  }

  private enum State { case undecided, streaming, answered }

  private var state = State.undecided
  private var quietSince: MonotonicTime
  private let keepAliveInterval: Duration
  private let maxBacklogBytes: Int

  init(startedAt now: MonotonicTime, limits: ClientFaceLimits) {
    quietSince = now
    keepAliveInterval = limits.keepAliveInterval
    maxBacklogBytes = limits.maxNotificationBacklogBytes
  }

  /// A notification about the request. Dropped when the client reads too slowly, and after the
  /// answer.
  mutating func notification(backlogBytes: Int, now: MonotonicTime) -> [Action] {
    switch state {
    case .answered: return []
    case .undecided:
      state = .streaming
      quietSince = now
      return [.openStream, .sendNotification]
    case .streaming:
      guard backlogBytes <= maxBacklogBytes else { return [] }
      quietSince = now
      return [.sendNotification]
    }
  }

  /// Time went by.
  mutating func tick(backlogBytes: Int, now: MonotonicTime) -> [Action] {
    guard quietSince + keepAliveInterval <= now else { return [] }
    switch state {
    case .answered: return []
    case .undecided:
      state = .streaming
      quietSince = now
      return [.openStream, .sendComment]
    case .streaming:
      quietSince = now
      return backlogBytes == 0 ? [.sendComment] : []
    }
  }

  /// The answer. Comes out exactly once.
  mutating func answer() -> Action? {
    defer { state = .answered }
    return switch state {
    case .undecided: .answerWhole
    case .streaming: .answerInStream
    case .answered: nil
    }
  }
}
