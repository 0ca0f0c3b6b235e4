import Testing

@testable import Search

@Suite("Word vectors")
struct VectorTests {
  private static func vector(_ text: String) -> TextVector { SearchQuery(text).vector(.standard) }

  @Test(
    arguments: [
      ("terminate a process", "kill the running program", "write an invoice"),
      ("invoice of a customer", "bill the client", "restart the container"),
      ("weather tomorrow", "rain forecast", "merge a branch"),
      ("unread mail", "new messages in the inbox", "delete a virtual machine"),
    ])
  func `texts about the same point alike`(text: String, alike: String, other: String) {
    let one = Self.vector(text)
    #expect(one.cosine(with: Self.vector(alike)) > one.cosine(with: Self.vector(other)) + 0.2)
  }

  @Test func `a text points like itself, whatever the order of its words`() {
    let one = Self.vector("list the open issues of a repository")
    let other = Self.vector("repository issues open list")
    #expect(abs(one.cosine(with: one) - 1) < 0.001)
    #expect(abs(one.cosine(with: other) - 1) < 0.001)
  }

  @Test(arguments: ["", "xqzzvw", "«»", "the of"])
  func `a text without a word that says something is about nothing`(text: String) {
    #expect(Self.vector(text).cosine(with: Self.vector("open")) == 0)
  }

  @Test func `what is only a value says nothing of what is wanted`() {
    let values = Self.vector("open \"invoice\" /etc/passwd 2024-01-15 someone@example.com")
    #expect(abs(values.cosine(with: Self.vector("open")) - 1) < 0.001)
  }

  @Test func `the table has words of the field by their stems, and no others`() {
    let text = "terminate invoices weather unread datasource kubernetes customers"
    let words = WordVectors.words(of: text)
    #expect(words.count == 7)
    for (word, stem) in words { #expect(WordVectors.row(of: stem) >= 0, "\(word)") }
    #expect(WordVectors.row(of: "xqzzvw") == WordVectors.none)
    #expect(WordVectors.row(of: "") == WordVectors.none)
  }

  @Test func `of two tools with equal words the one about the same comes first`() {
    let index = ToolIndex([
      SearchableTool(id: "a", name: "stop_it", description: "Stops the music.", server: "one"),
      SearchableTool(id: "b", name: "stop_it", description: "Stops the process.", server: "one"),
    ])
    #expect(index.search("stop that program").map(\.tool.id) == ["b", "a"])
    #expect(index.search("stop that song").map(\.tool.id) == ["a", "b"])
  }

  @Test func `a tool that is replaced is about what it says now`() {
    var index = ToolIndex([
      SearchableTool(id: "a", name: "stop_it", description: "Stops the music.", server: "one"),
      SearchableTool(id: "b", name: "stop_it", description: "Stops the process.", server: "one"),
    ])
    index.update(
      SearchableTool(id: "a", name: "stop_it", description: "Stops the program.", server: "one"))
    index.update(
      SearchableTool(id: "b", name: "stop_it", description: "Stops the songs.", server: "one"))
    #expect(index.search("stop that process").first?.tool.id == "a")
  }

  @Test func `an explanation says what being about the same gave`() throws {
    let index = ToolIndex([
      SearchableTool(id: "a", name: "stop_it", description: "Stops the music.", server: "one")
    ])
    let explanation = try #require(index.explain("stop that song", id: "a"))
    let about = explanation.additions.first { $0.title == "what both are about" }
    #expect((about?.score ?? 0) > 0)
  }
}
