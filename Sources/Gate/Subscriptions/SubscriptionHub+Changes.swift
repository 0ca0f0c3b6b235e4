import Crypto
import Identity
import MCP
import Synchronization

/// What a new snapshot changes for those who listen.
extension SubscriptionHub {
  /// On the hub's thread.
  func compare(with next: GateSnapshot) {
    let (previous, groups) = state.withLock { state in
      let previous = state.snapshot
      state.snapshot = next
      return (previous, Array(state.groups.values))
    }
    let known = Set(next.directory.known)
    let areGone = Set(previous.directory.known).subtracting(known)
    for group in groups {
      if areGone.contains(group.key.principal) {
        forget(group)
        continue
      }
      compareLists(of: group, with: next)
      if !next.showsTheSame(as: previous) { compareResources(of: group, with: next) }
    }
  }

  /// Tells each list that looks different now.
  private func compareLists(of group: ListenerGroup, with next: GateSnapshot) {
    let before = state.withLock { _ in group.digests }
    for kind in ListKind.allCases {
      guard let old = before[kind] else { continue }
      let new = group.digest(of: kind, in: next)
      guard new != old else { continue }
      let told = state.withLock { _ in
        group.digests[kind] = new
        return group.listeners.values.filter { $0.lists.contains(ListKinds(kind)) }
      }
      for listener in told { listener.take(.listChanged(kind)) }
    }
  }

  /// Takes away the resources that the callers may not be told of any more. About tasks policy is
  /// asked whenever there is something to tell.
  private func compareResources(of group: ListenerGroup, with next: GateSnapshot) {
    let listeners = state.withLock { _ in
      group.listeners.values.filter { !$0.items.resources.isEmpty }
    }
    guard !listeners.isEmpty else { return }
    let entities = next.decider.entities(for: group.caller)
    var verdicts: [String: Bool] = [:]
    for listener in listeners {
      for resource in listener.items.resources {
        let isAllowed =
          verdicts[resource.name]
          ?? entities.map { group.mayFollow(resource, in: next, $0) } ?? false
        verdicts[resource.name] = isAllowed
        guard !isAllowed else { continue }
        state.withLock { $0.resources.remove(resource, for: listener) }
      }
    }
  }

  /// The listeners of an agent that is no more are told nothing more.
  private func forget(_ group: ListenerGroup) {
    state.withLock { state in
      for listener in group.listeners.values {
        state.remove(listener)
      }
      group.digests = [:]
    }
  }
}
