import JSON
import Search
import Testing
import TestSupport

@testable import sallyport

private let session = Session(
  environment: ["HOME": "/nowhere"], output: .plain, errors: .plain)

@Suite("tools search")
struct ToolsSearchTests {
  private static let tools = """
    {"id": "g__create_issue", "server": "g", "name": "create_issue", "description": "Opens an issue."}
    {"id": "m__send", "server": "m", "name": "send", "description": "Sends a mail."}

    """

  private func search(
    _ query: String, in catalog: String, server: String? = nil, json: Bool = false
  ) -> ExitCode {
    ToolsSearchCommand(
      search: ToolSearch(
        query: query, catalog: catalog, server: server, isExplained: true),
      common: .init(json: json), session: session
    ).run()
  }

  @Test func `a catalog is searched, and what fits nothing fails`() throws {
    let scratch = TemporaryDirectory()
    let directory = scratch.path
    let catalog = directory + "/tools.jsonl"
    #expect(search("issue", in: catalog) == .failure)
    _ = try NewFile.write(Self.tools, to: catalog, mode: 0o644, replacing: false)
    #expect(search("issue", in: catalog) == .success)
    #expect(search("issue", in: catalog, json: true) == .success)
    #expect(search("issue", in: catalog, server: "m") == .failure)
    #expect(search("zebra", in: catalog) == .failure)
    #expect(search("zebra", in: catalog, json: true) == .success)
    _ = try NewFile.write("{\n", to: catalog, mode: 0o644, replacing: true)
    #expect(search("issue", in: catalog) == .failure)
  }

  @Test func `queries are scored, unless none names a tool of the catalog`() throws {
    let scratch = TemporaryDirectory()
    let directory = scratch.path
    let catalog = directory + "/tools.jsonl"
    let queries = directory + "/queries.jsonl"
    _ = try NewFile.write(Self.tools, to: catalog, mode: 0o644, replacing: false)
    func score(_ line: String, json: Bool = false) throws -> ExitCode {
      _ = try NewFile.write(line + "\n", to: queries, mode: 0o644, replacing: true)
      return ToolsScoreCommand(
        catalog: catalog, queries: queries, common: .init(json: json), session: session
      ).run()
    }
    #expect(try score(#"{"query": "mail", "relevant": ["m__send"]}"#) == .success)
    #expect(try score(#"{"query": "mail", "relevant": ["m__send"]}"#, json: true) == .success)
    #expect(try score(#"{"query": "mail", "relevant": ["other"]}"#) == .failure)
    #expect(try score(#"{"query": "mail"}"#) == .failure)
  }

  @Test func `what the admin API found is told by the tools' own names`() throws {
    let index = ToolIndex(try SearchLines.tools(Array(Self.tools.utf8)))
    let explanation = try #require(index.explain("post a mail quickly", id: "m__send"))
    let answer = try JSONDocument(
      parsing: Array(
        """
        [{"name": "a__b__c", "server": "a", "score": 1.5, "definition": {"name": "a__b__c",
        "title": "T", "description": "D.", "inputSchema": {"type": "object", "properties": {"p":
        {"type": "string"}}, "required": ["p"]}},
        "explanation": \(ExplanationLines.json(of: explanation))},
        {"name": "no definition", "server": "a"}]
        """.utf8)
    ).root
    let found = ToolsSearchCommand.found(answer)
    #expect(
      found.map(\.tool) == [
        SearchableTool(
          id: "a__b__c", name: "b__c", title: "T", description: "D.",
          parameters: [.init(name: "p", type: "string", isRequired: true)], server: "a")
      ])
    #expect(found.map(\.score) == [1.5])
    #expect(found.map { ToolSummary($0.tool).line } == ["a__b__c(p: string) – D."])
    var same = explanation
    same.id = "a__b__c"
    #expect(found.map(\.explanation) == [same])
  }

  @Test func `the gateway is asked with everything that was said`() {
    func path(_ search: ToolSearch) -> String {
      ToolsSearchCommand(search: search, common: .init(), session: session).path
    }
    #expect(path(ToolSearch(query: "a&b ü")) == "/v1/tools/search?query=a%26b%20%C3%BC&limit=10")
    #expect(
      path(ToolSearch(query: "x", agent: "me", server: "git", limit: 3, isExplained: true))
        == "/v1/tools/search?query=x&limit=3&as=me&server=git&explain=true")
  }

  @Test func `an explanation is told word by word, and in JSON`() throws {
    let index = ToolIndex(try SearchLines.tools(Array(Self.tools.utf8)))
    let explanation = try #require(index.explain("post a mail quickly", id: "m__send"))
    let text = ExplanationLines.text(of: explanation, on: .plain)
    #expect(text.contains("post as send (synonym)"))
    #expect(text.contains("without quickly"))
    #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("    ") })
    let json = try JSONDocument(parsing: Array(ExplanationLines.json(of: explanation).utf8)).root
    #expect(json[member: "words"]?.count == 2)
    #expect(json.pointer("/words/0/reason")?.string == "synonym")
    #expect(ExplanationLines.rounded(-1.25) == "-1.25")
    #expect(ExplanationLines.rounded(12.3456) == "12.35")
  }
}
