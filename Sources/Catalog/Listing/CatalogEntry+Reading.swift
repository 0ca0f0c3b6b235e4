import Configuration
import Crypto
import JSON
import MCP
import Reactor

/// What its upstream lists.
extension CatalogEntry {
  /// What came of reading a list.
  struct Reading {
    /// What is not offered, unless the list is as it was.
    var problems: [ItemProblem] = []
    /// How old the list may become.
    var maxAge: Duration
    /// Whether anything is other than before, so that it must be published.
    var isNews: Bool
  }

  /// A list was read. One that is as it was keeps its items.
  /// - Parameter seen: how many announcements there had been before.
  @discardableResult
  func take(
    _ contents: UpstreamListing.Contents, of list: CatalogList, at now: MonotonicTime,
    seen: Int = 0
  ) -> Reading {
    let digest = contents.digest
    let isOther = digests[list] != digest
    // Editions with the list as it was keep what was said of that.
    if isOther { freshness[list] = Freshness() }
    var reading = Reading(
      maxAge: freshen(list, for: contents.ttl, at: now), isNews: isOther || errors[list] != nil)
    if isOther {
      reading.problems = register(contents.definitions, list)
      problems[list] = reading.problems
      note(list)
    }
    if list == .tools, self.seen != seen {
      self.seen = seen
      isHeld = false
      reading.isNews = true
    }
    digests[list] = digest
    errors[list] = nil
    listed.insert(list)
    tried.insert(list)
    return reading
  }

  /// Notes until when the upstream says that a list stays as it is.
  /// - Returns: after which time the list must be read again.
  private func freshen(
    _ list: CatalogList, for ttl: Duration?, at now: MonotonicTime
  ) -> Duration {
    guard peer?.version.era == .stateless, let ttl, ttl > .zero else {
      freshness[list]?.until = nil
      return maxAge
    }
    let bounded = min(ttl, ListSchedule.ageBounds.upperBound)
    freshness[list]?.until = now + bounded
    let announces = peer?.capabilities.announces.contains(list.kind) ?? false
    return announces ? maxAge : min(bounded, maxAge)
  }

  /// A list could not be read; what is known of it stays.
  func miss(_ list: CatalogList, because reason: String) {
    errors[list] = reason
    tried.insert(list)
    freshness[list]?.until = nil
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
      toolsReadings += 1
      problems = found.problems
    case .prompts:
      let found = PromptRegistration(server: server, timeout: timeout, upstream: upstream)
        .register(definitions)
      prompts = ItemList(found.items)
      problems = found.problems
    case .resources:
      let found = ResourceRegistration(server: server, timeout: timeout, upstream: upstream)
        .resources(definitions.map(restricted))
      resources = ItemList(
        configuration.pages == .denied
          ? found.items.filter { !PageHosts.isPage($0.upstreamURI) } : found.items)
      problems = found.problems
    case .templates:
      let found = ResourceRegistration(server: server, timeout: timeout, upstream: upstream)
        .templates(definitions)
      templates = ItemList(found.items)
      problems = found.problems
    }
    return problems
  }

  /// A resource whose page may speak with the configured hosts alone. None is listed when pages are
  /// not shown.
  private func restricted(_ definition: JSONNode) -> JSONNode {
    guard case .hosts(let hosts) = configuration.pages else { return definition }
    var restriction = PageRestriction(.hosts(hosts), in: definition)
    restriction.restrict(definition)
    return restriction.applied(to: definition)
  }
}
