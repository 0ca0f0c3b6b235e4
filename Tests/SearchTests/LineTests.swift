import Testing

@testable import Search

@Suite("Lines of tools and queries")
struct LineTests {
  private func tools(_ text: String) throws(SearchLines.Failure) -> [SearchableTool] {
    try SearchLines.tools(Array(text.utf8))
  }

  private func reason(_ text: String) -> String? {
    do {
      _ = try tools(text)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `tools are read, with schemas of both kinds`() throws {
    let tools = try tools(
      """
      {"id": "1", "server": "s", "name": "n", "description": "d", "server_description": "t",
       "schema": {"type": "object", "properties": {"p": {"type": "string"}}, "required": ["p"]}}
      """.replacing("\n", with: "") + "\n\n"
        + #"{"server": "s", "name": "m", "schema": {"url": "(string) The address", "n": "How many"}}"#
    )
    #expect(tools.map(\.id) == ["1", "s__m"])
    #expect(tools[0].parameters == [.init(name: "p", type: "string", isRequired: true)])
    #expect(tools[0].serverText == "t")
    #expect(tools[1].parameters.map(\.type) == ["string", ""])
    #expect(tools[1].parameters.map(\.text) == ["The address", "How many"])
  }

  @Test(
    arguments: [
      ("{\"name\": \"a\"}\n[]", "line 2: expected an object"),
      ("{\"name\": 7}", "line 1: `name` must be a string, and not empty"),
      ("{\"name\": \"\"}", "line 1: `name` must be a string, and not empty"),
      ("{\"name\": \"a\"", "line 1: the text ends where"),
      ("\n{\"name\": \"a\"}\n{\"name\": \"a\"}", "line 3: the id \"__a\" stands in line 2 already"),
    ])
  func `what is wrong is said with its line`(text: String, reason: String) {
    #expect(self.reason(text)?.hasPrefix(reason) == true)
  }

  @Test func `bounds hold`() throws {
    let long = "{\"name\": \"\(String(repeating: "a", count: SearchLines.lineBytesMax))\"}"
    #expect(reason(long) == "line 1: longer than \(SearchLines.lineBytesMax) bytes")
    let lines = [UInt8](repeating: 0x0A, count: SearchLines.linesMax + 1)
    #expect(throws: SearchLines.Failure.self) { try SearchLines.tools(lines) }
    #expect(try SearchLines.tools(Array(lines.dropLast())).isEmpty)
    let ids = (0...SearchLines.relevantMax).map { "\"\($0)\"" }.joined(separator: ",")
    #expect(throws: SearchLines.Failure.self) {
      try SearchLines.queries(Array("{\"query\": \"q\", \"relevant\": [\(ids)]}".utf8))
    }
    #expect(throws: SearchLines.Failure.self) {
      try SearchLines.queries(Array(#"{"query": "q", "relevant": []}"#.utf8))
    }
  }

  @Test func `a tool of many words is looked at as far as its bounds`() {
    var huge = tool("t", "First. " + (0..<100_000).map { "w\($0)" }.joined(separator: " "))
    huge.parameters = (0..<5000).map { .init(name: "p\($0)", text: "Text \($0)") }
    let index = ToolIndex([huge, tool("u", "w99999")])
    #expect(index.ids("w99999") == ["u"])
    #expect(index.ids("w5") == ["t"])
    #expect(index.ids("p4999").isEmpty)
  }

  @Test func `scores are those of the definitions`() throws {
    let index = ToolIndex([tool("a", "alpha"), tool("b", "alpha beta"), tool("c", "gamma")])
    let scores = SearchScores(
      of: [
        .init(text: "gamma", relevant: ["c"]), .init(text: "gamma", relevant: ["a"]),
        .init(text: "alpha", relevant: ["a", "b"]), .init(text: "alpha", relevant: ["none"]),
      ], in: index)
    #expect(scores.queries == 3 && scores.unknown == 1)
    #expect(scores.recall[1] == (1 + 0 + 0.5) / 3)
    #expect(scores.recall[3] == (1 + 0 + 1) / 3.0)
    #expect(scores.ndcg[5] == (1 + 0 + 1) / 3.0)
    #expect(scores.reciprocalRank == (1 + 0 + 1) / 3.0)
    #expect(scores.times.count == 3)
  }
}
