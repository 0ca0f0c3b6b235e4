/// Lets one piece of work that suspends end before the next begins, in the order in which they
/// came. Confined to its loop.
final class Turn: @unchecked Sendable {
  private var isTaken = false
  private var waiting: [UnsafeContinuation<Void, Never>] = []

  /// Returns when it is the caller's turn; `leave` ends it.
  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withUnsafeContinuation { waiting.append($0) }
  }

  func leave() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
