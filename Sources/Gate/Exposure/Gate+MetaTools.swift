import Catalog
import JSON
import Ledger
import MCP
import Search

/// The meta-tools: tools are searched, described and called at endpoints that do not list them all.
extension Gate {
  @inline(never)
  func call(_ tool: MetaTool, _ asked: Call, _ notifier: ClientNotifier) async -> MCPResponse {
    guard let params = asked.request.params, let arguments = ToolArguments.node(in: params),
      let schema = tool.inputSchema
    else { return deny(asked, tool, .ledger) }
    let violations = ToolArguments.violations(of: arguments, against: schema)
    guard violations.isEmpty else {
      let brief = violations.map(\.brief).joined(separator: "; ")
      await refuse(asked, .invalidArguments, code: nil, brief, tool: tool.rawValue)
      return deny(asked, tool, .arguments(violations: violations.map(\.text)))
    }
    switch tool {
    case .call:
      guard let request = CalledTool.request(asked.request, arguments) else {
        return deny(asked, tool, .ledger)
      }
      return await callTool(Call(asked, through: tool, as: request), notifier)
    case .search: return await search(await settledIfNeeded(asked), arguments)
    case .describe: return await describe(await settledIfNeeded(asked), arguments)
    }
  }

  private func settledIfNeeded(_ call: Call) async -> Call {
    call.view.isSettled ? call : await settled(call) ?? call
  }

  private func search(_ call: Call, _ arguments: JSONNode) async -> MCPResponse {
    let index = await index.edition(of: call.snapshot.catalog).tools
    guard let sight = sight(of: call) else { return Self.withoutPolicy }
    let found = Self.find(
      arguments[member: "query"]?.string ?? "",
      limit: arguments[member: "limit"]?.int64.map { Int(clamping: $0) } ?? 10, in: index,
      call.view, sight)
    let (lines, omitted) = ToolSummary.lines(
      of: found.results.map(\.tool), tokens: MetaToolAnswer.searchTokensMax)
    noteFound(found.results.map(\.tool.id), call)
    return await answer(
      .search, call, arguments, MetaToolAnswer.found(lines, omitted: omitted),
      DecisionRecord.Listing(shown: lines.count, hidden: found.hidden))
  }

  private func describe(_ call: Call, _ arguments: JSONNode) async -> MCPResponse {
    let name = arguments[member: "name"]?.string ?? ""
    guard let tool = call.view.tool(name), !tool.isForAppsOnly else {
      await refuse(
        call, .unknownTool, code: nil, "unknown tool: \(name.prefix(128))",
        tool: MetaTool.describe.rawValue)
      return unknown(name, call)
    }
    guard let sight = sight(of: call) else { return Self.withoutPolicy }
    let isListed = sight.isListed(tool)
    if isListed { noteFound([tool.name], call) }
    let text = String(decoding: call.view.definition(of: tool), as: UTF8.self)
    let listing = DecisionRecord.Listing(
      shown: isListed ? 1 : 0, hidden: isListed ? [] : [tool.name])
    let response = await answer(.describe, call, arguments, isListed ? text : "", listing)
    return isListed ? response : unknown(name, call)
  }

  /// The answer, once it is on record.
  private func answer(
    _ tool: MetaTool, _ call: Call, _ arguments: JSONNode, _ text: String,
    _ listing: DecisionRecord.Listing
  ) async -> MCPResponse {
    let answer = MetaToolAnswer.text(text)
    guard let result = try? JSONDocument(parsing: answer, limits: .ceiling).root,
      await isWritten(stage(tool, of: call, arguments, listing, result: result))
    else { return deny(call, tool, .ledger) }
    return .built(answer)
  }

  /// The tools that fit best of those that the caller may use, and the names of those among the
  /// best that it may not.
  static func find(
    _ query: String, limit: Int, in index: ToolIndex, _ view: EndpointView, _ sight: ToolSight
  ) -> (results: [SearchResult], hidden: [String]) {
    var hidden: [String] = []
    let results = index.search(query, limit: limit) { id in
      guard let tool = view.tool(id), !tool.isForAppsOnly else { return false }
      if sight.isUsable(tool) { return true }
      hidden.append(id)
      return false
    }
    return (results, hidden)
  }

  /// Whether a caller who came by a meta-tool is not to know that there is such a tool.
  func hides(_ tool: Tool, from call: Call) -> Bool {
    call.through != nil && (tool.isForAppsOnly || sight(of: call)?.isListed(tool) != true)
  }

  func unknown(_ name: String, _ call: Call) -> MCPResponse {
    Denial(reason: .unknownTool, tool: String(name.prefix(128)), server: "", callID: call.id)
      .answer
  }

  private func deny(_ call: Call, _ tool: MetaTool, _ reason: Denial.Reason) -> MCPResponse {
    Denial(reason: reason, tool: tool.rawValue, server: "", callID: call.id).answer
  }
}
