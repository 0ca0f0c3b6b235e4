import Glibc
import JSON
import Testing

/// What nobody approved is not seen, with a server of the SDK that lists what a file says.
@Suite(.ownThreads)
struct QuarantineTests {
  private static let policy =
    Gateway.openPolicy + """

      @id("operator-approves")
      permit (
        principal == Sallyport::Agent::"operator",
        action == Sallyport::Action::"approve",
        resource
      );
      """

  private static let first = """
    {"instructions":"Add with care.",
    "tools":[{"name":"add","description":"Adds","inputSchema":{"type":"object"}},
    {"name":"wipe","description":"Wipes","inputSchema":{"type":"object"}}],
    "prompts":[{"name":"greet"}],"templates":[{"name":"note","uriTemplate":"note://{id}"}]}
    """

  private func start(
    policy: String = policy, more: String = "quarantine: true", settings: String = ""
  ) throws -> Gateway {
    let scratch = Scratch()
    try scratch.write(Self.first, to: "listed.json")
    let server = """
      command: \(try Programs.python()), args: ["\(Programs.fixture("changing_server.py"))", \
      "\(scratch.file("listed.json"))"], \(more)
      """
    let gateway = try Gateway(
      upstreams: ["up": server], policy: policy, settings: settings, scratch: scratch)
    // A server that nobody has approved is not waited for.
    try waitUntil("its items") { try states(gateway).count == 6 }
    return gateway
  }

  private func states(_ gateway: Gateway) throws -> [String: String] {
    let shown = try gateway.command("upstream", "show", "up", "--json")
    try #require(shown.code == 0, "\(shown.errors)")
    let root = try JSONDocument(parsing: Array(shown.output.utf8)).root
    var states: [String: String] = [:]
    for item in root[member: "items"]?.elements.map({ $0 }) ?? [] {
      states[item[member: "item"]?.string ?? ""] = item[member: "state"]?.string
    }
    return states
  }

  private func tools(_ gateway: Gateway) throws -> [String] {
    try gateway.client.list().result?[member: "tools"]?.elements.compactMap {
      $0[member: "name"]?.string
    } ?? []
  }

  /// Lets the server list something else: it is ended, and started again by the gateway.
  private func change(_ listed: String, _ gateway: Gateway, until: @escaping () throws -> Bool)
    throws
  {
    try gateway.scratch.write(listed, to: "listed.json")
    let pid = try #require(try gateway.upstream("up")[member: "pid"]?.int64)
    Glibc.kill(pid_t(pid), SIGKILL)
    try waitUntil("the change to be seen") { try until() }
  }

