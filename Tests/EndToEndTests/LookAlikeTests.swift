import JSON
import Testing

/// Names that a person takes for one another stay different items, and the person is told.
@Suite(.ownThreads)
struct LookAlikeTests {
  /// With a Cyrillic letter in place of the Latin one.
  private static let cyrillicTool = "reаd_order"
  private static let cyrillicPrompt = "grеet"

  private static func listed(_ tools: [String], prompts: [String] = []) -> String {
    func names(_ list: [String], _ more: String = "") -> String {
      list.map { #"{"name":"\#($0)"\#(more)}"# }.joined(separator: ",")
    }
    let schema = #","inputSchema":{"type":"object"}"#
    return #"{"tools":[\#(names(tools, schema))],"prompts":[\#(names(prompts))]}"#
  }

  private func start() throws -> Gateway {
    let scratch = Scratch()
    try scratch.write(Self.listed(["read_order"], prompts: ["greet"]), to: "files.json")
    try scratch.write(
      Self.listed(
        ["read_0rder", Self.cyrillicTool, "send"], prompts: ["greet", Self.cyrillicPrompt]),
      to: "other.json")
    let gateway = try Gateway(
      upstreams: [
        "files": try Upstreams.changing(scratch.file("files.json")),
        "fi1es": try Upstreams.changing(scratch.file("other.json")),
      ], policy: Gateway.approvingPolicy, scratch: scratch)
    try gateway.awaitItems(3, of: "files")
    try gateway.awaitItems(5, of: "fi1es")
    return gateway
  }

  private func rules(_ word: String, _ gateway: Gateway) throws -> [String] {
    try gateway.item(word, of: "fi1es")[member: "signals"]?.elements.compactMap {
      $0[member: "rule"]?.string
    } ?? []
  }

  @Test("A tool and a server that look like others are shown so, and approved in spite of it alone")
  func digits() throws {
    let gateway = try start()
    #expect(try rules("server", gateway) == ["look-alike-name"])
    #expect(try rules("read_0rder", gateway) == ["look-alike-name"])
    #expect(try rules("send", gateway).isEmpty)
    let shown = try gateway.command("upstream", "show", "fi1es").output
    #expect(shown.contains("Its name looks like `read_order` of the upstream `files`."), "\(shown)")

    // Nobody can say which of the two is the right one.
    #expect(try gateway.command("upstream", "approve", "files", "--yes").code != 0)
    try gateway.approve("files", "--despite", "look-alike-name")
    try waitUntil("the tool") { try gateway.toolNames() == ["files__read_order"] }
    #expect(try gateway.states(of: "fi1es").values.allSatisfy { $0 == "pending" })
    for words in [[], ["read_0rder"], ["server"]] {
      let refused = try gateway.command(
        words: ["upstream", "approve", "fi1es"] + words + ["--yes"])
      #expect(refused.code != 0)
      #expect(refused.errors.contains("--despite look-alike-name"), "\(refused.errors)")
    }
    #expect(try gateway.client.call("fi1es__read_0rder").errorCode == -32602)

    try gateway.approve("fi1es", "server", "read_0rder", "--despite", "look-alike-name")
    try waitUntil("both") {
      try gateway.toolNames() == ["fi1es__read_0rder", "files__read_order"]
    }
    #expect(try gateway.client.call("files__read_order").text == "called read_order")
    #expect(try gateway.client.call("fi1es__read_0rder").text == "called read_0rder")
    #expect(try gateway.client.call("files__read_0rder").errorCode == -32602)

    #expect(try gateway.command("upstream", "reject", "fi1es", "read_0rder").code == 0)
    try waitUntil("one") { try gateway.toolNames() == ["files__read_order"] }
    #expect(try gateway.item("read_order", of: "files").has("state", "approved"))
  }

  @Test("Letters of another alphabet make another item, or none at all")
  func letters() throws {
    let gateway = try start()
    // A tool that no client can name is none.
    let problems = try #require(try gateway.upstream("fi1es")[member: "problems"])
    #expect(problems.elements.contains { $0.has("tool", Self.cyrillicTool) }, "\(problems)")
    #expect(
      try gateway.command("upstream", "approve", "fi1es", Self.cyrillicTool, "--yes").code != 0)
    // Prompts may be called anything.
    #expect(try rules("prompt:\(Self.cyrillicPrompt)", gateway) == ["mixed-alphabets"])
    #expect(try rules("prompt:greet", gateway).isEmpty)
    try gateway.approve("fi1es", "prompt:greet")
    let states = try gateway.states(of: "fi1es")
    #expect(states["prompt:greet"] == "approved")
    #expect(states["prompt:\(Self.cyrillicPrompt)"] == "pending")

    let server = try gateway.command(
      "upstream", "add", "--name", "fіles", "--url", "http://127.0.0.1:9/")
    #expect(server.code != 0)
    #expect(server.errors.contains("cannot be a server's name"), "\(server.errors)")
  }
}
