import JSON
import Testing

@testable import Search

@Suite("Index")
struct IndexTests {
  private let index = ToolIndex([
    tool("create_issue", "Opens a new issue in a repository.", server: "github", "title", "body"),
    tool("list_issues", "Lists the issues of a repository.", server: "github", "state"),
    tool("delete_repository", "Deletes a repository for good.", server: "github"),
    tool("send_message", "Sends a message to a channel.", server: "slack", "channel", "text"),
    tool("getCurrentWeather", "The weather at a place now.", server: "weather", "city"),
    tool("kubectl_scale", "Changes how many replicas of a deployment run.", server: "kubernetes"),
  ])

  @Test(
    arguments: [
      ("open an issue", "create_issue"), ("get rid of the repository", "delete_repository"),
      ("remove repo", "delete_repository"), ("get current weather", "getCurrentWeather"),
      ("weather in the cities", "getCurrentWeather"), ("post to slack", "send_message"),
      ("k8s replicas", "kubectl_scale"), ("show issues by state", "list_issues"),
      ("getCurrentWeather", "getCurrentWeather"), ("github delete_repository", "delete_repository"),
    ])
  func `a wish finds its tool`(query: String, id: String) {
    #expect(index.ids(query).first == id)
  }

  @Test(
    arguments: [
      ("delete the repositry", "delete_repository"), ("weahter", "getCurrentWeather"),
      ("deploymnet replcias", "kubectl_scale"), ("send mesage", "send_message"),
    ])
  func `a slip of the pen is forgiven`(query: String, id: String) {
    #expect(index.ids(query).first == id)
  }

  @Test func `a name counts more than a word`() {
    let tools = ["mercury", "venus"].map { tool($0, "Reports on \($0).") }
    #expect(ToolIndex(tools).ids("report on mercury and Venus").first == "venus")
    #expect(ToolIndex(tools).ids("report on Mercury and venus").first == "mercury")
  }

  @Test func `a phrase may have a small word in it`() {
    let index = ToolIndex([
      tool("enable_alarm", "Enables it."), tool("alarm_state", "Tells of the alarm."),
    ])
    #expect(index.ids("turn on the alarm").first == "enable_alarm")
    #expect(index.explain("turn on", id: "enable_alarm")?.words.first?.reason == .synonym)
  }

  @Test func `a service that no tool names is known by what it is about`() {
    let tools = [tool("find_tasks", "Finds tasks."), tool("tickle", "Tickles.")]
    #expect(ToolIndex(tools).ids("ticktick") == ["find_tasks"])
    // Who has the name needs no other word for it.
    let named = tools + [tool("sync", "Talks to TickTick.", server: "ticktick")]
    #expect(ToolIndex(named).ids("ticktick") == ["sync"])
  }

  @Test func `short words are not guessed at, and known words not corrected`() {
    #expect(index.ids("isue").isEmpty)
    let near = ToolIndex([tool("a", "a contest"), tool("b", "the context")])
    #expect(near.ids("context") == ["b"])
    #expect(near.ids("contexd") == ["b"])
    #expect(near.ids("conxxxt").isEmpty)
  }

  @Test func `the last word may be unfinished`() {
    #expect(index.ids("weath").first == "getCurrentWeather")
    #expect(index.ids("create an iss").first == "create_issue")
    #expect(index.ids("iss open") != ["x"])
    #expect(index.ids("we").isEmpty)
  }

  @Test func `a word in two parts, and two words in one, are found`() {
    let index = ToolIndex([tool("a", "colour palette"), tool("b", "the stopwatch")])
    #expect(index.ids("colourpalette") == ["a"])
    #expect(index.ids("stop watch") == ["b"])
  }

  @Test func `what nothing fits finds nothing`() {
    #expect(index.ids("").isEmpty)
    #expect(index.ids("zzzzzzzz qqqqqqqq").isEmpty)
    #expect(index.search("issue", limit: 0).isEmpty)
    #expect(ToolIndex().ids("issue").isEmpty)
  }

  @Test func `the filter is applied before the best are taken`() {
    let many = ToolIndex((0..<500).map { tool("t\($0)", "Sends a message number \($0).") })
    let usable = Set((0..<500).filter { $0 % 50 == 7 }.map { "t\($0)" })
    let found = many.search("send a message", limit: 10) { usable.contains($0) }
    #expect(Set(found.map(\.tool.id)) == usable)
    #expect(many.search("send a message") { _ in false }.isEmpty)
  }

