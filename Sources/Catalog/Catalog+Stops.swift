import MCP
import Reactor

/// Servers that a person stopped: nothing connects to them until they go on.
extension Catalog {
  /// From now on these servers and no others have no connection. Of one that is new among them the
  /// connection, or the process, ends; what it listed stays. One that is not among them any more
  /// begins anew by itself. On the home loop; returns before the ends have come.
  /// - Parameter reasons: by the names of servers; names of none are kept in mind.
  public func keepStopped(_ reasons: [String: String]) {
    home.preconditionCurrent()
    let before = stopped
    stopped = reasons
    for (name, reason) in reasons where before[name] == nil {
      guard let entry = entries[name] else { continue }
      logs[name]?.append("stopped: \(reason)", from: .gateway)
      keep(entry, stoppedFor: reason)
      publishSoon()
    }
    for name in before.keys where reasons[name] == nil {
      guard let entry = entries[name], entry.stopReason != nil else { continue }
      logs[name]?.append("goes on", from: .gateway)
      letGoOn(entry)
      publishSoon()
    }
  }

  /// Why a server is stopped; nil when it is not.
  public func stopReason(of name: String) -> String? {
    home.preconditionCurrent()
    return stopped[name]
  }

  func keep(_ entry: CatalogEntry, stoppedFor reason: String) {
    entry.stopReason = reason
    entry.turn += 1
    entry.connection += 1
    entry.disconnected()
    guard let upstream = entry.upstream else { return }
    let before = entry.ending
    entry.ending = home.spawn {
      await before?.value
      await upstream.stop()
    }
  }

  private func letGoOn(_ entry: CatalogEntry) {
    entry.stopReason = nil
    entry.turn += 1
    let (turn, ending) = (entry.turn, entry.ending)
    home.spawn { [self] in
      await ending?.value
      // It may have been stopped anew meanwhile.
      guard isCurrent(entry), entry.turn == turn, !isStopped else { return }
      entry.ending = nil
      start(entry)
      publishSoon()
    }
  }
}
