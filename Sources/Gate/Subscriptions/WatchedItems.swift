/// Who is told of what: the resources, or the tasks, of each server with their listeners, in whose
/// number it is counted how often each is wanted.
struct WatchedItems {
  private var byServer: [String: [String: [ObjectIdentifier: Entry]]] = [:]
  /// Servers whose items became others.
  private(set) var changed: Set<String> = []

  /// A listener, and what it is told of.
  struct Entry {
    let listener: Listener
    let item: Listener.Item
  }

  /// Different items.
  var count: Int { byServer.values.reduce(0) { $0 + $1.count } }

  var servers: [String] { Array(byServer.keys) }

  /// The servers' own names.
  func names(of server: String) -> Set<String> { Set((byServer[server] ?? [:]).keys) }

  func entries(of name: String, at server: String) -> [Entry] {
    byServer[server]?[name].map { Array($0.values) } ?? []
  }

  mutating func add(_ item: Listener.Item, for listener: Listener) {
    let isNew = byServer[item.server]?[item.ownName] == nil
    byServer[item.server, default: [:]][item.ownName, default: [:]][ObjectIdentifier(listener)] =
      Entry(listener: listener, item: item)
    if isNew { changed.insert(item.server) }
  }

  mutating func remove(_ item: Listener.Item, for listener: Listener) {
    guard var listeners = byServer[item.server]?[item.ownName],
      listeners.removeValue(forKey: ObjectIdentifier(listener)) != nil
    else { return }
    guard listeners.isEmpty else {
      byServer[item.server]?[item.ownName] = listeners
      return
    }
    byServer[item.server]?[item.ownName] = nil
    if byServer[item.server]?.isEmpty == true { byServer[item.server] = nil }
    changed.insert(item.server)
  }

  /// The servers whose items became others since this was asked last.
  mutating func takeChanged() -> Set<String> {
    defer { changed = [] }
    return changed
  }

  /// A server was replaced: it has to be told again.
  mutating func touch(_ server: String) { changed.insert(server) }
}
