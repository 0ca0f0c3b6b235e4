import JSON

/// What a server tells, and what it is asked to tell.
extension ConnectionMachine {
  /// From now on these are watched.
  mutating func watch(_ wanted: WatchList) -> [Action] {
    let before = watch.wanted
    watch.wanted = wanted
    guard case .ready(let peer) = phase else { return [] }
    if peer.version.era == .session {
      return peer.capabilities.resourceUpdates ? subscribe(peer) : []
    }
    guard watched(before, by: peer) != watched(wanted, by: peer) else { return [] }
    return listen(peer)
  }

  private func watched(_ wanted: WatchList, by peer: UpstreamPeer) -> WatchList {
    var told = wanted.reduced(to: peer.capabilities)
    if refusesTasks { told.tasks = [] }
    return told
  }

  /// A client's roots changed: the server is told a moment later.
  mutating func rootsChanged() -> [Action] {
    guard case .ready(let peer) = phase, peer.version.era == .session, !hasChangedRoots else {
      return []
    }
    hasChangedRoots = true
    return [.deadline(.roots, after: Self.rootsTime)]
  }

  mutating func tellRoots() -> [Action] {
    guard hasChangedRoots, peer != nil else { return [] }
    hasChangedRoots = false
    return [.send(UpstreamRequestEncoder.notification(OwnMessages.rootsChanged), of: nil)]
  }

  /// The first steps on a connection that is ready.
  mutating func begin(_ peer: UpstreamPeer) -> [Action] {
    var actions: [Action] = []
    if peer.version.era == .session {
      actions.append(
        .send(UpstreamRequestEncoder.notification("notifications/initialized"), of: nil))
      if peer.capabilities.resourceUpdates { actions += subscribe(peer) }
      actions.append(.ready(peer))
      actions += gapEnded(peer)
    } else {
      actions += listen(peer)
      actions.append(.ready(peer))
    }
    return actions
  }

  mutating func notified(_ method: String, _ params: JSONNode?) -> [Action] {
    switch method {
    case "notifications/progress":
      guard let params, let id = params[member: MetaKey.progressToken]?.int64,
        pending[id]?.progress == true, parked.isWaitedFor(id)
      else { return [] }
      return [.notice(id, .progress(params))]
    case "notifications/message":
      return params.map(logged) ?? []
    case "notifications/resources/updated":
      guard let uri = params?[member: "uri"]?.string,
        watch.wanted.resources.contains(uri)
      else { return [] }
      return [.resourceUpdated(uri: uri)]
    case "notifications/tasks", "notifications/tasks/status":
      guard let params, let id = params[member: "taskId"]?.string, watch.wanted.tasks.contains(id)
      else { return [] }
      return [.taskChanged(params)]
    case "notifications/cancelled":
      return cancelled(params)
    case "notifications/elicitation/complete":
      return [.note("the end of an elicitation was told; its client asks again by itself")]
    case ListenRequest.acknowledged:
      guard let id = params?[member: "_meta"]?[member: MetaKey.subscriptionID]?.int64,
        id == listenID, case .ready(let peer) = phase
      else { return [] }
      return endOlderListens() + gapEnded(peer)
    default:
      guard let kind = ListKind.allCases.first(where: { $0.changedMethod == method }) else {
        return []
      }
      return [.listChanged(kind)]
    }
  }

  /// A log message names no call: it is told where it can belong to one principal's call only.
  private func logged(_ params: JSONNode) -> [Action] {
    guard !params.isOfTask else {
      return [.note("a log message of a task, which nobody waits for, was not passed on")]
    }
    let wanting = pending.filter { $0.value.logLevel != nil && parked.isWaitedFor($0.key) }
    guard wanting.count == 1, let (id, wishes) = wanting.first,
      let principal = parked.calls[id]?.principal, parked.isAlone(principal, in: number)
    else { return [.note("a log message that belongs to no one call was not passed on")] }
    guard LogThreshold.passes(params, wishes.logLevel) else { return [] }
    return [.notice(id, .message(params))]
  }

  /// A server gives up a question of its own, or ends a subscription.
  private mutating func cancelled(_ params: JSONNode?) -> [Action] {
    guard let node = params?[member: "requestId"], let id = RequestID(node) else { return [] }
    if let number = id.number, let ended = listenEnded(number) { return ended }
    parked.withdrawn(id, in: number)
    return []
  }

  // MARK: - Listening

  /// Tells of what may have been missed.
  private mutating func gapEnded(_ peer: UpstreamPeer) -> [Action] {
    guard hasGap else { return [] }
    hasGap = false
    var actions = ListKind.allCases.filter(peer.capabilities.lists.contains)
      .map { Action.listChanged($0) }
    if peer.capabilities.resourceUpdates {
      actions += watch.wanted.resources.sorted().map { .resourceUpdated(uri: $0) }
    }
    return actions
  }

  private mutating func subscribe(_ peer: UpstreamPeer) -> [Action] {
    watch.changes().map { ask($0.method, Member("uri", $0.uri), peer) }
  }

  /// Listens for what is wanted now; what was listened for ends when this is acknowledged.
  mutating func listen(_ peer: UpstreamPeer) -> [Action] {
    let watched = watched(watch.wanted, by: peer)
    if let old = listenID.take() { olderListens.append(old) }
    guard !peer.capabilities.announces.isEmpty || !watched.isEmpty else {
      return endOlderListens() + gapEnded(peer)
    }
    let id = mintID()
    listenID = id
    return [
      .send(
        ListenRequest.encode(
          id: id, version: peer.version, lists: peer.capabilities.announces, watching: watched),
        of: nil)
    ]
  }

  private mutating func endOlderListens() -> [Action] {
    defer { olderListens = [] }
    return olderListens.map {
      let params = UpstreamRequestEncoder.cancelledParams(id: $0, reason: "another took its place")
      return .send(
        UpstreamRequestEncoder.notification("notifications/cancelled", params: params), of: nil)
    }
  }

  /// A subscription that the server ended is asked for again; nil when the id is of none.
  mutating func listenEnded(_ id: Int64, isRefused: Bool = false) -> [Action]? {
    if id == listenID {
      listenID = nil
      if isRefused, case .ready(let peer) = phase, !watched(watch.wanted, by: peer).tasks.isEmpty {
        refusesTasks = true
        return listen(peer)
      }
      return [.deadline(.listenAgain, after: Self.listenAgainAfter)]
    }
    guard let index = olderListens.firstIndex(of: id) else { return nil }
    olderListens.remove(at: index)
    return []
  }
}
