/// What an upstream is to tell of, by its own URIs and ids.
public struct WatchList: Sendable, Equatable {
  /// Resources whose updates are wanted.
  public var resources: Set<String>
  /// Tasks whose states are wanted.
  public var tasks: Set<String>

  /// Nothing is wanted.
  public var isEmpty: Bool { resources.isEmpty && tasks.isEmpty }

  /// A list.
  public init(resources: Set<String> = [], tasks: Set<String> = []) {
    self.resources = resources
    self.tasks = tasks
  }

  /// What of it a server of these capabilities tells.
  func reduced(to capabilities: ServerCapabilities) -> WatchList {
    WatchList(
      resources: capabilities.resourceUpdates ? resources : [],
      tasks: capabilities.tellsTasks ? tasks : [])
  }
}

extension ServerCapabilities {
  /// Whether a server may tell of the states of tasks, in either era's way.
  fileprivate var tellsTasks: Bool {
    tasks != nil || extensions[ProtocolExtension.tasks] != nil
  }
}
