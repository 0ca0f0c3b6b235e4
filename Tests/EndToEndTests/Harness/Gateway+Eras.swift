import JSON

/// The eras in which servers are spoken to.
extension Gateway {
  /// Waits until servers over stdio are spoken to in the stateless era. On a busy machine one may
  /// start more slowly than the gateway waits for that era; then it is started anew.
  func awaitStateless(_ names: String...) throws {
    for name in names {
      var restarted: Int64?
      try waitUntil("\(name) in the stateless era") {
        let server = try upstream(name)
        guard server.has("state", "ready") else { return false }
        if server.has("protocolVersion", "2026-07-28") { return true }
        let pid = server[member: "pid"]?.int64
        if pid != restarted { _ = try command("upstream", "restart", name) }
        restarted = pid
        return false
      }
    }
  }
}
