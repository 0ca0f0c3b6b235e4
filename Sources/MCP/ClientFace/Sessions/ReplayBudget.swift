import Synchronization

/// The bytes that all sessions of a process hold for replay.
final class ReplayBudget: Sendable {
  private let bytes = Atomic<Int>(0)
  private let maxBytes: Int

  init(maxBytes: Int) { self.maxBytes = maxBytes }

  var isExceeded: Bool { bytes.load(ordering: .relaxed) > maxBytes }

  func add(_ change: Int) {
    if change != 0 { bytes.add(change, ordering: .relaxed) }
  }
}
