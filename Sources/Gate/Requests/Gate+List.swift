import Catalog
import Crypto
import JSON
import Ledger
import MCP
import Reactor

/// `tools/list`, `prompts/list`, `resources/list` and `resources/templates/list`: the same policy
/// asked of every item.
extension Gate {
  /// Items on one page.
  static let pageSize = 200

  static let withoutPolicy = MCPResponse.failure(
    JSONRPCError(code: JSONRPCError.Code.internalError, message: "policy is not available"))

  func list(_ list: CatalogList, _ asked: Call) async -> MCPResponse {
    var call = asked
    if !call.view.isSettled { call = await settled(call) ?? call }
    guard let last = Self.cursor(call) else {
      await refuse(call, .malformed, code: JSONRPCError.Code.invalidParams, "unknown cursor")
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.invalidParams,
          message: "the cursor is not one of this gateway's: list again without it"))
    }
    var page: ListPage?
    switch list {
    case .tools:
      let tools = call.view.listedTools(
        forApps: call.request.client.declares(extension: ProtocolExtension.apps))
      page = self.page(of: tools, after: last, for: call)
      // They stand before every name, so only on the first page.
      if call.view.hasMetaTools, last.isEmpty { page?.addMetaTools() }
    case .prompts: page = self.page(of: call.view.prompts, after: last, for: call)
    case .resources: page = self.page(of: call.view.resources, after: last, for: call)
    case .templates: page = self.page(of: call.view.templates, after: last, for: call)
    }
    guard let page else { return Self.withoutPolicy }
    let listing = DecisionRecord.Listing(shown: page.count, hidden: page.hidden)
    guard await isWritten(stageList(call, listing)) else {
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.internalError, message: "this gateway cannot record the request"))
    }
    if list == .tools { noteListing(call, isFirstPage: last.isEmpty) }
    return result(of: list, page, for: call)
  }

  /// The name or URI after which the page begins; nil for a cursor that is not ours. A cursor
  /// names the last item seen, so it holds while items come and go.
  private static func cursor(_ call: Call) -> String? {
    guard let cursor = call.request.params?[member: "cursor"] else { return "" }
    guard let text = cursor.string, text.utf8.count <= 4_096,
      let bytes = Base64URL.decode(text), let last = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return last
  }

  /// The items that the caller may see; nil when policy cannot be asked.
  private func page<Item: CatalogItem>(
    of items: [Item], after last: String, for call: Call
  ) -> ListPage? {
    guard let entities = entities(of: call) else { return nil }
    let (view, decider) = (call.view, call.snapshot.decider)
    return page(of: items, after: last, in: view) { item in
      decider.decideList(
        item, caller: call.caller, entities: entities, client: call.request.client
      ).verdict == .allow
    }
  }

  /// As for every item; what policy said of a tool once is not asked again.
  private func page(of tools: [Tool], after last: String, for call: Call) -> ListPage? {
    sight(of: call).map { sight in
      page(of: tools, after: last, in: call.view) { sight.isListed($0) }
    }
  }

  private func page<Item: CatalogItem>(
    of items: [Item], after last: String, in view: EndpointView, sees: (Item) -> Bool
  ) -> ListPage {
    var page = ListPage()
    for item in items[Self.start(of: items, after: last, in: view)...] {
      guard sees(item) else {
        page.hidden.append(item.publicID)
        continue
      }
      // One more tells that there is a next page.
      guard page.count < Self.pageSize else {
        page.hasMore = true
        break
      }
      page.add(view.definition(of: item), of: item, called: view.id(of: item))
    }
    return page
  }

  private static func start<Item: CatalogItem>(
    of items: [Item], after last: String, in view: EndpointView
  ) -> Int {
    var low = 0
    var high = last.isEmpty ? 0 : items.count
    while low < high {
      let middle = (low + high) / 2
      if last.utf8.lexicographicallyPrecedes(view.id(of: items[middle]).utf8) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }

  private func result(of list: CatalogList, _ page: ListPage, for call: Call) -> MCPResponse {
    let ttl = call.view.ttl(of: list, at: loop.now, least: call.snapshot.listTTL)
    guard call.snapshot === snapshot else { return .built(page.result(list, ttl: ttl)) }
    let key = ListCache.Key(
      list: list, usesOwnIDs: call.view.usesOwnIDs, items: page.items, hasMore: page.hasMore,
      hasMetaTools: page.hasMetaTools, ttl: ttl)
    if let known = lists[key] { return .relayed(known) }
    let bytes = page.result(list, ttl: ttl)
    guard let result = try? JSONDocument(parsing: bytes, limits: .ceiling).root else {
      return .built(bytes)
    }
    lists.insert(result, for: key)
    return .relayed(result)
  }
}

/// What one answer to a list holds.
private struct ListPage {
  private(set) var items: [ObjectIdentifier] = []
  private var definitions: [[UInt8]] = []
  private var last = ""
  private(set) var hasMetaTools = false
  /// Public names and URIs of what policy held back.
  var hidden: [String] = []
  var hasMore = false

  var count: Int { items.count }

  mutating func addMetaTools() {
    hasMetaTools = true
    definitions = MetaTool.allCases.map(\.definition) + definitions
  }

  mutating func add(_ definition: [UInt8], of item: some CatalogItem, called id: String) {
    items.append(ObjectIdentifier(item))
    definitions.append(definition)
    last = id
  }

  /// The result in stateless form. It depends on the principal, so nobody may share it.
  func result(_ list: CatalogList, ttl: Duration) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: definitions.reduce(256) { $0 + $1.count + 1 })
    writer.beginObject()
    writer.name("resultType")
    writer.string("complete")
    writer.name(list.member)
    writer.beginArray()
    for definition in definitions { writer.raw(definition) }
    writer.endArray()
    if hasMore {
      writer.name("nextCursor")
      writer.string(Base64URL.encode(Array(last.utf8)))
    }
    writer.name("ttlMs")
    writer.int(ttl.milliseconds)
    writer.name("cacheScope")
    writer.string("private")
    writer.endObject()
    return writer.bytes
  }
}

extension Duration {
  /// Whole milliseconds; 0 for a negative duration.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
