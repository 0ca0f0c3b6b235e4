import Catalog
import Configuration
import MCP
import Reactor

/// What an endpoint shows of the catalog, and under which names. It hides and grants nothing by
/// itself: policies decide on each request.
final class EndpointView: Sendable {
  private enum Scope {
    case everything
    case profile(Configuration.Profile)
    case server(CatalogServer)
  }

  private let scope: Scope
  private let catalog: CatalogSnapshot
  /// The servers it shows.
  let servers: [CatalogServer]
  /// Whether names and URIs are the server's own.
  let usesOwnIDs: Bool
  /// Whether tools are found, described and called through the meta-tools.
  let hasMetaTools: Bool
  /// The tools that a list has, where it has not all of them.
  private let favourites: [Tool]?

  private init(
    _ scope: Scope, of catalog: CatalogSnapshot, servers: [CatalogServer], usesOwnIDs: Bool,
    exposure: Configuration.Exposure
  ) {
    self.scope = scope
    self.catalog = catalog
    self.servers = servers
    self.usesOwnIDs = usesOwnIDs
    hasMetaTools = exposure.mode != .all
    switch exposure.mode {
    case .all: favourites = nil
    case .search: favourites = []
    case .hybrid:
      favourites = Self.tools(in: scope, of: catalog).filter { exposure.favours($0.name) }
    }
  }

  /// Everything.
  convenience init(
    _ catalog: CatalogSnapshot, exposure: Configuration.Exposure = Configuration.Exposure()
  ) {
    self.init(
      .everything, of: catalog, servers: catalog.servers, usesOwnIDs: false, exposure: exposure)
  }

  /// What a profile shows.
  convenience init(_ profile: Configuration.Profile, of catalog: CatalogSnapshot) {
    self.init(
      .profile(profile), of: catalog,
      servers: catalog.servers.filter { profile.shows(server: $0.name) }, usesOwnIDs: false,
      exposure: profile.exposure)
  }

  /// One server under its own names; all its tools are listed.
  convenience init(_ server: CatalogServer, of catalog: CatalogSnapshot) {
    self.init(
      .server(server), of: catalog, servers: [server], usesOwnIDs: true,
      exposure: Configuration.Exposure())
  }

  /// Whether an agent may come here.
  func admits(agent: String) -> Bool {
    if case .profile(let profile) = scope { profile.admits(agent: agent) } else { true }
  }

  /// Whether no list waits for any of its servers.
  var isSettled: Bool { servers.allSatisfy(\.isSettled) }

  /// What it is called here.
  func id(of item: some CatalogItem) -> String { usesOwnIDs ? item.ownID : item.publicID }

  /// The JSON text by which it is shown here.
  func definition(of item: some CatalogItem) -> [UInt8] {
    usesOwnIDs ? item.ownDefinition : item.definition
  }

  // MARK: - What is called so here

  func tool(_ name: String) -> Tool? {
    switch scope {
    case .everything: return catalog[name]
    case .profile(let profile): return catalog[name].flatMap { profile.shows($0) ? $0 : nil }
    case .server(let server): return server.tools[name]
    }
  }

  func prompt(_ name: String) -> Prompt? {
    switch scope {
    case .everything: catalog.prompt(name)
    case .profile(let profile):
      catalog.prompt(name).flatMap { profile.shows(server: $0.server) ? $0 : nil }
    case .server(let server): server.prompts[name]
    }
  }

  /// The listed resource or template, or one made for the request: resources need not be listed.
  func resource(_ uri: String) -> Resource? {
    switch scope {
    case .everything: return resource(public: uri) { _ in true }
    case .profile(let profile): return resource(public: uri) { profile.shows(server: $0) }
    case .server(let server): return server.hasResources ? server.resource(uri) : nil
    }
  }

  private func resource(public uri: String, shows: (String) -> Bool) -> Resource? {
    guard let (server, own) = catalog.resolve(uri: uri), shows(server.name), server.hasResources
    else { return nil }
    return server.resource(own)
  }

  /// Whether a tool or a prompt is called so here that nobody has approved.
  func withholds(_ list: CatalogList, _ name: String) -> Bool {
    switch scope {
    case .server(let server): return server.withholds(list, name)
    case .everything, .profile:
      guard let (server, own) = PublicName.parts(of: name) else { return false }
      return servers.contains { $0.name == server && $0.withholds(list, own) }
    }
  }

