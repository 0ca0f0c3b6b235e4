import Configuration
import Inspection
import JSON
import MCP

/// What people said of what it lists.
extension CatalogEntry {
  /// It was found out who the server is.
  /// - Parameter connections: how many had begun before.
  func take(_ identity: ServerIdentity, connections: Int = 0) {
    self.identity = ListedItem(.server, identity.definition)
    identifiedConnections = connections
    reviewAnew()
  }

  /// What is listed or what people said is other than before: it is reviewed at the next `hold`,
  /// and what is new is told.
  func reviewAnew() {
    isHeld = false
    isTold = false
  }

  /// Keeps what of a list is approved item by item. What is as it was is not digested again.
  func note(_ list: CatalogList) {
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
    reviewAnew()
  }

  /// Holds what is listed against what people said, where something is new.
  /// - Parameter generation: that of the catalog that will have it.
  func hold(generation: UInt64) {
    guard configuration.isQuarantined, !isHeld else { return }
    isHeld = true
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
  func acceptances(_ inspector: @autoclosure () -> Inspector, at time: Int64) -> [PinChange] {
    guard configuration.isQuarantined, !configuration.accepts.isEmpty else { return [] }
    // Made when the first change needs it: it looks through the names of all upstreams' tools.
    var made: Inspector?
    return review.items.compactMap { item in
      guard item.state == .changed, let before = item.pins.approved,
        book.proposes(item.listed.digest)
      else { return nil }
      let known = made ?? inspector()
      made = known
      guard
        let rule = Acceptance.rule(
          from: before.definition, to: item.listed.definition, of: item.listed.key,
          configuration.accepts, known)
      else {
        book.settles(item.listed.digest)
        return nil
      }
      return PinChange(
        event: .approved, server: configuration.name, key: item.listed.key, before: before.digest,
        after: item.listed.digest, definition: item.listed.definition, effect: before.effect,
        rule: rule.rawValue, time: time)
    }
  }
}
