/// Lets one set of changes of pins after the other be kept, in the order in which they came.
/// Confined to one loop.
final class PinTurn: @unchecked Sendable {
  private var isTaken = false
  private var waiting: [UnsafeContinuation<Void, Never>] = []

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
