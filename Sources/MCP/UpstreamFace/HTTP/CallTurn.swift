import Synchronization

/// One caller's wait for a call that may ask it something. Any thread.
final class CallTurn: Sendable {
  typealias Outcome = Result<UpstreamReply, UpstreamError>

  private enum State {
    case open
    case waiting(UnsafeContinuation<Outcome, Never>)
    case over(Outcome)
  }

  let notices: NoticeSink?
  private let state = Mutex(State.open)

  init(notices: NoticeSink?) { self.notices = notices }

  /// Ends the turn; the first outcome counts.
  func complete(_ outcome: Outcome) {
    let waiter: UnsafeContinuation<Outcome, Never>? = state.withLock { state in
      switch state {
      case .over: return nil
      case .open:
        state = .over(outcome)
        return nil
      case .waiting(let continuation):
        state = .over(outcome)
        return continuation
      }
    }
    waiter?.resume(returning: outcome)
  }

  /// Waits for the end of the turn; once.
  func outcome() async -> Outcome {
    await withUnsafeContinuation { continuation in
      let known: Outcome? = state.withLock { state in
        if case .over(let outcome) = state { return outcome }
        state = .waiting(continuation)
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