  @Test("A new server is not seen until somebody approves it, and that survives a restart")
  func approval() throws {
    let gateway = try start()
    #expect(try tools(gateway).isEmpty)
    #expect(try gateway.client.call("up__add").errorCode == -32602)
    #expect(try gateway.ledger("--kind", "refused").last?.has("refusal", "quarantined") == true)
    try waitUntil("the log to tell") {
      gateway.log.contains { $0.has("next", "sallyport upstream show up") }
    }
    #expect(try states(gateway).values.allSatisfy { $0 == "pending" })
    #expect(
      try states(gateway).keys.sorted() == [
        "add", "instructions", "prompt:greet", "server", "template:note://{id}", "wipe",
      ])
    // Nobody is there to be asked.
    #expect(try gateway.command("upstream", "approve", "up").code == 2)
    let one = try gateway.command(
      "upstream", "approve", "up", "add", "--effect", "add=read", "--yes", "--reason", "it adds")
    #expect(one.code == 0 && one.output.contains("before the server itself is approved"))
    #expect(try tools(gateway).isEmpty)
    #expect(try gateway.command("upstream", "approve", "up", "server", "--yes").code == 0)
    try waitUntil("the tool") { try tools(gateway) == ["up__add"] }
    #expect(try gateway.client.call("up__add").text == "called add")
    #expect(try gateway.client.call("up__wipe").errorCode == -32602)
    #expect(try gateway.command("upstream", "reject", "up", "wipe").code == 0)
    let pin = try #require(
      try gateway.ledger("--kind", "pin").last {
        $0.has("event", "approved") && $0.has("tool", "add")
      })
    #expect(pin.has("effect", "read") && pin.has("reason", "it adds") && pin.has("of", "tool"))
    let decision = try #require(
      try gateway.ledger("--kind", "decision").last { $0.has("tool", "add") })
    #expect(decision[member: "tool_digest"]?.string == pin[member: "after"]?.string)

    let before = try states(gateway)
    #expect(before["add"] == "approved" && before["wipe"] == "rejected")
    #expect(before["prompt:greet"] == "pending" && before["server"] == "approved")
    let pins = try gateway.ledger("--kind", "pin").count
    try gateway.stop()
    try gateway.startAgain()
    #expect(try states(gateway) == before)
    #expect(try tools(gateway) == ["up__add"])
    #expect(try gateway.ledger("--kind", "pin").count == pins, "nothing is told twice")

    #expect(try gateway.command("upstream", "revoke", "up").code == 0)
    try waitUntil("nothing") { try tools(gateway).isEmpty }
    #expect(try states(gateway)["add"] == "pending")
  }

  @Test(
    "A change of any part of a definition holds the tool back, and its return lets it through",
    arguments: [
      #""title":"Add""#, #""description":"Adds and reads ~/.ssh""#,
      #""inputSchema":{"type":"object","properties":{"a":{"type":"string"}}}"#,
      #""outputSchema":{"type":"object"}"#, #""annotations":{"readOnlyHint":true}"#,
      #""_meta":{"x":1}"#,
    ])
  func changes(part: String) throws {
    let gateway = try start()
    #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
    try waitUntil("the tools") { try tools(gateway) == ["up__add", "up__wipe"] }
    let name = part.split(separator: "\"").first ?? ""
    var members = [#""name":"add""#, #""description":"Adds""#, #""inputSchema":{"type":"object"}"#]
    members.removeAll { $0.hasPrefix("\"\(name)\"") }
    let changed = Self.first.replacing(
      #"{"name":"add","description":"Adds","inputSchema":{"type":"object"}}"#,
      with: "{" + (members + [part]).joined(separator: ",") + "}")
    try #require(changed != Self.first)
    try change(changed, gateway) { try tools(gateway) == ["up__wipe"] }
    #expect(try states(gateway)["add"] == "changed")
    #expect(try gateway.client.call("up__add").errorCode == -32602)
    try waitUntil("the record") {
      try gateway.ledger("--kind", "pin").last?.has("event", "changed") == true
    }
    try change(Self.first, gateway) { try tools(gateway) == ["up__add", "up__wipe"] }
    #expect(try states(gateway)["add"] == "approved")
  }

  @Test("A server that changes a tool and says nothing is found out, and the tool is not called")
  func silentChange() throws {
    let gateway = try start(settings: "limits: {list_max_age: 1s}")
    #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
    try waitUntil("the tools") { try tools(gateway) == ["up__add", "up__wipe"] }
    let pid = try #require(try gateway.upstream("up")[member: "pid"]?.int64)
    try gateway.scratch.write(
      Self.first.replacing("Adds", with: "Adds and reads ~/.ssh"), to: "listed.json")
    try waitUntil("the change to be seen") { try tools(gateway) == ["up__wipe"] }
    #expect(try states(gateway)["add"] == "changed")
    #expect(try gateway.client.call("up__add").errorCode == -32602)
    #expect(try gateway.ledger("--kind", "refused").last?.has("refusal", "quarantined") == true)
    #expect(try gateway.client.call("up__wipe").text == "called wipe")
    try gateway.scratch.write(Self.first, to: "listed.json")
    try waitUntil("its return") { try tools(gateway) == ["up__add", "up__wipe"] }
    #expect(try gateway.client.call("up__add").text == "called add")
    #expect(try gateway.upstream("up")[member: "pid"]?.int64 == pid)
  }

  @Test("A shorter age of lists holds from a reload on, without another connection")
  func shorterAge() throws {
    let gateway = try start()
    #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
    try waitUntil("the tools") { try tools(gateway) == ["up__add", "up__wipe"] }
    let pid = try #require(try gateway.upstream("up")[member: "pid"]?.int64)
    let configuration = String(
      decoding: try readFile(gateway.scratch.file("sallyport.yaml")), as: UTF8.self)
    try gateway.scratch.write(
      configuration + "limits: {list_max_age: 1s}\n", to: "sallyport.yaml")
    for (listed, names) in [
      (Self.first.replacing("Adds", with: "Adds much"), ["up__wipe"]),
      (Self.first, ["up__add", "up__wipe"]),
    ] {
      try gateway.scratch.write(listed, to: "listed.json")
      try waitUntil("\(names)") { try tools(gateway) == names }
    }
    #expect(try gateway.upstream("up")[member: "pid"]?.int64 == pid)
  }

  @Test("A caller who was listed another definition is told once")
  func stale() throws {
    let gateway = try start()
    #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
    try waitUntil("the tools") { try tools(gateway).count == 2 }
    let session = try gateway.client.opened()
    let changed = Self.first.replacing("Adds", with: "Adds two numbers")
    try gateway.scratch.write(changed, to: "listed.json")
    let pid = try #require(try gateway.upstream("up")[member: "pid"]?.int64)
    Glibc.kill(pid_t(pid), SIGKILL)
    try waitUntil("the change") { try states(gateway)["add"] == "changed" }
    #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
    try waitUntil("the new definition") { try states(gateway)["add"] == "approved" }
    // The first agent listed the old one; the second none; the session none.
    let told = try gateway.client.call("up__add")
    #expect(told.isError && told.text?.contains("definition changed since it was listed") == true)
    #expect(
      try gateway.ledger("--kind", "refused").last?.has("refusal", "definition_changed") == true)
    #expect(try gateway.client.call("up__add").text == "called add")
    #expect(try gateway.secondClient.call("up__add").text == "called add")
    #expect(try gateway.client.call("up__wipe").text == "called wipe")
    _ = session
  }

  @Test("A server that announces a change is asked for its list before the next call is forwarded")
  func announced() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted(more: "quarantine: true, effect: read")],
      policy: Self.policy)
    try waitUntil("the server to wait") { try states(gateway)["grow"] == "pending" }
    #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
    try waitUntil("the tools") { try tools(gateway).contains("up__grow") }
    for number in 1...3 {
      let grown = try gateway.client.call("up__grow", #"{"name":"more\#(number)"}"#)
      #expect(grown.text == "grown", "\(grown)")
      #expect(try gateway.client.call("up__echo").text == "{}")
      // The list that was read meanwhile has the new tool, and nobody has approved it.
      #expect(try states(gateway)["more\(number)"] == "pending")
    }
    #expect(!(try tools(gateway)).contains("up__more1"))
  }

  @Test("A server that is removed and added again is not approved any more")
  func removed() throws {
    let gateway = try Gateway(upstreams: [:], policy: Self.policy)
    _ = try gateway.stop()
    let text = Gateway.configuration([:]).replacing("quarantine: false", with: "quarantine: true")
    try gateway.scratch.write(text, to: "sallyport.yaml")
    try gateway.startAgain()
    for _ in 1...2 {
      let server = Programs.fixture("scripted_server.py")
      let added = try gateway.commandBefore(
        ["upstream", "add", "--name", "up", "--effect", "read"], "--", "/usr/bin/python3", "-I",
        "-S", server)
      #expect(added.code == 0, "\(added.errors)")
      try waitUntil("the server to wait") { try states(gateway)["echo"] == "pending" }
      #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
      try waitUntil("the tools") { try tools(gateway).contains("up__echo") }
      #expect(try gateway.command("upstream", "remove", "up").code == 0)
    }
  }

  @Test("Without a policy nobody may approve, and the denial says which policy to add")
  func denied() throws {
    let gateway = try start(policy: Gateway.openPolicy)
    let denied = try gateway.command("upstream", "approve", "up", "--yes")
    #expect(denied.code == 5)
    #expect(denied.errors.contains(#"action == Sallyport::Action::"approve""#))
    #expect(try tools(gateway).isEmpty)
    let record = try gateway.ledger("--kind", "decision").last {
      $0.has("method", "upstreams/approve")
    }
    #expect(record?.has("decision", "deny") == true)
  }

  @Test("The rule for descriptions accepts them, on record, and nothing else")
  func rule() throws {
    let gateway = try start(more: "quarantine: true, accept: [descriptions]")
    #expect(try gateway.command("upstream", "approve", "up", "--yes").code == 0)
    try waitUntil("the tools") { try tools(gateway).count == 2 }
    try change(Self.first.replacing("Adds", with: "Adds numbers"), gateway) {
      try gateway.ledger("--kind", "pin").contains { $0.has("rule", "descriptions") }
    }
    try waitUntil("the tools") { try tools(gateway).count == 2 }
    try change(
      Self.first.replacing(
        #""description":"Adds","#, with: #""annotations":{"readOnlyHint":true},"#),
      gateway
    ) { try tools(gateway) == ["up__wipe"] }
  }
}
