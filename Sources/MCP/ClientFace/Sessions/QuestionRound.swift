import JSON
import Synchronization

/// A round of questions that waits for its answers, from whatever thread they come.
final class QuestionRound: Sendable {
  private struct State {
    var round: InputRound
    var isOver = false
    var waiter: UnsafeContinuation<Void, Never>?
  }

  private let state: Mutex<State>

  init(_ round: InputRound) { state = Mutex(State(round: round)) }

  /// The client's answer to one of them.
  func answer(_ key: String, with result: JSONNode) {
    change { $0.answer(key, with: result) }
  }

  /// The client's error, or (nil) none.
  func fail(_ key: String, with error: JSONNode?) {
    change { $0.fail(key, with: error) }
  }

  /// It could not be asked.
  func fail(_ key: String, _ error: JSONRPCError) {
    change { $0.fail(key, code: error.code, message: error.message) }
  }

  /// No answer is waited for any more.
  func end() {
    resume { $0.isOver = true }
  }

  /// Until all are answered, or `end`. Once.
  func wait() async {
    await withUnsafeContinuation { continuation in
      let isDone = state.withLock { state -> Bool in
        guard !state.isOver, !state.round.isComplete else { return true }
        state.waiter = continuation
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  /// The round with what was answered; the rest has failed.
  var outcome: InputRound {
    var round = state.withLock { $0.round }
    for request in round.requests { round.fail(request.key, with: nil) }
    return round
  }

  private func change(_ body: (inout InputRound) -> Void) {
    resume { if !$0.isOver { body(&$0.round) } }
  }

  private func resume(after body: (inout State) -> Void) {
    let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
      body(&state)
      guard state.isOver || state.round.isComplete else { return nil }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