  @Test func `what is searched can be in any field, also nested`() throws {
    let definition = try JSONDocument(
      parsing: Array(
        """
        {"name": "do", "title": "Alpha", "description": "Bravo.\\n\\nCharlie.", "_meta":
        {"tags": ["delta"], "examples": ["lima", 7]}, "inputSchema": {"type": "object", "properties": {"echo": {"type":
        "string", "description": "foxtrot", "enum": ["golf"]}, "list": {"type": "array", "items":
        {"$ref": "#/$defs/x"}}}, "required": ["echo"], "$defs": {"x": {"type": "object",
        "properties": {"hotel": {"description": "india", "anyOf": [{"type": "string"}, {"type":
        "null"}]}}}}}}
        """.utf8)
    ).root
    let tool = SearchableTool(
      id: "s__do", definition: definition, server: "juliett", serverText: "kilo")
    let index = ToolIndex([tool])
    for word in [
      "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett",
      "kilo", "lima",
    ] {
      #expect(index.ids(word) == ["s__do"], "\(word)")
    }
    #expect(tool.parameters.map(\.type) == ["string", "object[]", "string|null"])
    #expect(tool.parameters.map(\.depth) == [0, 0, 2])
  }

  @Test func `a schema that refers to itself ends`() throws {
    let schema = try JSONDocument(
      parsing: Array(
        ##"""
        {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "properties": {"next": {"$ref":
        "#/$defs/a"}, "other": {"$ref": "#/$defs/a"}}}}}
        """##.utf8)
    ).root
    let parameters = SearchableTool.parameters(of: schema)
    #expect(parameters.count <= SearchableTool.parametersMax)
    #expect(parameters.map(\.depth).max() == SearchableTool.parameterDepthMax)
  }

  @Test func `the past of an index does not show`() {
    let tools = (0..<200).map {
      tool(
        "t\($0)", "Does \(["send", "list", "find"][$0 % 3]) of thing\($0 % 17) and part\($0 % 5).")
    }
    let plain = ToolIndex(tools)
    var other = ToolIndex(tools.reversed())
    for number in stride(from: 0, to: 200, by: 3) { other.remove(id: "t\(number)") }
    other.update(tool("t500", "Sends thing3 nowhere."))
    for number in stride(from: 0, to: 200, by: 3) {
      other.update(tool("t\(number)", "Something else."))
      other.update(tools[number])
    }
    let removals = [other.remove(id: "t500"), other.remove(id: "t500")]
    #expect(removals == [true, false])
    #expect(other.count == 200)
    for query in ["send thing3", "list part2 of thing16", "nowhere", "else", "thng3 of prt2"] {
      #expect(plain.search(query, limit: 50) == other.search(query, limit: 50), "\(query)")
    }
  }

  @Test func `a copy keeps what it had`() {
    var copy = index
    copy.update(tool("create_issue", "Makes coffee."))
    #expect(copy.ids("coffee") == ["create_issue"])
    #expect(index.ids("coffee").isEmpty)
    #expect(index["create_issue"]?.description.hasPrefix("Opens") == true)
  }

  @Test func `equals come in the order of their ids`() {
    let index = ToolIndex(["c", "a", "b"].map { tool($0, "Sends mail.") })
    #expect(index.ids("mail") == ["a", "b", "c"])
  }

  @Test(
    arguments: [
      "please remove the repositry", "send a message to the channel", "create_issue", "iss",
      "list issues of \"the repository\" by state 42", "github issue title",
    ])
  func `the parts of an explanation are the score`(query: String) throws {
    let results = index.search(query)
    #expect(!results.isEmpty)
    for result in results {
      let explanation = try #require(index.explain(query, id: result.tool.id))
      #expect(abs(explanation.score - result.score) < 0.0001 * max(1, result.score))
      let parts =
        explanation.words.reduce(0) { $0 + $1.score }
        + explanation.additions.reduce(0) { $0 + $1.score }
      #expect(abs(parts - explanation.score) < 0.0001 * max(1, result.score))
    }
    #expect(index.explain(query, id: "none") == nil)
  }

  @Test func `an explanation names words, reasons and fields`() throws {
    let explanation = try #require(
      index.explain("remove my repositry quickly", id: "delete_repository"))
    #expect(explanation.words.map(\.word) == ["remove", "repositry"])
    #expect(explanation.words.map(\.reason) == [.synonym, .spelling])
    #expect(explanation.words.map(\.matched) == ["delet", "repository"])
    #expect(explanation.words[0].fields.map(\.field) == [.name, .purpose])
    #expect(explanation.missing == ["quickly"])
  }
}
