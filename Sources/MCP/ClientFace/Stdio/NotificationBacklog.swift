/// What a client who listens is yet to be told, because its subscription is not acknowledged or it
/// does not read. Bounded by what it listens for: what is told twice is told once, and of a task
/// the newest state counts.
struct NotificationBacklog {
  private(set) var waiting: [ServerNotification] = []

  /// States of tasks that wait at most; the oldest make room.
  static let maxTasks = 256

  /// Takes one in.
  mutating func put(_ notification: ServerNotification) {
    switch notification {
    case .listChanged(let kind):
      if waiting.contains(where: { $0.isChange(of: kind) }) { return }
    case .resourceUpdated(let uri):
      if waiting.contains(where: { $0.isUpdate(of: uri) }) { return }
    case .task:
      let tasks = waiting.indices.filter { waiting[$0].isTask }
      if tasks.count >= Self.maxTasks, let oldest = tasks.first { waiting.remove(at: oldest) }
    }
    waiting.append(notification)
  }

  /// All that waits, oldest first.
  mutating func takeAll() -> [ServerNotification] {
    defer { waiting = [] }
    return waiting
  }
}

extension ServerNotification {
  fileprivate func isChange(of kind: ListKind) -> Bool {
    if case .listChanged(kind) = self { true } else { false }
  }

  fileprivate func isUpdate(of uri: String) -> Bool {
    if case .resourceUpdated(uri) = self { true } else { false }
  }

  fileprivate var isTask: Bool {
    if case .task = self { true } else { false }
  }
}
