/// What is watched, and the resources that a session of a server was asked to tell of.
struct Watch: Sendable {
  var wanted = WatchList()
  private var subscribed: Set<String> = []

  struct Change: Sendable, Equatable {
    let method: String
    let uri: String
  }

  /// A session began: it tells of nothing yet.
  mutating func begin() { subscribed = [] }

  /// What to ask for, in order. It counts as done.
  mutating func changes() -> [Change] {
    let added = wanted.resources.subtracting(subscribed).sorted()
    let removed = subscribed.subtracting(wanted.resources).sorted()
    subscribed = wanted.resources
    return added.map { Change(method: "resources/subscribe", uri: $0) }
      + removed.map { Change(method: "resources/unsubscribe", uri: $0) }
  }
}
