import JSON

/// What the list of upstreams says of one whose calls fail.
enum UpstreamHealthNote {
  /// - Parameter upstream: as `GET /v1/upstreams` has it.
  /// - Returns: nil when there is nothing to say.
  static func text(of upstream: JSONNode) -> String? {
    guard let health = upstream[member: "health"] else { return nil }
    let calls = health[member: "calls"]?.int64 ?? 0
    let failures = health[member: "failures"]?.int64 ?? 0
    let share = failures > 0 ? "\(failures) of \(calls) calls got no answer" : nil
    switch health[member: "circuit"]?.string {
    case "open":
      let next = health[member: "nextTryMs"]?.int64.map {
        ", tried again in \(($0 + 999) / 1000) s"
      }
      return "no calls pass" + (next ?? "") + (share.map { ": " + $0 } ?? "")
    case "half-open": return "a call is being tried" + (share.map { ": " + $0 } ?? "")
    default: return share
    }
  }
}
