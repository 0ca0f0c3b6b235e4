/// Who is told of which resources: the resources of each server with their listeners, in whose
/// number it is counted how often each is wanted.
struct WatchedResources {
  private var byServer: [String: [String: [ObjectIdentifier: Entry]]] = [:]
  /// Servers whose resources became others.
  private(set) var changed: Set<String> = []

  /// A listener, and what it calls the resource.
  struct Entry {
    let listener: Listener
    let uri: String
  }

  /// Different resources.
  var count: Int { byServer.values.reduce(0) { $0 + $1.count } }

  var servers: [String] { Array(byServer.keys) }

  /// The servers' own URIs.
  func uris(of server: String) -> Set<String> { Set((byServer[server] ?? [:]).keys) }

  func entries(of uri: String, at server: String) -> [Entry] {
    byServer[server]?[uri].map { Array($0.values) } ?? []
  }

  mutating func add(_ resource: Listener.Resource, for listener: Listener) {
    let entry = Entry(listener: listener, uri: resource.uri)
    let isNew = byServer[resource.server]?[resource.ownURI] == nil
    byServer[resource.server, default: [:]][resource.ownURI, default: [:]][
      ObjectIdentifier(listener)] = entry
    if isNew { changed.insert(resource.server) }
  }

  mutating func remove(_ resource: Listener.Resource, for listener: Listener) {
    guard var listeners = byServer[resource.server]?[resource.ownURI],
      listeners.removeValue(forKey: ObjectIdentifier(listener)) != nil
    else { return }
    guard listeners.isEmpty else {
      byServer[resource.server]?[resource.ownURI] = listeners
      return
    }
    byServer[resource.server]?[resource.ownURI] = nil
    if byServer[resource.server]?.isEmpty == true { byServer[resource.server] = nil }
    changed.insert(resource.server)
  }

  /// The servers whose resources became others since this was asked last.
  mutating func takeChanged() -> Set<String> {
    defer { changed = [] }
    return changed
  }

  /// A server was replaced: it has to be told again.
  mutating func touch(_ server: String) { changed.insert(server) }
}