  /// Whether a page of this URI is listed that nobody has approved.
  func withholds(page uri: String) -> Bool {
    switch scope {
    case .server(let server): return server.withholds(page: uri)
    case .everything, .profile:
      guard let (found, own) = catalog.resolve(uri: uri) else { return false }
      return servers.contains { $0 === found && $0.withholds(page: own) }
    }
  }

  // MARK: - Lists, in the order of the names and URIs here

  private static func tools(in scope: Scope, of catalog: CatalogSnapshot) -> [Tool] {
    switch scope {
    case .everything: catalog.tools
    case .profile(let profile): catalog.tools.filter(profile.shows)
    case .server(let server): server.tools.items
    }
  }

  /// Those that a client lists; others can be found and called as well. Tools that only the pages
  /// of their servers call are for hosts of such pages (SEP-1865, «Visibility»).
  func listedTools(forApps hasApps: Bool) -> [Tool] {
    let all = favourites ?? Self.tools(in: scope, of: catalog)
    return hasApps || !all.contains(where: \.isForAppsOnly)
      ? all : all.filter { !$0.isForAppsOnly }
  }

  var prompts: [Prompt] { shown(catalog.prompts, \.prompts) }
  var resources: [Resource] { shown(catalog.resources, \.resources) }
  var templates: [ResourceTemplate] { shown(catalog.templates, \.templates) }

  private func shown<Item>(
    _ all: [Item], _ own: KeyPath<CatalogServer, ItemList<Item>>
  ) -> [Item] {
    switch scope {
    case .everything: all
    case .profile(let profile): all.filter { profile.shows(server: $0.server) }
    case .server(let server): server[keyPath: own].items
    }
  }

  // MARK: - What is told of it

  /// What is told of those of its servers that `isVisible` names.
  func instructions(where isVisible: (CatalogServer) -> Bool) -> String {
    Instructions.text(
      of: servers.filter {
        (hasMetaTools || $0.peer?.instructions?.isEmpty == false) && isVisible($0)
      }, usesOwnIDs: usesOwnIDs, hasMetaTools: hasMetaTools)
  }

  /// What its servers offer together. Lists are always announced here: servers that announce
  /// nothing are read again, or come and go.
  var capabilities: ServerCapabilities {
    var union = ServerCapabilities()
    for server in servers where server.isThere {
      if let peer = server.peer {
        union.formUnion(peer.capabilities)
      } else if server.isUnknown {
        union.formUnion(.unknown)
      }
    }
    // A server may come to have tools later.
    if !usesOwnIDs { union.lists.insert(.tools) }
    union.announces = union.lists
    union.extensions = union.extensions.filter { Gate.relayedExtensions.contains($0.key) }
    return union
  }

  /// For how long a list stays as it is: the least that a server says of its part, but at least
  /// `least`. Zero when some part is missing or older than it should be.
  func ttl(of list: CatalogList, at now: MonotonicTime, least: Duration) -> Duration {
    var shortest: Duration?
    for server in servers where server.isThere {
      guard server.isWhole(list) else { return .zero }
      guard server.peer?.capabilities.lists.contains(list.kind) != false else { continue }
      let left = server.freshUntil(list).map { max(.zero, $0 - now) } ?? .zero
      shortest = min(shortest ?? left, left)
    }
    return max(least, .seconds((shortest ?? .zero).components.seconds))
  }
}

extension Configuration.Profile {
  fileprivate func shows(_ tool: Tool) -> Bool {
    shows(server: tool.server) && tools.shows(tool.name)
  }
}

extension CatalogServer {
  /// Whether it can be asked for resources, as far as is known.
  fileprivate var hasResources: Bool {
    upstream != nil && peer?.capabilities.lists.contains(.resources) != false
  }
}

extension ServerCapabilities {
  /// Of a server that was never connected: it may turn out to have everything.
  fileprivate static let unknown = {
    var all = ServerCapabilities()
    all.lists = Set(ListKind.allCases)
    all.resourceUpdates = true
    all.completions = true
    all.logging = true
    return all
  }()
}
