public import Crypto
public import MCP

/// What every upstream lists at one moment, in the order of public names and URIs. Immutable.
public final class CatalogSnapshot: Sendable {
  /// The configured servers, in the order of the configuration.
  public let servers: [CatalogServer]
  /// Ordered by the bytes of their names.
  public let tools: [Tool]
  /// Ordered by the bytes of their names.
  public let prompts: [Prompt]
  /// Ordered by the bytes of their URIs.
  public let resources: [Resource]
  /// Ordered by the bytes of their URI templates.
  public let templates: [ResourceTemplate]
  /// Whether no list waits for any of its servers.
  public let isSettled: Bool
  /// Counts the catalogs since the gateway started; later ones have greater numbers.
  public let generation: UInt64
  /// Whether some tool is pinned.
  public let hasPins: Bool
  private let toolsByName: [String: Tool]
  private let byName: [String: CatalogServer]
  private let byScheme: [String: CatalogServer]
  private let digests: [ListKind: SHA256Digest]

  /// A catalog of servers; `isSettled` says false before they are known.
  init(_ servers: [CatalogServer], isSettled: Bool = true, generation: UInt64 = 0) {
    self.servers = servers
    self.generation = generation
    tools = Self.merged(servers.map(\.tools))
    hasPins = servers.contains { $0.tools.items.first?.pin != nil }
    prompts = Self.merged(servers.map(\.prompts))
    resources = Self.merged(servers.map(\.resources))
    templates = Self.merged(servers.map(\.templates))
    self.isSettled = isSettled && servers.allSatisfy(\.isSettled)
    toolsByName = Dictionary(tools.map { ($0.name, $0) }) { first, _ in first }
    byName = Dictionary(servers.map { ($0.name, $0) }) { first, _ in first }
    byScheme = Dictionary(servers.map { ($0.scheme, $0) }) { first, _ in first }
    digests = Dictionary(
      uniqueKeysWithValues: ListKind.allCases.map { kind in
        var digest = SHA256()
        for server in servers.sorted(by: { $0.name < $1.name }) {
          digest.update(Array("\(server.name)\u{0}".utf8))
          server.digest(of: kind).withBytes { digest.update(Array($0)) }
        }
        return (kind, digest.finalize())
      })
  }

  private static func merged<Item>(_ lists: [ItemList<Item>]) -> [Item] {
    lists.flatMap(\.items).sorted {
      $0.publicID.utf8.lexicographicallyPrecedes($1.publicID.utf8)
    }
  }

  /// Before anything is connected.
  public static let empty = CatalogSnapshot([], isSettled: false)

  /// The tool with this public name.
  public subscript(name: String) -> Tool? { toolsByName[name] }

  /// The configured server of this name.
  public func server(_ name: String) -> CatalogServer? { byName[name] }

  /// The prompt with this public name.
  public func prompt(_ name: String) -> Prompt? {
    guard let (server, own) = PublicName.parts(of: name) else { return nil }
    return byName[server]?.prompts[own]
  }

  /// The server that a public URI names, and its own URI; nil for what is no public URI.
  public func resolve(uri: String) -> (server: CatalogServer, ownURI: String)? {
    guard let (scheme, own) = PublicURI.unwrap(uri), let server = byScheme[scheme] else {
      return nil
    }
    return (server, own)
  }

  /// Whether the tools, prompts or resources of a server are known.
  public func hasListed(_ list: CatalogList, of server: String) -> Bool {
    byName[server]?.listed.contains(list) ?? false
  }

  /// Differs when what the lists of a kind show differs.
  public func digest(of kind: ListKind) -> SHA256Digest { digests[kind] ?? SHA256().finalize() }
}
