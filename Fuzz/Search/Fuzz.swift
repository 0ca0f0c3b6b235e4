import Search

/// Where results end, so that the optimiser keeps the work. The fuzzer has one thread.
nonisolated(unsafe) var sink = 0

/// Takes the bytes for lines of tools, for lines of queries, and for a query.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let text = String(decoding: bytes, as: UTF8.self)
  let queries = (try? SearchLines.queries(bytes)) ?? []
  sink &+= queries.count
  guard let tools = try? SearchLines.tools(bytes), !tools.isEmpty else {
    sink &+= ToolIndex().search(text).count
    return 0
  }
  var index = ToolIndex(tools)
  precondition(index.count == tools.count, "a tool is missing")
  for query in [text, tools[0].name, tools[0].purpose] + queries.map(\.text) {
    search(query, in: index)
  }
  // The order in which they came, and what was there in between, do not matter.
  var other = ToolIndex(tools.reversed())
  other.update(SearchableTool(id: "\u{0}", name: text, server: "s"))
  other.remove(id: "\u{0}")
  precondition(other.search(text) == index.search(text), "the past of an index shows")
  for tool in tools { precondition(index.remove(id: tool.id), "a tool cannot be removed") }
  precondition(index.search(text).isEmpty, "a removed tool is found")
  return 0
}

func search(_ query: String, in index: ToolIndex) {
  let results = index.search(query, limit: 5)
  precondition(results.count <= 5, "more results than asked for")
  for (result, next) in zip(results, results.dropFirst()) {
    precondition(result.score >= next.score, "the order is wrong")
  }
  for result in results {
    precondition(result.score.isFinite, "a score is no number")
    guard let explanation = index.explain(query, id: result.tool.id) else {
      preconditionFailure("a result cannot be explained")
    }
    let difference = abs(explanation.score - result.score)
    precondition(difference <= 0.001 * max(1, result.score), "the parts are not the whole")
    sink &+= ToolSummary(result.tool).line.utf8.count
  }
  let none = index.search(query) { _ in false }
  precondition(none.isEmpty, "the filter is not heeded")
}
