import Configuration
public import Crypto
import JSON
public import MCP
public import Reactor

/// One configured server at one moment: who it is and what it lists. Immutable.
public final class CatalogServer: Sendable {
  /// The name in the configuration.
  public let name: String
  /// What its public URIs begin with, without the `+`.
  public let scheme: String
  /// Who answers for it; nil when it is disabled, cannot be connected, or is not approved.
  public let upstream: (any Upstream)?
  /// What it said of itself when it was connected last; nil when it never was.
  public let peer: UpstreamPeer?
  /// How long it may take to answer about a prompt or a resource.
  public let timeout: Duration
  /// Whether what it calls `public` may be kept for all principals.
  public let keepsPublic: Bool
  /// Its tools.
  public let tools: ItemList<Tool>
  /// Its prompts.
  public let prompts: ItemList<Prompt>
  /// Its resources.
  public let resources: ItemList<Resource>
  /// Its resource templates.
  public let templates: ItemList<ResourceTemplate>
  /// The lists that are known: read since it was configured, or not declared by it.
  public let listed: Set<CatalogList>
  /// The lists that could not be read the last time; what is offered of them is older.
  public let failed: Set<CatalogList>
  /// Until when it says that each list stays as it is here.
  private let freshness: [CatalogList: Freshness]
  /// Whether it is connected; what is listed of one that is not is older.
  public let isUp: Bool
  /// Whether no list waits for it: it has been connected and listed, or has failed, at least once;
  /// or it had `Catalog.settlingMax` for that; or nothing of it is to be seen before somebody
  /// decides.
  public let isSettled: Bool
  /// Whether it was never connected and may turn out to have anything.
  public let isUnknown: Bool
  /// What it lists and nobody has approved.
  public let withheld: Set<ItemKey>
  /// What an operator says of it; nil for nothing.
  public let card: ServerCard?
  /// Which of its pages are shown, and whom they may speak with.
  private let pages: Configuration.Pages
  /// Whether agents see nothing of it that nobody has approved.
  private let isQuarantined: Bool
  /// How many announcements of it (`ToolPin.seen`) there had been when its tools were read.
  public let seen: Int
  /// Since when it is known who it is; nil where nobody asks.
  private let identification: ServerIdentification?

  init(
    name: String, upstream: (any Upstream)?, peer: UpstreamPeer? = nil,
    timeout: Duration = .seconds(60), keepsPublic: Bool = false,
    tools: ItemList<Tool> = ItemList(), prompts: ItemList<Prompt> = ItemList(),
    resources: ItemList<Resource> = ItemList(),
    templates: ItemList<ResourceTemplate> = ItemList(), listed: Set<CatalogList> = [],
    failed: Set<CatalogList> = [], freshness: [CatalogList: Freshness] = [:],
    isUp: Bool = true, isSettled: Bool = true, isUnknown: Bool = false,
    withheld: Set<ItemKey> = [], seen: Int = 0, identification: ServerIdentification? = nil,
    card: ServerCard? = nil, pages: Configuration.Pages = .approved, isQuarantined: Bool = false
  ) {
    self.name = name
    scheme = PublicURI.scheme(ofServer: name)
    self.upstream = upstream
    self.peer = peer
    self.timeout = timeout
    self.keepsPublic = keepsPublic
    self.tools = tools
    self.prompts = prompts
    self.resources = resources
    self.templates = templates
    self.listed = listed
    self.failed = failed
    self.freshness = freshness
    self.isUp = isUp
    self.isSettled = isSettled
    self.isUnknown = isUnknown
    self.withheld = withheld
    self.seen = seen
    self.identification = identification
    self.card = card
    self.pages = pages
    self.isQuarantined = isQuarantined
  }

  /// Whether who answers for it is who was approved: its connection was not made anew since. One
  /// load.
  public var isIdentified: Bool { identification?.isCurrent ?? true }

  /// Until when it says that a list stays as it is here; nil when it does not say.
  public func freshUntil(_ list: CatalogList) -> MonotonicTime? { freshness[list]?.until }

  /// Whether somebody answers for it, or may turn out to.
  public var isThere: Bool { upstream != nil || isUnknown }

  /// Whether it lists a tool or a prompt of this name that nobody has approved.
  public func withholds(_ list: CatalogList, _ ownName: String) -> Bool {
    switch list {
    case .tools: withheld.contains(ItemKey(.tool, ownName))
    case .prompts: withheld.contains(ItemKey(.prompt, ownName))
    case .resources, .templates: false
    }
  }

  /// Whether tools of it may be listed that nobody has approved.
  public var withholdsTools: Bool {
    withheld.contains { $0.kind == .tool || $0.kind == .server }
  }

  /// Whether it lists a page of this URI that nobody has approved.
  public func withholds(page ownURI: String) -> Bool { withheld.contains(ItemKey(.page, ownURI)) }

  /// Whom a page of it may speak with.
  public func hosts(ofPage ownURI: String) -> PageHosts {
    switch pages {
    case .hosts(let hosts): return .hosts(hosts)
    case .denied: return .origins([])
    case .approved:
      guard isQuarantined else { return .any }
      guard let listed = resources[ownURI],
        let root = try? JSONDocument(parsing: listed.ownDefinition, limits: .ceiling).root
      else { return .origins([]) }
      return .origins(PageHosts.origins(in: root))
    }
  }

  /// Whether everything it lists under `list` is known and as new as it can be.
  public func isWhole(_ list: CatalogList) -> Bool {
    isUp && listed.contains(list) && !failed.contains(list)
  }

  /// The resource of its own URI: the listed one, or one made for the request. Nil when nobody
  /// answers for the server.
  public func resource(_ ownURI: String) -> Resource? {
    if PageHosts.isPage(ownURI), pages == .denied || withholds(page: ownURI) { return nil }
    if let listed = resources[ownURI] ?? templates[ownURI]?.resource { return listed }
    guard let upstream else { return nil }
    return Resource(
      uri: PublicURI.wrap(ownURI, scheme: scheme), server: name, upstreamURI: ownURI,
      timeout: timeout, upstream: upstream)
  }

  /// Differs when what its lists of a kind show differs.
  public func digest(of kind: ListKind) -> SHA256Digest {
    switch kind {
    case .tools: return tools.digest
    case .prompts: return prompts.digest
    case .resources:
      var digest = SHA256()
      resources.digest.withBytes { digest.update(Array($0)) }
      templates.digest.withBytes { digest.update(Array($0)) }
      return digest.finalize()
    }
  }
}
