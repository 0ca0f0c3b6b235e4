internal import Reactor

/// What one loop staged and waits for in the current tick.
final class LoopTurn: @unchecked Sendable {  // confined to its loop
  let loop: EventLoop
  private let writer: Writer
  private let syncThread: SyncThread
  private var isScheduled = false
  private var waiters: [Waiter] = []
  /// Empty between turns; kept for its room.
  private var served: [Waiter] = []

  private struct Waiter {
    var sequence: UInt64
    var continuation: UnsafeContinuation<LedgerError?, Never>
  }

  init(loop: EventLoop, writer: Writer, syncThread: SyncThread) {
    self.loop = loop
    self.writer = writer
    self.syncThread = syncThread
  }

  /// Sees to it that what is staged is written at the end of the tick.
  func schedule() {
    assert(loop.isCurrent)
    guard !isScheduled else { return }
    isScheduled = true
    loop.atEndOfTick { self.end() }
  }

  func wait(for sequence: UInt64, _ continuation: UnsafeContinuation<LedgerError?, Never>) {
    waiters.append(Waiter(sequence: sequence, continuation: continuation))
    schedule()
  }

  private func end() {
    isScheduled = false
    var failure: LedgerError?
    do throws(LedgerError) {
      if try writer.flush() { syncThread.wake() }
    } catch {
      failure = error
    }
    let written = writer.written
    swap(&served, &waiters)
    for waiter in served {
      waiter.continuation.resume(
        returning: written > waiter.sequence ? nil : failure ?? .closed)
    }
    served.removeAll(keepingCapacity: true)
  }
}
