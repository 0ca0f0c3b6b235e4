import JSON
import Testing

/// Many items with one command: by patterns, with the effects that were drafted.
@Suite(.ownThreads)
struct ApprovePatternTests {
  private static let listed = """
    {"tools":[{"name":"list_files","description":"Lists the files of a folder.",
    "annotations":{"readOnlyHint":true},"inputSchema":{"type":"object"}},
    {"name":"list_users","description":"Lists the users.",
    "annotations":{"readOnlyHint":true},"inputSchema":{"type":"object"}},
    {"name":"delete_file","description":"Deletes a file for good.",
    "annotations":{"destructiveHint":true},"inputSchema":{"type":"object"}},
    {"name":"get_page","description":"Gets a page.",
    "annotations":{"readOnlyHint":true},"inputSchema":{"type":"object"}}]}
    """

  private static let policy = """
    @id("list-all")
    permit (principal, action == Sallyport::Action::"list", resource);
    @id("call-what-reads")
    permit (principal, action in Sallyport::Action::"read", resource);
    @id("operator-approves")
    permit (
      principal == Sallyport::Agent::"operator",
      action == Sallyport::Action::"approve",
      resource
    );
    """

  private func start() throws -> Gateway {
    let scratch = Scratch()
    try scratch.write(Self.listed, to: "listed.json")
    let gateway = try Gateway(
      upstreams: ["up": try Upstreams.changing(scratch.file("listed.json"))],
      policy: Self.policy, scratch: scratch)
    try gateway.awaitItems(5, of: "up")
    return gateway
  }

  private func approvedEffect(_ tool: String, _ gateway: Gateway) throws -> String? {
    try gateway.item(tool, of: "up")[member: "effect"]?[member: "approved"]?.string
  }

  @Test("A pattern approves what it fits, with the effects that were drafted, and nothing else")
  func pattern() throws {
    let gateway = try start()
    let none = try gateway.command("upstream", "approve", "up", "search_*", "--yes")
    #expect(none.code == 1 && none.errors.contains("search_*"), "\(none.errors)")

    try gateway.approve("up", "list_*", "--effect", "*=draft")
    #expect(
      try gateway.states(of: "up") == [
        "server": "pending", "list_files": "approved", "list_users": "approved",
        "delete_file": "pending", "get_page": "pending",
      ])
    #expect(try approvedEffect("list_files", gateway) == "read")
    #expect(try approvedEffect("list_users", gateway) == "read")
    let pins = try gateway.ledger("--kind", "pin").filter { $0.has("event", "approved") }
    #expect(pins.compactMap { $0[member: "tool"]?.string } == ["list_files", "list_users"])
    #expect(pins.allSatisfy { $0.has("effect", "read") })

    try gateway.approve("up", "server")
    try waitUntil("the tools") {
      try gateway.toolNames() == ["up__list_files", "up__list_users"]
    }
    #expect(try gateway.client.call("up__list_users").text == "called list_users")
  }

  @Test("Everything that waits is approved as drafted, but for what is named")
  func everything() throws {
    let gateway = try start()
    try gateway.approve("up", "*", "--effect", "*=draft", "--effect", "get_page=write")
    try waitUntil("the tools") { try gateway.toolNames().count == 4 }
    for (tool, effect) in [
      ("list_files", "read"), ("list_users", "read"), ("delete_file", "destructive"),
      ("get_page", "write"),
    ] {
      #expect(try approvedEffect(tool, gateway) == effect)
      let answer = try gateway.client.call("up__\(tool)")
      #expect(answer.text == "called \(tool)" || effect != "read", "\(tool)")
      #expect(answer.decision?.has("decision", "deny") == true || effect == "read", "\(tool)")
    }
    #expect(
      try gateway.command("upstream", "approve", "up", "list_*", "--yes").code == 1,
      "a pattern means what waits")
    let wrong = try gateway.command(
      "upstream", "approve", "up", "list_files", "--effect", "list_files=nothing", "--yes")
    #expect(wrong.code != 0 && wrong.errors.contains("nothing is no effect"), "\(wrong.errors)")
  }
}
