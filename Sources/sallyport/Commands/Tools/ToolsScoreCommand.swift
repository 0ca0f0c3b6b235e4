import Search

/// `sallyport tools search --catalog FILE --queries FILE`
struct ToolsScoreCommand {
  let catalog: String
  let queries: String
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    let tools: [SearchableTool]
    let asked: [SearchLines.Query]
    do {
      tools = try session.catalog(catalog)
      asked = try session.queries(queries)
    } catch {
      return session.report(error)
    }
    let scores = SearchScores(of: asked, in: ToolIndex(tools))
    guard scores.queries > 0 else {
      session.report(
        "\(queries): no query names a tool of \(catalog)",
        hint: "`relevant` holds ids of the catalog, as `\(tools.first?.id ?? "server__tool")`")
      return .failure
    }
    var rows = [("tools", "\(tools.count)"), ("queries", "\(scores.queries)")]
    if common.json || scores.unknown > 0 { rows.append(("unknown", "\(scores.unknown)")) }
    rows += SearchScores.recallCuts.map { ("recall@\($0)", decimal(scores.recall[$0])) }
    rows += SearchScores.ndcgCuts.map { ("ndcg@\($0)", decimal(scores.ndcg[$0])) }
    rows.append(("mrr", decimal(scores.reciprocalRank)))
    rows.append(("p50_us", decimal(Double(scores.time(within: 0.5)) / 1000, places: 1)))
    rows.append(("p99_us", decimal(Double(scores.time(within: 0.99)) / 1000, places: 1)))
    if common.json {
      Output.write(JSONText.object(rows.map { (name: $0.0, value: $0.1) }) + "\n")
    } else {
      var table = TextTable([
        .init(title: "MEASURE"), .init(title: "VALUE", alignment: .trailing),
      ])
      for row in rows { table.add([.init(row.0), .init(row.1)]) }
      Output.write(table.render(on: session.output))
    }
    return .success
  }

  private func decimal(_ value: Double?, places: Int = 4) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int(((value ?? 0) * Double(scale)).rounded())
    let digits = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: places - digits.count) + digits
  }
}
