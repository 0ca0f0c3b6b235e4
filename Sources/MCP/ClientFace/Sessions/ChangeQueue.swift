/// Changes that a client is still to be told. Of the same change one is kept, so that a client that
/// is slow or away is told once; a bound keeps the rest small. Pure.
struct ChangeQueue: Sendable {
  private static let maxTaskBytes = 256 << 10

  private var lists: Set<ListKind> = []
  private var resources: [String] = []
  private var tasks: [[UInt8]] = []
  private var taskBytes = 0

  var isEmpty: Bool { lists.isEmpty && resources.isEmpty && tasks.isEmpty }

  /// Takes one change. Of the states of tasks, the oldest go above the bound.
  mutating func put(_ change: ServerNotification) {
    switch change {
    case .listChanged(let kind): lists.insert(kind)
    case .resourceUpdated(let uri):
      if !resources.contains(uri) { resources.append(uri) }
    case .task(let params):
      tasks.append(params)
      taskBytes += params.count
      while taskBytes > Self.maxTaskBytes, tasks.count > 1 {
        taskBytes -= tasks.removeFirst().count
      }
    }
  }

  /// All that waits: lists, then resources, then tasks.
  mutating func takeAll() -> [ServerNotification] {
    var changes = ListKind.allCases.filter(lists.contains).map(ServerNotification.listChanged)
    changes += resources.map(ServerNotification.resourceUpdated)
    changes += tasks.map(ServerNotification.task)
    self = ChangeQueue()
    return changes
  }
}
