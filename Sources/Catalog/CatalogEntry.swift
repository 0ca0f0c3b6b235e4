public import Configuration
import JSON
public import MCP
import Reactor

/// What is known of one configured upstream. Confined to the catalog's loop.
final class CatalogEntry: @unchecked Sendable {
  let configuration: Configuration.Upstream
  let upstream: (any Upstream)?
  private let timeout: Duration
  private var peer: UpstreamPeer?
  private var tools = ItemList<Tool>()
  private var prompts = ItemList<Prompt>()
  private var resources = ItemList<Resource>()
  private var templates = ItemList<ResourceTemplate>()
  private var problems: [CatalogList: [ItemProblem]] = [:]
  private var errors: [CatalogList: String] = [:]
  private var freshUntil: [CatalogList: MonotonicTime] = [:]
  private var listed: Set<CatalogList> = []
  /// Read at least once, with whatever success.
  private var tried: Set<CatalogList> = []
  private var isUp = false
  private var wasDown = false
  private var schedules = Dictionary(
    uniqueKeysWithValues: CatalogList.allCases.map { ($0, ListSchedule()) })
  private let startError: String?

  init(
    _ configuration: Configuration.Upstream, _ upstream: (any Upstream)?,
    limits: Configuration.Limits, error: String? = nil
  ) {
    self.configuration = configuration
    self.upstream = upstream
    timeout = configuration.timeout ?? limits.toolTimeout
    startError = error
  }

  /// The lists to read now or later, because of an event.
  func schedule(
    _ event: ListSchedule.Event, of list: CatalogList
  ) -> ListSchedule.Action? {
    schedules[list]?.handle(event)
  }

  /// The upstream is connected. Lists that it does not declare are empty.
  func connected(_ peer: UpstreamPeer) -> [CatalogList] {
    self.peer = peer
    isUp = true
    upstream?.health?.reconnected()
    let declared = CatalogList.allCases.filter { peer.capabilities.lists.contains($0.kind) }
    for list in CatalogList.allCases where !declared.contains(list) {
      _ = schedule(.down, of: list)
      take(UpstreamListing.Contents(), of: list, at: MonotonicTime(nanoseconds: 0))
    }
    return declared
  }

  /// The connection ended. What was listed stays: a call says what is wrong, and clients keep
  /// stable names.
  func disconnected() {
    isUp = false
    wasDown = true
    for list in CatalogList.allCases { _ = schedule(.down, of: list) }
  }

  /// A list was read.
  /// - Returns: what is not offered, and after which time the list must be read again.
  @discardableResult
  func take(
    _ contents: UpstreamListing.Contents, of list: CatalogList, at now: MonotonicTime
  ) -> (problems: [ItemProblem], ttl: Duration?) {
    let found = register(contents.definitions, list)
    problems[list] = found
    errors[list] = nil
    listed.insert(list)
    tried.insert(list)
    freshUntil[list] = nil
    guard peer?.version.era == .stateless, let ttl = contents.ttl, ttl > .zero else {
      return (found, nil)
    }
    let bounded = min(ttl, ListSchedule.ttlBounds.upperBound)
    freshUntil[list] = now + bounded
    let announces = peer?.capabilities.announces.contains(list.kind) ?? false
    return (found, announces ? nil : bounded)
  }

  /// A list could not be read; what is known of it stays.
  func miss(_ list: CatalogList, because reason: String) {
    errors[list] = reason
    tried.insert(list)
    freshUntil[list] = nil
  }

  private func register(_ definitions: [JSONNode], _ list: CatalogList) -> [ItemProblem] {
    guard let upstream else { return [] }
    let server = configuration.name
    let problems: [ItemProblem]
    switch list {
    case .tools:
      let registration = ToolRegistration(
        configuration: configuration, defaultTimeout: timeout, upstream: upstream)
      let found = registration.register(definitions)
      tools = ItemList(found.items)
      problems = found.problems
    case .prompts:
      let found = PromptRegistration(server: server, timeout: timeout, upstream: upstream)
        .register(definitions)
      prompts = ItemList(found.items)
      problems = found.problems
    case .resources:
      let found = ResourceRegistration(server: server, timeout: timeout, upstream: upstream)
        .resources(definitions)
      resources = ItemList(found.items)
      problems = found.problems
    case .templates:
      let found = ResourceRegistration(server: server, timeout: timeout, upstream: upstream)
        .templates(definitions)
      templates = ItemList(found.items)
      problems = found.problems
    }
    return problems
  }

  // MARK: - As others see it

  var server: CatalogServer {
    CatalogServer(
      name: configuration.name, upstream: upstream, peer: peer, timeout: timeout,
      keepsPublic: configuration.keepsPublic, tools: tools, prompts: prompts,
      resources: resources, templates: templates, listed: listed, failed: Set(errors.keys),
      freshUntil: freshUntil, isUp: isUp,
      isSettled: upstream == nil || wasDown || tried.count == CatalogList.allCases.count)
  }

  var report: UpstreamReport {
    UpstreamReport(
      configuration: configuration, upstream: upstream, status: upstream?.status ?? .stopped,
      tools: tools.items.count, prompts: prompts.items.count, resources: resources.items.count,
      templates: templates.items.count,
      problems: CatalogList.allCases.flatMap { problems[$0] ?? [] },
      listingError: startError
        ?? CatalogList.allCases.lazy.compactMap { [errors] in errors[$0] }.first)
  }
}

/// One configured upstream, for people.
public struct UpstreamReport: Sendable {
  /// What the configuration says of it.
  public let configuration: Configuration.Upstream
  let upstream: (any Upstream)?
  /// The state of its connection.
  public var status: UpstreamStatus
  /// How many tools of it are offered.
  public let tools: Int
  /// How many prompts of it are offered.
  public let prompts: Int
  /// How many resources of it are listed.
  public let resources: Int
  /// How many resource templates of it are listed.
  public let templates: Int
  /// What is not offered, and why.
  public let problems: [ItemProblem]
  /// Why a list could not be read the last time; what is offered of it is older.
  public let listingError: String?

  /// What to do about `status.lastError`; nil while the upstream is connected.
  public var advice: String? {
    guard status.state != .ready, let error = status.lastError else { return nil }
    let isProcess = if case .stdio = configuration.transport { true } else { false }
    return UpstreamAdvice.text(for: error, isProcess: isProcess)
  }

  /// What becomes of its calls; nil when there is no upstream, since it is disabled or refused.
  public var health: UpstreamHealth? { upstream?.health }
}
