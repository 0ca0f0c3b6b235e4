import JSON
import MCP
import Reactor

/// Tells one listener of its tasks, one state after the other; of each task the newest counts.
/// Confined to the loop of its gate.
final class TaskTelling: @unchecked Sendable {
  private weak var gate: Gate?
  private let loop: EventLoop
  private let listener: Call
  private let tell: @Sendable (ServerNotification) -> Void
  private var waiting: [(task: Listener.Item, state: JSONNode)] = []
  private var isTelling = false

  init(by gate: Gate, to listener: Call, _ tell: @escaping @Sendable (ServerNotification) -> Void) {
    self.gate = gate
    loop = gate.loop
    self.listener = listener
    self.tell = tell
  }

  /// A task's state, as its server says it. Any thread.
  func put(_ state: JSONNode, of task: Listener.Item) {
    loop.execute { [self] in
      waiting.removeAll { $0.task == task }
      waiting.append((task, state))
      guard !isTelling else { return }
      isTelling = true
      loop.spawn { await self.work() }
    }
  }

  private func work() async {
    while !waiting.isEmpty {
      let next = waiting.removeFirst()
      guard let params = await gate?.told(next.state, of: next.task, to: listener) else { continue }
      tell(.task(params: params))
    }
    isTelling = false
  }
}
