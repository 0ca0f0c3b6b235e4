import Testing

@testable import Search

@Suite("What a query is for")
struct QueryHeadTests {
  private static func head(_ text: String) -> [String] {
    SearchQuery(text).words.filter(\.isHead).map(\.text)
  }

  @Test(
    arguments: [
      ("List all tables in the workspace of the team", ["list", "tables"]),
      ("Search for papers about graph networks", ["search", "papers"]),
      ("Get the grade and size of files for me", ["get", "grade", "size", "files"]),
      ("Retrieve the price of Bitcoin over the past month", ["retrieve", "price", "bitcoin"]),
      ("Delete the issue \"in the way\" from the board", ["delete", "issue"]),
      ("weather tomorrow", ["weather", "tomorrow"]),
    ])
  func `it ends at the first preposition after two words that say something`(
    text: String, head: [String]
  ) {
    #expect(Self.head(text) == head)
  }

  @Test func `it counts more than the circumstances`() {
    let index = ToolIndex([
      SearchableTool(
        id: "a", name: "list_workspaces", description: "Lists workspaces.", server: "one"),
      SearchableTool(id: "b", name: "list_tables", description: "Lists tables.", server: "one"),
    ])
    #expect(index.search("list the tables in my workspaces").map(\.tool.id) == ["b", "a"])
    #expect(index.search("list the workspaces with my tables").map(\.tool.id) == ["a", "b"])
  }

  @Test(
    arguments: [
      ("Read \"a.json\" and \"b.json\"", true), ("Read /tmp/a.json and /tmp/b.json", true),
      ("Read \"a.json\"", false), ("Read a.json for someone@example.com", false),
      ("Read the files", false),
    ])
  func `several values of one kind are seen`(text: String, are: Bool) {
    #expect(SearchQuery(text).hasSeveralValues == are)
  }

  @Test func `several values ask for a tool that takes many at once`() {
    let index = ToolIndex([
      SearchableTool(id: "a", name: "read_file", description: "Reads a file.", server: "one"),
      SearchableTool(
        id: "b", name: "read_multiple_files", description: "Reads files.", server: "one"),
    ])
    #expect(index.search("read the file /tmp/a.json").map(\.tool.id) == ["a", "b"])
    let several = "read the files /tmp/a.json and /tmp/b.json"
    #expect(index.search(several).map(\.tool.id) == ["b", "a"])
    let explained = index.explain(several, id: "b")?.additions.map(\.title) ?? []
    #expect(explained.contains("it takes several at once, and the query has several"))
  }
}
