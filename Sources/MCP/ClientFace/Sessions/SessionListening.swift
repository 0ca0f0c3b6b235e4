/// What a session listens to: the lists at its endpoint, single resources, and its tasks. Pure.
struct SessionListening: Sendable {
  private enum Lists: Sendable {
    case notYet, starting
    case on(Listening)
  }

  private var lists = Lists.notYet
  private var resources: [String: Listening] = [:]
  /// Nil while it is being begun.
  private var tasks: [String: Listening?] = [:]

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

  var taskCount: Int { tasks.count }

  /// A task is about to be listened to.
  mutating func start(task id: String) { tasks[id] = .some(nil) }

  /// A task is listened to. Returns the listening when the task is over already.
  mutating func keep(task id: String, _ listening: Listening) -> Listening? {
    guard tasks[id] != nil else { return listening }
    tasks[id] = listening
    return nil
  }

  /// A task is over, or cannot be listened to.
  mutating func take(task id: String) -> Listening? { tasks.removeValue(forKey: id) ?? nil }

  /// All, to be ended.
  mutating func takeAll() -> [Listening] {
    var all = Array(resources.values) + tasks.values.compactMap(\.self)
    if case .on(let listening) = lists { all.append(listening) }
    self = SessionListening()
    return all
  }
}
