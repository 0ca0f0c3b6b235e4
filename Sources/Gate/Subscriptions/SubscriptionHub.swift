import Catalog
import MCP
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
  /// Resources that one listener is told of.
  public static let resourcesPerListenerMax = 256
  /// Different resources that are watched in all.
  public static let resourcesMax = 65_536

  struct State {
    var snapshot: GateSnapshot
    var groups: [ListenerGroup.Key: ListenerGroup] = [:]
    var watched = WatchedResources()
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
    var isScheduled = false
  }

  /// A resource that its server says changed.
  struct Update: Hashable {
    var server: String
    var uri: String
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
    let update = Update(server: server, uri: uri)
    let isWanted = state.withLock { state in
      guard !state.watched.entries(of: uri, at: server).isEmpty, !state.updated.contains(update)
      else { return false }
      state.updated.append(update)
      return true
    }
    if isWanted { schedule() }
  }

  /// Begins to tell a client; nil when a bound is reached.
  func add(
    _ request: MCPRequest, as caller: Caller, seeing snapshot: GateSnapshot, lists: ListKinds,
    resources: [Listener.Resource], tell: @escaping @Sendable (ServerNotification) -> Void
  ) -> Listening? {
    let key = ListenerGroup.key(of: request, as: caller)
    let added: (listener: Listener, unknown: [ListKind])? = state.withLock { state in
      let count = state.counts[caller.key] ?? 0
      guard state.count < Self.listenersMax, count < Self.listenersPerPrincipalMax,
        state.watched.count + resources.count <= Self.resourcesMax
      else { return nil }
      state.count += 1
      state.counts[caller.key] = count + 1
      let group =
        state.groups[key]
        ?? ListenerGroup(key, caller, version: request.client.version)
      state.groups[key] = group
      let listener = Listener(in: group, lists: lists, resources: resources, tell: tell)
      group.listeners[ObjectIdentifier(listener)] = listener
      for resource in resources { state.watched.add(resource, for: listener) }
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
    if !resources.isEmpty || mustCompare { schedule() }
    let honoured = SubscriptionFilter(lists: lists.set, resources: resources.map(\.uri))
    return Listening(honoured: honoured) { [weak self] in self?.remove(listener) }
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
      for resource in listener.resources { state.watched.remove(resource, for: listener) }
    }
    if !listener.resources.isEmpty { schedule() }
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
    let (next, updated) = state.withLock { state in
      state.isScheduled = false
      defer {
        state.next = nil
        state.updated = []
      }
      return (state.next, state.updated)
    }
    if let next { compare(with: next) }
    watch()
    for update in updated {
      let entries = state.withLock { $0.watched.entries(of: update.uri, at: update.server) }
      for entry in entries { entry.listener.take(.resourceUpdated(uri: entry.uri)) }
    }
  }

  /// Tells each server whose resources became others, or that is another connection now.
  private func watch() {
    let told = state.withLock { state -> [(String, any Upstream, Set<String>)] in
      for server in state.watched.servers {
        guard let upstream = state.snapshot.catalog.server(server)?.upstream,
          state.upstreams[server] != ObjectIdentifier(upstream)
        else { continue }
        state.watched.touch(server)
      }
      return state.watched.takeChanged().compactMap { server in
        guard let upstream = state.snapshot.catalog.server(server)?.upstream else { return nil }
        state.upstreams[server] = ObjectIdentifier(upstream)
        state.untold[server, default: 0] += 1
        return (server, upstream, state.watched.uris(of: server))
      }
    }
    for (server, upstream, uris) in told {
      upstream.watch(uris) { [weak self] in self?.noted(by: server) }
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
