/// What a session listens to: the lists at its endpoint, and single resources. Pure.
struct SessionListening: Sendable {
  private enum Lists: Sendable {
    case notYet, starting
    case on(Listening)
  }

  private var lists = Lists.notYet
  private var resources: [String: Listening] = [:]

  /// Whether the lists are still to be listened to; says so once.
  mutating func startLists() -> Bool {
    guard case .notYet = lists else { return false }
    lists = .starting
    return true
  }

  /// The lists are listened to.
  mutating func keep(lists listening: Listening) { lists = .on(listening) }

  func has(_ uri: String) -> Bool { resources[uri] != nil }

  var resourceCount: Int { resources.count }

  /// A resource is listened to. Returns the listening that this one takes the place of.
  mutating func keep(_ uri: String, _ listening: Listening) -> Listening? {
    resources.updateValue(listening, forKey: uri)
  }

  mutating func take(_ uri: String) -> Listening? { resources.removeValue(forKey: uri) }

  /// All, to be ended.
  mutating func takeAll() -> [Listening] {
    var all = Array(resources.values)
    if case .on(let listening) = lists { all.append(listening) }
    self = SessionListening()
    return all
  }
}
