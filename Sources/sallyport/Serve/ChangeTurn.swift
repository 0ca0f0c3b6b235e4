/// Lets one change of what is in force end before the next begins. Confined to its loop.
final class ChangeTurn: @unchecked Sendable {
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
    guard !waiting.isEmpty else {
      isTaken = false
      return
    }
    waiting.removeFirst().resume()
  }
}
