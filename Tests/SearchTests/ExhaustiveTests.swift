import Testing

@testable import Search

@Suite("Search beside looking at every tool")
struct ExhaustiveTests {
  private static let words = [
    "list", "get", "create", "delete", "send", "search", "issue", "bug", "file", "folder", "page",
    "mail", "message", "channel", "user", "person", "team", "report", "chart", "branch", "commit",
    "repository", "table", "row", "query", "event", "calendar", "image", "video", "price",
  ]

  /// Few words in few places, so that many tools have one score.
  private func tools(_ count: Int, _ random: inout Draws) -> [SearchableTool] {
    (0..<count).map { number in
      func word() -> String { Self.words[Int(random.next() % UInt64(Self.words.count))] }
      return SearchableTool(
        id: "t\(number)", name: "\(word())_\(word())",
        description: number % 3 == 0 ? "Works with a \(word())." : "", server: "s\(number % 7)")
    }
  }

  /// The results by the definition: the best by their words alone that may be used, put in order by
  /// all that counts.
  private func expected(
    _ query: String, in index: ToolIndex, limit: Int, where isUsable: (String) -> Bool
  ) throws -> [SearchResult] {
    var all: [(words: Float, key: UInt64, result: SearchResult)] = []
    for tool in index.tools where isUsable(tool.id) {
      let explanation = try #require(index.explain(query, id: tool.id))
      let slot = try #require(index.slot(of: tool.id))
      guard !explanation.words.isEmpty else { continue }
      all.append(
        (
          explanation.words.reduce(0) { $0 + $1.score }, index.keys[slot],
          SearchResult(tool: tool, score: explanation.score)
        ))
    }
    all.sort { ($1.words, $0.key) < ($0.words, $1.key) }
    let close = all.prefix(max(limit, ToolIndex.closelyMin)).map(\.result)
    return Array(
      close.sorted { $0.score != $1.score ? $0.score > $1.score : $0.tool.id < $1.tool.id }
        .prefix(limit))
  }

  @Test(arguments: [(3, 1), (17, 2), (120, 3), (400, 4), (403, 5)])
  func `a search finds what looking at every tool finds`(count: Int, seed: UInt64) throws {
    var random = Draws(seed: seed)
    var index = ToolIndex(tools(count, &random))
    for number in stride(from: 0, to: count, by: 5) { index.remove(id: "t\(number)") }
    for tool in tools(count / 2, &random) { index.update(tool) }
    for round in 0..<24 {
      let query = (0...(round % 6)).map { _ in
        Self.words[Int(random.next() % UInt64(Self.words.count))]
      }.joined(separator: " ")
      let share = [1, 2, 9][round % 3]
      let limit = [1, 10, 100, 1000][round % 4]
      func isUsable(_ id: String) -> Bool { StringHash.fnv1a(id) % UInt64(share) == 0 }
      let found = index.search(query, limit: limit, where: isUsable)
      #expect(
        try found == expected(query, in: index, limit: limit, where: isUsable),
        "\(query), \(limit), 1 of \(share)")
    }
  }

  @Test func `the filter is asked about few and about none twice`() {
    var random = Draws(seed: 6)
    let index = ToolIndex(tools(2000, &random))
    var asked: [String] = []
    let found = index.search("delete the report of a user") { id in
      asked.append(id)
      return true
    }
    #expect(found.count == 10)
    #expect(asked.count == ToolIndex.closelyMin && Set(asked).count == asked.count)
    asked = []
    let none = index.search("delete the report of a user") { id in
      asked.append(id)
      return false
    }
    #expect(none.isEmpty)
    #expect(Set(asked).count == asked.count)
  }
}

/// Numbers by chance, the same for the same seed.
private struct Draws {
  let seed: UInt64
  private var count = 0

  init(seed: UInt64) { self.seed = seed }

  mutating func next() -> UInt64 {
    count += 1
    return StringHash.fnv1a("\(seed), \(count)")
  }
}
