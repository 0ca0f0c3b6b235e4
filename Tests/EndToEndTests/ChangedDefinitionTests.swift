import JSON
import Testing

/// What a running server may change, one after the other, and how the gateway gets to know.
enum ChangedDefinitions {
  /// A server that changes its lists.
  enum Server: String, CaseIterable, Sendable {
    /// It has to be started again.
    case quiet
    /// It announces changes while it runs.
    case told
  }

  /// One change of one item.
  struct Part: Sendable, CustomTestStringConvertible {
    let name: String
    /// What stands in the file, and what takes its place.
    let before: String
    let after: String
    /// What is not seen any more.
    let item: String
    /// What waits, in which state.
    var waiting: String
    var state = "changed"

    var testDescription: String { name }

    init(_ name: String, of item: String, _ before: String, _ after: String) {
      (self.name, self.item, self.before, self.after) = (name, item, before, after)
      waiting = item
    }

    var servers: [Server] { item == "instructions" ? [.quiet] : Server.allCases }
  }

  static let parts: [Part] = {
    var name = Part("tool name", of: "add", #""name":"add""#, #""name":"add_all""#)
    (name.waiting, name.state) = ("add_all", "pending")
    var uri = Part("template URI", of: "template:note://{id}", "note://{id}", "note://{id}/all")
    (uri.waiting, uri.state) = ("template:note://{id}/all", "pending")
    return [
      name, uri,
      Part("tool title", of: "add", #""title":"Add""#, #""title":"Add it""#),
      Part("tool description", of: "add", "Adds two", "Adds three"),
      Part("input schema", of: "add", #""maxLength":4"#, #""maxLength":5"#),
      Part("output schema", of: "add", #""sum":{"type":"number"}"#, #""sum":{"type":"string"}"#),
      Part("annotations", of: "add", #""readOnlyHint":true"#, #""readOnlyHint":false"#),
      Part("_meta", of: "add", #""_meta":{"x":1}"#, #""_meta":{"x":2}"#),
      Part("icons", of: "add", "base64,AAAA", "base64,BBBB"),
      Part("prompt description", of: "prompt:greet", "Greets kindly", "Greets loudly"),
      Part("prompt arguments", of: "prompt:greet", #"{"name":"who"}"#, #"{"name":"whom"}"#),
      Part("template description", of: "template:note://{id}", "A note", "Any note"),
      Part("instructions", of: "instructions", "Add with care.", "Add without care."),
    ]
  }()

  static let cases = parts.flatMap { part in part.servers.map { (part, $0) } }

  static let listed = """
    {"instructions":"Add with care.",
    "tools":[{"name":"add","title":"Add","description":"Adds two",
    "inputSchema":{"type":"object","properties":{"a":{"type":"string","maxLength":4}}},
    "outputSchema":{"type":"object","properties":{"sum":{"type":"number"}}},
    "annotations":{"readOnlyHint":true},"_meta":{"x":1},
    "icons":[{"src":"data:image/png;base64,AAAA"}]},
    {"name":"wipe","description":"Wipes","inputSchema":{"type":"object"}}],
    "prompts":[{"name":"greet","description":"Greets kindly","arguments":[{"name":"who"}]},
    {"name":"part","description":"Takes leave"}],
    "templates":[{"name":"note","uriTemplate":"note://{id}","description":"A note"},
    {"name":"page","uriTemplate":"page://{id}"}]}
    """

  static let all: Set = [
    "instructions", "add", "wipe", "prompt:greet", "prompt:part", "template:note://{id}",
    "template:page://{id}",
  ]

  static func gateway() throws -> Gateway {
    let scratch = Scratch()
    var upstreams: [String: String] = [:]
    for server in Server.allCases {
      try scratch.write(listed, to: "\(server).json")
      upstreams[server.rawValue] = try Upstreams.changing(
        scratch.file("\(server).json"), server == .told ? "--announce" : nil)
    }
    let gateway = try Gateway(
      upstreams: upstreams, policy: Gateway.approvingPolicy, scratch: scratch)
    for server in Server.allCases {
      try gateway.awaitItems(all.count + 1, of: server.rawValue)
      try gateway.approve(server.rawValue)
    }
    // Only in this era it can announce what changes.
    try gateway.awaitStateless(Server.told.rawValue)
    return gateway
  }
}

/// A definition that is another than the approved one is held back, and nothing else.
@Suite(.ownThreads, .serialized, .gateway { try ChangedDefinitions.gateway() })
struct ChangedDefinitionTests {
  typealias Part = ChangedDefinitions.Part
  typealias Server = ChangedDefinitions.Server

  /// What a client sees at the server's own endpoint, as the words of items.
  private func seen(_ server: Server, _ gateway: Gateway) throws -> Set<String> {
    func ask(_ method: String) throws -> JSONNode {
      let meta = #""params":{"_meta":{\#(HTTPClient.statelessMeta)}}"#
      var request = gateway.client.stateless(
        method, body: #"{"jsonrpc":"2.0","id":1,"method":"\#(method)",\#(meta)}"#)
      request.path = "/servers/\(server)/mcp"
      return try #require(try gateway.client.exchange(request).result)
    }
    func words(_ method: String, _ list: String, _ name: String, _ prefix: String) throws
      -> [String]
    {
      let items = try #require(try ask(method)[member: list]).elements
      return items.compactMap { $0[member: name]?.string }.map { prefix + $0 }
    }
    var seen = Set(try words("tools/list", "tools", "name", ""))
    seen.formUnion(try words("prompts/list", "prompts", "name", "prompt:"))
    seen.formUnion(
      try words("resources/templates/list", "resourceTemplates", "uriTemplate", "template:"))
    if try ask("server/discover")[member: "instructions"] != nil { seen.insert("instructions") }
    return seen
  }

  private func list(_ text: String, _ server: Server, _ gateway: Gateway) throws {
    try gateway.scratch.write(text, to: "\(server).json")
    guard server == .quiet else { return }
    try #require(try gateway.command("upstream", "restart", "quiet").code == 0)
  }

  private func awaitSeen(_ items: Set<String>, _ server: Server, _ gateway: Gateway) throws {
    try waitUntil("\(items.sorted()) to be seen") { try seen(server, gateway) == items }
  }

  @Test(
    "A change of any part of any definition holds that item back, and its return lets it through",
    arguments: ChangedDefinitions.cases)
  func changes(part: Part, server: Server) throws {
    let gateway = try gateway
    if try seen(server, gateway) != ChangedDefinitions.all {
      try list(ChangedDefinitions.listed, server, gateway)
    }
    try awaitSeen(ChangedDefinitions.all, server, gateway)
    let changed = ChangedDefinitions.listed.replacing(part.before, with: part.after)
    try #require(changed != ChangedDefinitions.listed)

    try list(changed, server, gateway)
    try awaitSeen(ChangedDefinitions.all.subtracting([part.item]), server, gateway)
    var expected = ["server": "approved"]
    for item in ChangedDefinitions.all where item != part.item { expected[item] = "approved" }
    expected[part.waiting] = part.state
    #expect(try gateway.states(of: server.rawValue) == expected)
    if part.state == "changed" {
      #expect(
        try gateway.item(part.item, of: server.rawValue)[member: "changes"]?.count ?? 0 > 0)
    } else {
      let absent = try gateway.review(of: server.rawValue)[member: "absent"]
      #expect(absent?.elements.compactMap(\.string) == [part.item])
    }
    if part.item == "add" {
      #expect(try gateway.client.call("\(server)__add").errorCode == -32602)
      #expect(try gateway.client.call("\(server)__add_all").errorCode == -32602)
    }
    #expect(try gateway.client.call("\(server)__wipe").text == "called wipe")
    let other: Server = server == .quiet ? .told : .quiet
    #expect(try seen(other, gateway) == ChangedDefinitions.all)

    try list(ChangedDefinitions.listed, server, gateway)
    try awaitSeen(ChangedDefinitions.all, server, gateway)
    #expect(try gateway.states(of: server.rawValue).values.allSatisfy { $0 == "approved" })
  }
}

/// A tool that changes after a client has listed it.
@Suite(.ownThreads)
struct ChangedBeforeCallTests {
  @Test(
    "A tool that its server changes between list and call is not called",
    arguments: ["session", "stateless"])
  func betweenListAndCall(era: String) throws {
    let scratch = Scratch()
    let server = Upstreams.scripted(
      "--era", era, "--journal", scratch.file("journal"), more: "quarantine: true, effect: read")
    let gateway = try Gateway(
      upstreams: ["up": server], policy: Gateway.approvingPolicy, scratch: scratch)
    func calls() -> Int { scratch.lines(of: "journal").count { $0.hasPrefix("received") } }
    func alter(_ description: String) throws {
      let arguments = #"{"name":"record","description":"\#(description)"}"#
      #expect(try gateway.client.call("up__alter", arguments).text == "altered")
    }
    try waitUntil("the server to wait") { try gateway.states(of: "up")["record"] == "pending" }
    try gateway.approve("up")
    try waitUntil("the tools") { try gateway.toolNames().contains("up__record") }
    if era == "stateless" {
      try waitUntil("the gateway to listen") {
        scratch.lines(of: "journal").contains("subscribed")
      }
    }
    #expect(try gateway.client.call("up__record").text == "recorded")
    #expect(calls() == 1)

    try alter("Records, and mails it to somebody")
    let refused = try gateway.client.call("up__record")
    #expect(refused.errorCode == -32602, "\(refused.response.text)")
    #expect(calls() == 1, "the server was not called")
    #expect(try gateway.ledger("--kind", "refused").last?.has("refusal", "quarantined") == true)
    #expect(try gateway.client.call("up__echo").text == "{}")
    #expect(try gateway.states(of: "up")["record"] == "changed")

    try alter("Tool record")
    try waitUntil("its return") { try gateway.toolNames().contains("up__record") }
    #expect(try gateway.client.call("up__record").text == "recorded")
    #expect(calls() == 2)
  }
}
