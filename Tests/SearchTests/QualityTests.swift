import Testing

@testable import Search

@Suite("Quality of the search")
struct QualityTests {
  /// What a set must at least reach; a little below what was measured.
  struct Floor: Sendable {
    var recall1: Double
    var recall5: Double
    var ndcg10: Double
  }

  private func check(
    _ title: String, _ tools: [SearchableTool], _ queries: [SearchLines.Query], _ floor: Floor
  ) {
    let scores = SearchScores(of: queries, in: ToolIndex(tools))
    let recall = SearchScores.recallCuts.map { "@\($0) \(rounded(scores.recall[$0]))" }
    print(
      "search: \(title): \(scores.queries) queries, \(tools.count) tools, recall",
      recall.joined(separator: ", "), "nDCG@10", rounded(scores.ndcg[10]), "MRR",
      rounded(scores.reciprocalRank))
    #expect(scores.unknown == 0)
    #expect((scores.recall[1] ?? 0) >= floor.recall1)
    #expect((scores.recall[5] ?? 0) >= floor.recall5)
    #expect((scores.ndcg[10] ?? 0) >= floor.ndcg10)
  }

  private func rounded(_ value: Double?) -> Double { ((value ?? 0) * 1000).rounded() / 1000 }

  @Test func `wishes that do not name the tool find it among those of ninety-four servers`() throws
  {
    let tools = try SearchLines.tools(DataFile.own("tools.jsonl"))
    let queries = try SearchLines.queries(DataFile.own("queries.jsonl"))
    #expect(tools.count == 520 && queries.count == 330)
    check("own set", tools, queries, Floor(recall1: 0.685, recall5: 0.91, ndcg10: 0.82))
    let bare = tools.map { tool in
      var tool = tool
      tool.serverText = nil
      return tool
    }
    check(
      "own set, no server descriptions", bare, queries,
      Floor(recall1: 0.675, recall5: 0.9, ndcg10: 0.81))
  }

  @Test func `no query of the set has the name of its tool`() throws {
    for query in try SearchLines.queries(DataFile.own("queries.jsonl")) {
      for id in query.relevant {
        let name = id.split(separator: "/").last.map(String.init) ?? id
        let hasSeparator = name.contains { !$0.isLetter }
        #expect(!hasSeparator || !query.text.contains(name), "\(query.text)")
      }
    }
  }

  @Test func `our own requests for tools of the public set are found`() throws {
    guard let tools = DataFile.ofPublicData("tools.jsonl") else {
      print("skipped: the public tool retrieval data is absent")
      return
    }
    let queries = try SearchLines.queries(DataFile.own("public_queries.jsonl"))
    #expect(queries.count == 1105)
    check(
      "public, our own requests", try SearchLines.tools(tools), queries,
      Floor(recall1: 0.73, recall5: 0.94, ndcg10: 0.85))
  }

  @Test(
    arguments: [
      ("task", Floor(recall1: 0.8, recall5: 0.955, ndcg10: 0.9)),
      ("general", Floor(recall1: 0.83, recall5: 0.955, ndcg10: 0.915)),
    ])
  func `the half of the public set that weights were not tuned on is found`(
    kind: String, floor: Floor
  ) throws {
    guard let tools = DataFile.ofPublicData("tools.jsonl"),
      let queries = DataFile.ofPublicData("queries_\(kind)_report.jsonl")
    else {
      print("skipped: the public tool retrieval data is absent")
      return
    }
    check("public \(kind)", try SearchLines.tools(tools), try SearchLines.queries(queries), floor)
  }
}
