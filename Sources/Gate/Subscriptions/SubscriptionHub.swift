import Catalog
public import JSON
public import MCP
public import Reactor
import Synchronization

/// Who listens for changes, over all loops: what upstreams tell goes in, and each client is told
/// what it may see of it.
///
/// What takes time (policy asked of every item) and all telling happens on a thread of its own, so
/// that each listener is told in order and no loop waits. Any thread may call it.
public final class SubscriptionHub: Sendable {
  /// Listeners in all.
  public static let listenersMax = 65_536
  /// Listeners of one principal.
  public static let listenersPerPrincipalMax = 16_384
  /// Resources that one listener is told of, and tasks.
  public static let itemsPerListenerMax = 256
  /// Different resources that are watched in all, and tasks.
  public static let itemsMax = 65_536

  struct State {
    var snapshot: GateSnapshot
    var groups: [ListenerGroup.Key: ListenerGroup] = [:]
    var resources = WatchedItems()
    var tasks = WatchedItems()
    var counts: [String: Int] = [:]
    var count = 0
    /// Told to each server last: to which connection.
    var upstreams: [String: ObjectIdentifier] = [:]
    /// How often each server was told and has not taken note yet, and who waits for that.
    var untold: [String: Int] = [:]
    var waiting: [String: [UnsafeContinuation<Void, Never>]] = [:]
    /// What the thread has to do.
    var next: GateSnapshot?
    var updated: [Update] = []
    /// The newest state of each task.
    var taskStates: [Update: JSONNode] = [:]
    var isScheduled = false

    var servers: Set<String> { Set(resources.servers + tasks.servers) }

    mutating func add(_ listener: Listener) {
      for item in listener.items.resources { resources.add(item, for: listener) }
      for item in listener.items.tasks { tasks.add(item, for: listener) }
    }

    mutating func remove(_ listener: Listener) {
      for item in listener.items.resources { resources.remove(item, for: listener) }
      for item in listener.items.tasks { tasks.remove(item, for: listener) }
    }
  }

  /// A resource or a task that its server says changed, by the server's own name.
  struct Update: Hashable {
    var server: String
    var name: String
  }

  let state: Mutex<State>
  private let thread: BlockingThread

  /// A hub without listeners.
  /// - Throws: when the process is out of threads.
  public init(_ snapshot: GateSnapshot) throws(ReactorError) {
    thread = try BlockingThread(name: "subscriptions")
    state = Mutex(State(snapshot: snapshot))
  }

  /// How many clients listen.
  public var count: Int { state.withLock { $0.count } }

  /// From now on `snapshot` says what is there and who may see it. Called after every gate was
  /// given it, so that who is told finds what he was told of.
  public func replace(_ snapshot: GateSnapshot) {
    state.withLock { $0.next = snapshot }
    schedule()
  }

  /// A resource changed, by its server's own URI.
  public func resourceUpdated(_ uri: String, at server: String) {
    let update = Update(server: server, name: uri)
    let isWanted = state.withLock { state in
      guard !state.resources.entries(of: uri, at: server).isEmpty, !state.updated.contains(update)
      else { return false }
      state.updated.append(update)
      return true
    }
    if isWanted { schedule() }
  }

  /// A task's state, as its server says it: the `params` of the notification.
  public func taskChanged(_ taskState: JSONNode, at server: String) {
    guard let id = taskState[member: "taskId"]?.string else { return }
    let update = Update(server: server, name: id)
    let isWanted = state.withLock { state in
      guard !state.tasks.entries(of: id, at: server).isEmpty else { return false }
      state.taskStates[update] = taskState
      return true
    }
    if isWanted { schedule() }
  }

  /// Begins to tell a client; nil when a bound is reached.
  func add(
    _ request: MCPRequest, as caller: Caller, seeing snapshot: GateSnapshot, lists: ListKinds,
    items: Listener.Items = Listener.Items(),
    tell: @escaping @Sendable (ServerNotification) -> Void,
    tellTask: @escaping @Sendable (_ state: JSONNode, _ task: Listener.Item) -> Void = { _, _ in }
  ) -> Listening? {
    let key = ListenerGroup.key(of: request, as: caller)
    let added: (listener: Listener, unknown: [ListKind])? = state.withLock { state in
      let count = state.counts[caller.key] ?? 0
      guard state.count < Self.listenersMax, count < Self.listenersPerPrincipalMax,
        state.resources.count + items.resources.count <= Self.itemsMax,
        state.tasks.count + items.tasks.count <= Self.itemsMax
      else { return nil }
      state.count += 1
      state.counts[caller.key] = count + 1
      let group =
        state.groups[key]
        ?? ListenerGroup(key, caller, version: request.client.version)
      state.groups[key] = group
      let listener = Listener(
        in: group, lists: lists, items: items, tell: tell, tellTask: tellTask)
      group.listeners[ObjectIdentifier(listener)] = listener
      state.add(listener)
      return (listener, lists.set.filter { group.digests[$0] == nil })
    }
    guard let (listener, unknown) = added else { return nil }
    var mustCompare = false
    for kind in unknown {
      let digest = listener.group.digest(of: kind, in: snapshot)
      mustCompare =
        state.withLock { state in
          if listener.group.digests[kind] == nil { listener.group.digests[kind] = digest }
          guard state.snapshot !== snapshot else { return false }
          // It changed between the caller's question and now.
          state.next = state.next ?? state.snapshot
          return true
        } || mustCompare
    }
    if !items.isEmpty || mustCompare { schedule() }
    let honoured = SubscriptionFilter(
      lists: lists.set, resources: items.resources.map(\.name), tasks: items.tasks.map(\.name))
    return Listening(honoured: honoured) { [weak self] in self?.remove(listener) }
  }

