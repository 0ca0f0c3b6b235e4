/// What would be added, and what would not.
public struct ImportPlan: Sendable, Equatable {
  /// One server.
  public struct Item: Sendable, Equatable {
    /// The server, under the name that it would have.
    public var server: ImportedServer
    /// Why it would not be added; nil when it would.
    public var obstacle: String?
  }

  /// In the order in which they were found.
  public var items: [Item] = []

  /// The servers that would be added.
  public var additions: [ImportedServer] {
    items.filter { $0.obstacle == nil }.map(\.server)
  }

  /// A plan.
  /// - Parameters:
  ///   - found: the servers of all files.
  ///   - existing: the names that are taken.
  ///   - wanted: the names of those that are wanted, here or there; nil for all.
  ///   - own: addresses of the gateway itself, as `host:port`.
  public init(
    _ found: [ImportedServer], existing: Set<String>, wanted: Set<String>? = nil,
    own: Set<String> = []
  ) {
    var taken: [String: ImportedServer] = [:]
    let lowercased = Set(existing.map { $0.lowercased() })
    for server in found {
      if let wanted, !wanted.contains(server.name), !wanted.contains(server.originalName) {
        continue
      }
      var item = Item(server: server)
      if Self.isGateway(server, own) {
        item.obstacle = "it is this gateway"
      } else if lowercased.contains(server.name.lowercased()) {
        item.obstacle = "there is a server of this name"
      } else if let other = taken[server.name.lowercased()] {
        if other.definition == server.definition, other.secrets == server.secrets {
          item.obstacle = "the same as in \(other.file)"
        } else if let name = Self.free(server, taken, lowercased) {
          item.server.name = name
          item.server.notes.append("`\(server.name)` of \(other.file) is another one")
        } else {
          item.obstacle = "another server of this name stands in \(other.file)"
        }
      }
      if item.obstacle == nil { taken[item.server.name.lowercased()] = item.server }
      items.append(item)
    }
  }

  /// Under the name of its program as well.
  private static func free(
    _ server: ImportedServer, _ taken: [String: ImportedServer], _ existing: Set<String>
  ) -> String? {
    let suffix = "-\(server.client.rawValue)"
    let name = String(server.name.prefix(32 - suffix.count)) + suffix
    let key = name.lowercased()
    return taken[key] == nil && !existing.contains(key) ? name : nil
  }

  private static func isGateway(_ server: ImportedServer, _ own: Set<String>) -> Bool {
    if server.transport == "stdio" {
      let words = server.summary.split(separator: " ")
      let program = words.first?.split(separator: "/").last
      return program == "sallyport" && words.contains("stdio")
    }
    guard let scheme = server.summary.firstRange(of: "://") else { return false }
    let host = String(server.summary[scheme.upperBound...].prefix { $0 != "/" })
    return own.contains(host.replacing("localhost", with: "127.0.0.1"))
  }
}
