import Catalog
import Crypto
import JSON
import Ledger
import MCP

/// `tools/list`: the same policy asked of every tool.
extension Gate {
  /// Tools on one page.
  static let pageSize = 200

  func listTools(_ asked: Call) async -> MCPResponse {
    var call = asked
    if !call.snapshot.catalog.isSettled { call = await settled(call) ?? call }
    guard let start = startOfPage(call) else {
      await refuse(call, .malformed, code: JSONRPCError.Code.invalidParams, "unknown cursor")
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.invalidParams,
          message: "the cursor is not one of this gateway's: list again without it"))
    }
    let tools = call.snapshot.catalog.tools
    guard let entities = entities(of: call) else {
      return .failure(
        JSONRPCError(code: JSONRPCError.Code.internalError, message: "policy is not available"))
    }
    var visible: [Tool] = []
    var hidden: [String] = []
    for tool in tools[start...] {
      let decision = call.snapshot.decider.decideList(
        tool, caller: call.caller, entities: entities, client: call.request.client)
      guard decision.verdict == .allow else {
        hidden.append(tool.name)
        continue
      }
      visible.append(tool)
      // One more tells that there is a next page.
      if visible.count > Self.pageSize { break }
    }
    let page = visible.prefix(Self.pageSize)
    let listing = DecisionRecord.Listing(shown: page.count, hidden: hidden)
    guard await isWritten(stageList(call, listing)) else {
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.internalError, message: "this gateway cannot record the request"))
    }
    return .built(Self.result(page, hasMore: visible.count > Self.pageSize))
  }

  /// The index of the first tool of the page asked for; nil for a cursor that is not ours. A cursor
  /// names the last tool seen, so it holds while tools come and go.
  private func startOfPage(_ call: Call) -> Int? {
    guard let cursor = call.request.params?[member: "cursor"] else { return 0 }
    guard let text = cursor.string, text.utf8.count <= 256,
      let bytes = Base64URL.decode(text), let last = String(validating: bytes, as: UTF8.self)
    else { return nil }
    let tools = call.snapshot.catalog.tools
    var low = 0
    var high = tools.count
    while low < high {
      let middle = (low + high) / 2
      if last.utf8.lexicographicallyPrecedes(tools[middle].name.utf8) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }

  private static func result(_ page: ArraySlice<Tool>, hasMore: Bool) -> [UInt8] {
    var writer = JSONWriter(
      reservingCapacity: page.reduce(256) { $0 + $1.definition.count + 1 })
    writer.beginObject()
    writer.name("resultType")
    writer.string("complete")
    writer.name("tools")
    writer.beginArray()
    for tool in page { writer.raw(tool.definition) }
    writer.endArray()
    if hasMore, let last = page.last {
      writer.name("nextCursor")
      writer.string(Base64URL.encode(Array(last.name.utf8)))
    }
    writer.name("ttlMs")
    writer.int(0)
    writer.name("cacheScope")
    writer.string("private")
    writer.endObject()
    return writer.bytes
  }
}
