public import Configuration
import Inspection
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
  /// What people said of its items, if it is quarantined.
  let book: PinBook
  let announcements = ListAnnouncements()
  /// What an operator says of it.
  var card: ServerCard?
  /// Why a person stopped it; nil when nobody did.
  var stopReason: String?
  /// Counts stops and their ends.
  var turn = 0
  /// Ends its connection, since it was stopped.
  var ending: Task<Void, Never>?
  /// Counts beginnings and ends of the connection.
  var connection = 0
  /// Who the server is; nil until that was found out.
  private var identity: ListedItem?
  /// The items of each list.
  private var listedItems: [CatalogList: [ItemKey: ListedItem]] = [:]
  /// How many announcements there had been when the tools were read.
  private var seen = 0
  private(set) var review = Review([], [:])
  /// What of it is approved.
  private var approved = Approved()
  /// Whether `review` is as of now.
  var isHeld = false
  /// Whether what is new in `review` was told.
  var isTold = false

  private struct Approved {
    var tools = ItemList<Tool>()
    var prompts = ItemList<Prompt>()
    var resources = ItemList<Resource>()
    var templates = ItemList<ResourceTemplate>()
    var withheld: Set<ItemKey> = []
  }

  init(
    _ configuration: Configuration.Upstream, _ upstream: (any Upstream)?,
    limits: Configuration.Limits, error: String? = nil, book: PinBook = PinBook()
  ) {
    self.configuration = configuration
    self.upstream = upstream
    self.book = book
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
    isHeld = false
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

  /// It was found out who the server is.
  func take(_ identity: ServerIdentity) {
    self.identity = ListedItem(.server, identity.definition)
    isHeld = false
  }

  /// A list was read.
  /// - Parameter seen: how many announcements there had been before.
  /// - Returns: what is not offered, and after which time the list must be read again.
  @discardableResult
  func take(
    _ contents: UpstreamListing.Contents, of list: CatalogList, at now: MonotonicTime,
    seen: Int = 0
  ) -> (problems: [ItemProblem], ttl: Duration?) {
    let found = register(contents.definitions, list)
    if list == .tools { self.seen = seen }
    note(list)
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

  // MARK: - What people said of it

  /// Keeps what of a list is approved item by item. What is as it was is not digested again.
  private func note(_ list: CatalogList) {
    guard configuration.isQuarantined else { return }
    let known = listedItems[list] ?? [:]
    var items: [ItemKey: ListedItem] = [:]
    func add(_ key: ItemKey, _ definition: [UInt8]) {
      let before = known[key]
      items[key] = before?.definition == definition ? before : ListedItem(key, definition)
    }
    switch list {
    case .tools:
      for tool in tools.items { add(ItemKey(.tool, tool.upstreamName), tool.ownDefinition) }
    case .prompts:
      for prompt in prompts.items {
        add(ItemKey(.prompt, prompt.upstreamName), prompt.ownDefinition)
      }
    case .templates:
      for template in templates.items {
        add(ItemKey(.template, template.ownID), template.ownDefinition)
      }
    // Others are content, and seen when the server is approved.
    case .resources:
      for resource in resources.items where PageHosts.isPage(resource.upstreamURI) {
        add(ItemKey(.page, resource.upstreamURI), resource.ownDefinition)
      }
    }
    listedItems[list] = items
    isHeld = false
  }

  /// Holds what is listed against what people said, where something is new.
  /// - Parameter generation: that of the catalog that will have it.
  func hold(generation: UInt64) {
    guard configuration.isQuarantined, !isHeld else { return }
    isHeld = true
    isTold = false
    var listed = listedItems.values.flatMap(\.values)
    if let identity { listed.append(identity) }
    if let text = peer?.instructions, !text.isEmpty {
      var writer = JSONWriter(reservingCapacity: text.utf8.count + 2)
      writer.string(text)
      listed.append(ListedItem(.instructions, writer.bytes))
    }
    review = Review(listed, book.pins)
    approved = Approved()
    approved.withheld = Set(
      review.items.lazy.filter { [isApproved] in !isApproved || $0.state != .approved }
        .map(\.listed.key))
    guard isApproved else { return }
    approved.tools = ItemList(approvedTools(generation))
    approved.prompts = ItemList(
      prompts.items.filter { review.isApproved(ItemKey(.prompt, $0.ownID)) })
    approved.resources = ItemList(
      resources.items.filter {
        !PageHosts.isPage($0.upstreamURI) || review.isApproved(ItemKey(.page, $0.upstreamURI))
      })
    approved.templates = ItemList(
      templates.items.filter { review.isApproved(ItemKey(.template, $0.ownID)) })
  }

  private func approvedTools(_ generation: UInt64) -> [Tool] {
    let usual = ToolPin(announcements, seen: seen)
    return tools.items.compactMap { tool in
      guard let item = review[ItemKey(.tool, tool.upstreamName)], item.state == .approved else {
        return nil
      }
      let replacedIn = book.offers(tool.upstreamName, item.listed.digest, generation: generation)
      return Tool(
        tool,
        effect: configuration.declaredEffect(ofTool: tool.upstreamName)
          ?? item.pins.approved?.effect.flatMap(Configuration.Effect.init(rawValue:))
          ?? .destructive,
        digest: item.listed.digest,
        pin: replacedIn.map { ToolPin(announcements, seen: seen, replacedIn: $0) } ?? usual)
    }
  }

  /// The own names of the tools it lists, approved or not.
  var toolNames: [String] { tools.items.map(\.upstreamName) }

  /// Whether anything of it may be seen.
  var isApproved: Bool { !configuration.isQuarantined || review.isApproved(.server) }

  /// The kinds of which everything is listed.
  private var knownKinds: Set<ItemKey.Kind> {
    var kinds: Set<ItemKey.Kind> = peer == nil ? [] : [.instructions]
    if listed.contains(.tools) { kinds.insert(.tool) }
    if listed.contains(.prompts) { kinds.insert(.prompt) }
    if listed.contains(.templates) { kinds.insert(.template) }
    if listed.contains(.resources) { kinds.insert(.page) }
    return kinds
  }

  /// What is to be put on record that is not yet; told once.
  func notices(at time: Int64) -> [PinChange] {
    guard configuration.isQuarantined, !isTold else { return [] }
    let changes = review.notices(
      of: configuration.name, book.pins, known: knownKinds, at: time)
    for change in changes { book.take(change) }
    if !changes.isEmpty { review = Review(review.items.map(\.listed), book.pins) }
    return changes
  }

  /// What the operator's rules accept without asking; told once.
  func acceptances(_ inspector: Inspector, at time: Int64) -> [PinChange] {
    guard configuration.isQuarantined, !configuration.accepts.isEmpty else { return [] }
    return review.items.compactMap { item in
      guard item.state == .changed, let before = item.pins.approved,
        let rule = Acceptance.rule(
          from: before.definition, to: item.listed.definition, of: item.listed.key,
          configuration.accepts, inspector),
        book.proposes(item.listed.digest)
      else { return nil }
      return PinChange(
        event: .approved, server: configuration.name, key: item.listed.key, before: before.digest,
        after: item.listed.digest, definition: item.listed.definition, effect: before.effect,
        rule: rule.rawValue, time: time)
    }
  }

  // MARK: - As others see it

  var server: CatalogServer {
    let isSettled =
      upstream == nil || wasDown || tried.count == CatalogList.allCases.count
    guard configuration.isQuarantined else {
      return CatalogServer(
        name: configuration.name, upstream: upstream, peer: peer, timeout: timeout,
        keepsPublic: configuration.keepsPublic, tools: tools, prompts: prompts,
        resources: resources, templates: templates, listed: listed, failed: Set(errors.keys),
        freshUntil: freshUntil, isUp: isUp, isSettled: isSettled, card: card,
        pages: configuration.pages)
    }
    guard isApproved else {
      return CatalogServer(
        name: configuration.name, upstream: nil, timeout: timeout, isUp: isUp,
        isSettled: upstream == nil || isSettled && identity != nil, withheld: approved.withheld,
        seen: seen, card: card)
    }
    var shown = peer
    if !review.isApproved(.instructions) { shown?.instructions = nil }
    return CatalogServer(
      name: configuration.name, upstream: upstream, peer: shown, timeout: timeout,
      keepsPublic: configuration.keepsPublic, tools: approved.tools, prompts: approved.prompts,
      resources: approved.resources, templates: approved.templates, listed: listed,
      failed: Set(errors.keys), freshUntil: freshUntil, isUp: isUp, isSettled: isSettled,
      withheld: approved.withheld, seen: seen, card: card, pages: configuration.pages,
      isQuarantined: true)
  }

  var report: UpstreamReport {
    let server = server
    return UpstreamReport(
      configuration: configuration, upstream: upstream, status: upstream?.status ?? .stopped,
      tools: server.tools.items.count, prompts: server.prompts.items.count,
      resources: server.resources.items.count, templates: server.templates.items.count,
      isApproved: isApproved, waiting: review.waiting, stopReason: stopReason,
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
  /// Whether agents may see anything of it.
  public let isApproved: Bool
  /// How many of its items wait for somebody to decide about them.
  public let waiting: Int
  /// Why a person stopped it; nil when nobody did.
  public let stopReason: String?
  /// What is not offered, and why.
  public let problems: [ItemProblem]
  /// Why a list could not be read the last time; what is offered of it is older.
  public let listingError: String?

  /// What to do about `status.lastError`; nil while the upstream is connected.
  public var advice: String? {
    if stopReason != nil {
      return "it begins by itself when the stop is lifted (sallyport kill list)"
    }
    guard status.state != .ready, let error = status.lastError else { return nil }
    let isProcess = if case .stdio = configuration.transport { true } else { false }
    return UpstreamAdvice.text(for: error, isProcess: isProcess)
  }

  /// What becomes of its calls; nil when there is no upstream, since it is disabled or refused.
  public var health: UpstreamHealth? { upstream?.health }
}
