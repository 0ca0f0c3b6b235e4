import JSON
import Testing

/// Finding, describing and calling tools that are not listed.
@Suite(.ownThreads)
struct MetaToolTests {
  @Test(
    "An unmodified client finds a tool, reads its schema and calls it; what is forbidden it cannot",
    arguments: ["auto", "legacy"])
  func findAndCall(mode: String) throws {
    let gateway = try Gateway(
      upstreams: ["old": Upstreams.scripted()],
      policy: Gateway.openPolicy + """

        @id("no-growing")
        forbid (principal, action, resource == Sallyport::Tool::"old__grow");
        """,
      settings: "expose: hybrid\nfavourites: [\"old__whoami\"]")
    let said = try SDKClient(transport: .http(port: gateway.port), mode: mode).run(
      """
      [{"do": "list"},
       {"do": "call", "tool": "search_tools", "arguments": {"query": "echo a text"}},
       {"do": "call", "tool": "search_tools", "arguments": {"query": "grow"}},
       {"do": "call", "tool": "describe_tool", "arguments": {"name": "old__echo"}},
       {"do": "call", "tool": "call_tool",
        "arguments": {"name": "old__echo", "arguments": {"text": "over here"}}},
       {"do": "call", "tool": "call_tool",
        "arguments": {"name": "old__grow", "arguments": {"name": "fresh"}}}]
      """)
    func text(_ step: Int) -> String { said[step][member: "text"]?.string ?? "" }
    #expect(
      said[1][member: "names"]?.elements.compactMap(\.string)
        == ["search_tools", "describe_tool", "call_tool", "old__whoami"])
    #expect(text(2).hasPrefix("old__echo("))
    #expect(!text(3).contains("old__grow"))
    let definition = try JSONDocument(parsing: Array(text(4).utf8)).root
    #expect(definition[member: "name"]?.string == "old__echo")
    #expect(definition[member: "inputSchema"] != nil)
    #expect(said[5][member: "isError"]?.bool == false)
    #expect(text(5).contains("over here"))
    #expect(said[6][member: "isError"]?.bool == true)
    #expect(text(6).hasPrefix("Unknown tool: old__grow."))

    func names(_ arguments: String...) throws -> [String] {
      let output = try gateway.command(
        words: ["tools", "search", "grow", "--json"] + arguments
      ).output
      return try JSONDocument(parsing: Array(output.utf8)).root.elements.compactMap {
        $0[member: "name"]?.string
      }
    }
    #expect(try names().first == "old__grow")
    #expect(try names("--as", "first").contains("old__grow") == false)
  }
}