  /// Clients that are picked out are told nothing more. Their streams are their faces' to end.
  public func silence(where isPicked: (_ principal: String, _ endpoint: Endpoint) -> Bool) {
    let listeners = state.withLock { state in
      state.groups.values.filter { isPicked($0.caller.key, $0.key.endpoint) }
        .flatMap { $0.listeners.values }
    }
    for listener in listeners { remove(listener) }
  }

  private func remove(_ listener: Listener) {
    guard listener.end() else { return }
    let group = listener.group
    state.withLock { state in
      group.listeners[ObjectIdentifier(listener)] = nil
      if group.listeners.isEmpty { state.groups[group.key] = nil }
      state.count -= 1
      let left = (state.counts[group.caller.key] ?? 1) - 1
      state.counts[group.caller.key] = left > 0 ? left : nil
      state.remove(listener)
    }
    if !listener.items.isEmpty { schedule() }
  }

  // MARK: - The thread

  private func schedule() {
    let isFirst = state.withLock { state in
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    guard isFirst else { return }
    // One unit of work at most waits, so there is always room.
    _ = thread.submit { [weak self] in self?.work() }
  }

  /// Waits until all that was handed in is told.
  func settle() async { await thread.run {} }

  private func work() {
    let (next, updated, taskStates) = state.withLock { state in
      state.isScheduled = false
      defer {
        state.next = nil
        state.updated = []
        state.taskStates = [:]
      }
      return (state.next, state.updated, state.taskStates)
    }
    if let next { compare(with: next) }
    watch()
    for update in updated {
      let entries = state.withLock { $0.resources.entries(of: update.name, at: update.server) }
      for entry in entries { entry.listener.take(.resourceUpdated(uri: entry.item.name)) }
    }
    for (update, taskState) in taskStates {
      let entries = state.withLock { $0.tasks.entries(of: update.name, at: update.server) }
      for entry in entries { entry.listener.take(taskState, of: entry.item) }
    }
  }

  /// Tells each server whose resources or tasks became others, or that is another connection now.
  private func watch() {
    let told = state.withLock { state -> [(String, any Upstream, WatchList)] in
      for server in state.servers {
        guard let upstream = state.snapshot.catalog.server(server)?.upstream,
          state.upstreams[server] != ObjectIdentifier(upstream)
        else { continue }
        state.resources.touch(server)
      }
      let changed = state.resources.takeChanged().union(state.tasks.takeChanged())
      return changed.compactMap { server in
        guard let upstream = state.snapshot.catalog.server(server)?.upstream else { return nil }
        state.upstreams[server] = ObjectIdentifier(upstream)
        state.untold[server, default: 0] += 1
        let wanted = WatchList(
          resources: state.resources.names(of: server), tasks: state.tasks.names(of: server))
        return (server, upstream, wanted)
      }
    }
    for (server, upstream, wanted) in told {
      upstream.watch(wanted) { [weak self] in self?.noted(by: server) }
    }
  }

  private func noted(by server: String) {
    let waiting = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
      let left = (state.untold[server] ?? 1) - 1
      state.untold[server] = left > 0 ? left : nil
      return left > 0 ? [] : state.waiting.removeValue(forKey: server) ?? []
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits until these servers know what is watched: a client that was told that it listens misses
  /// nothing.
  func noted(by servers: Set<String>) async {
    guard !servers.isEmpty else { return }
    await settle()
    for server in servers.sorted() {
      await withUnsafeContinuation { continuation in
        let isKnown = state.withLock { state in
          guard state.untold[server] != nil else { return true }
          state.waiting[server, default: []].append(continuation)
          return false
        }
        if isKnown { continuation.resume() }
      }
    }
  }
}
