/// What is asked of one upstream, as a request's method and path say.
struct UpstreamRoute: Equatable {
  /// What is to be done.
  enum Verb: String, CaseIterable {
    case remove, enable, disable, restart, test, logs, card

    var method: String {
      switch self {
      case .remove: "DELETE"
      case .enable, .disable, .restart, .test: "POST"
      case .logs: "GET"
      case .card: "PUT"
      }
    }
  }

  var name: String
  var verb: Verb

  private static let prefix = "/v1/upstreams/"

  /// Nil when the request is none of these.
  init?(_ method: String, _ path: String) {
    guard path.hasPrefix(Self.prefix) else { return nil }
    let parts = path.dropFirst(Self.prefix.utf8.count).split(
      separator: "/", omittingEmptySubsequences: false)
    let verb: Verb?
    switch parts.count {
    case 1: verb = .remove
    case 2: verb = parts[1] == "remove" ? nil : Verb(rawValue: String(parts[1]))
    default: verb = nil
    }
    guard let verb, verb.method == method, !parts[0].isEmpty else { return nil }
    name = String(parts[0])
    self.verb = verb
  }
}
