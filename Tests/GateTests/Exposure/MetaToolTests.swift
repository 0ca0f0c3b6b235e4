import JSON
import Ledger
import Search
import Testing

@testable import Catalog
@testable import Gate
@testable import MCP

@Suite("Endpoints that do not list every tool")
struct MetaToolTests {
  static let metaTools = MetaTool.allCases.map(\.rawValue)

  private func names(_ bench: GateBench, at endpoint: Endpoint = .everything) async throws
    -> [String]
  {
    try await bench.ask("tools/list", at: endpoint).result?[member: "tools"]?.elements
      .compactMap { $0[member: "name"]?.string } ?? []
  }

  private func text(_ response: MCPResponse) -> String {
    response.result?.pointer("/content/0/text")?.string ?? ""
  }

  /// The names of the tools that were found.
  private func found(_ response: MCPResponse) -> [String] {
    text(response).split(separator: "\n").compactMap { line in
      line.firstIndex(of: "(").map { String(line[..<$0]) }
    }
  }

  private func search(
    _ bench: GateBench, _ query: String, limit: Int = 10, at endpoint: Endpoint = .everything
  ) async throws -> MCPResponse {
    try await bench.ask(
      "tools/call",
      #"{"name":"search_tools","arguments":{"query":"\#(query)","limit":\#(limit)}}"#,
      at: endpoint)
  }

  private static let callSearch =
    #"{"name":"call_tool","arguments":{"name":"notes__search","#
    + #""arguments":{"text":"\u00e4","n":1.0}}"#

  @Test func `each mode lists what it says`() async throws {
    let bench = try await GateBench(
      yaml: """
        expose: search
        mcpServers: {notes: {command: a}}
        profiles:
          whole: {}
          some: {expose: hybrid, favourites: ["notes__a*", notes__gone]}
          none: {expose: hybrid, favourites: [notes__wipe], tools: {exclude: [notes__wipe]}}
        """)
    #expect(try await names(bench) == Self.metaTools)
    let all = ["notes__add", "notes__search", "notes__wipe"]
    #expect(try await names(bench, at: .profile("whole")) == all)
    #expect(try await names(bench, at: .profile("some")) == Self.metaTools + ["notes__add"])
    #expect(try await names(bench, at: .profile("none")) == Self.metaTools)
    #expect(try await names(bench, at: .server("notes")) == ["add", "search", "wipe"])
    let told = await bench.run { [gate = bench.gate, caller = bench.caller] in
      gate.describe(to: caller, at: .everything)
    }
    #expect(told?.instructions?.contains("search_tools") == true)
    #expect(told?.instructions?.hasSuffix("The servers: notes") == true)
    bench.end()
  }

  @Test func `the meta-tools are there only where they are listed`() async throws {
    let bench = try await GateBench(yaml: "profiles: {few: {expose: search}}")
    for endpoint in [Endpoint.everything, .server("notes")] {
      for tool in Self.metaTools {
        let response = try await bench.ask(
          "tools/call", #"{"name":"\#(tool)","arguments":{"query":"a","name":"notes__search"}}"#,
          at: endpoint)
        #expect(response.errorCode == JSONRPCError.Code.invalidParams)
      }
    }
    #expect(found(try await search(bench, "add", at: .profile("few"))) == ["notes__add"])
    bench.end()
  }

  @Test func `their definitions are whole, and their schemas say what is wrong`() async throws {
    let bench = try await GateBench(yaml: "expose: search")
    for tool in MetaTool.allCases {
      let definition = try JSONDocument(parsing: tool.definition).root
      #expect(definition[member: "name"]?.string == tool.rawValue)
      #expect(tool.inputSchema != nil)
      let response = try await bench.ask("tools/call", #"{"name":"\#(tool.rawValue)"}"#)
      #expect(response.denial == "invalid_arguments")
      #expect(text(response).contains(tool == .search ? "query" : "name"))
    }
    let response = try await bench.ask(
      "tools/call", #"{"name":"call_tool","arguments":{"name":"notes__add","arguments":"{}"}}"#)
    #expect(response.denial == "invalid_arguments")
    #expect(
      try bench.records().map { $0.text("refusal") }
        == Array(repeating: "invalid_arguments", count: 4))
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }

  @Test func `ten results are ten that the caller may use`() async throws {
    let further = (0..<60).map {
      "fetch-\($0 % 3 == 0 ? "open" : $0 % 3 == 1 ? "shut" : "dark")-\($0)"
    }
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource);
        forbid (principal, action == Sallyport::Action::"list", resource is Sallyport::Tool)
        when { resource.name like "fetch-dark*" };
        forbid (principal, action in Sallyport::Action::"call", resource is Sallyport::Tool)
        when { resource.name like "fetch-shut*" };
        """, yaml: "expose: search\naudit: {arguments: full}", tools: further)
    let first = try await search(bench, "fetch", limit: 10)
    #expect(found(first).count == 10)
    #expect(found(first).allSatisfy { $0.hasPrefix("notes__fetch-open") })
    #expect(found(try await search(bench, "fetch", limit: 50)).count == 20)
    #expect(text(try await search(bench, "zebra")).hasPrefix("No tool fits."))

    let records = try bench.records().map(\.document.root)
    #expect(
      records.prefix(2).map { $0[member: "kind"]?.string } == ["decision", "outcome"])
    #expect(records[0][member: "method"]?.string == "tools/call")
    #expect(records[0][member: "tool"]?.string == "search_tools")
    #expect(records[0][member: "server"] == nil)
    #expect(records[0][member: "shown"]?.int64 == 10)
    #expect(records[0][member: "hidden_count"]?.int64 ?? 0 > 0)
    #expect(records[1][member: "status"]?.string == "ok")
    for entry in try bench.records([.decision]) { #expect(try RecordedDecision(entry) == nil) }
    bench.end()
  }

  @Test func `a caller may use what policy lets it call with some arguments`() async throws {
    let bench = try await GateBench(
      policy: """
        permit (principal, action == Sallyport::Action::"list", resource);
        permit (principal, action == Sallyport::Action::"notes__add", resource)
        when { context.input has n && context.input.n == "never" };
        """, yaml: "expose: search")
    #expect(found(try await search(bench, "add search wipe")) == ["notes__add"])
    bench.end()
  }

  @Test func `a profile finds what it has`() async throws {
    let bench = try await GateBench(
      yaml: """
        mcpServers: {notes: {command: a}}
        profiles: {few: {expose: search, tools: {exclude: [notes__wipe]}}}
        """)
    #expect(
      found(try await search(bench, "add search wipe", at: .profile("few"))).sorted()
        == ["notes__add", "notes__search"])
    bench.end()
  }

  @Test func `a description is the definition as it would be listed`() async throws {
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource);
        forbid (principal, action, resource == Sallyport::Tool::"notes__wipe");
        """, yaml: "expose: search")
    func describe(_ name: String) async throws -> MCPResponse {
      try await bench.ask(
        "tools/call", #"{"name":"describe_tool","arguments":{"name":"\#(name)"}}"#)
    }
    let definition = try json(text(try await describe("notes__add")))
    #expect(definition[member: "name"]?.string == "notes__add")
    #expect(definition.pointer("/inputSchema/properties/text/type")?.string == "string")
    let (hidden, unknown) = (try await describe("notes__wipe"), try await describe("notes__nope"))
    for (response, name) in [(hidden, "notes__wipe"), (unknown, "notes__nope")] {
      #expect(response.denial == "unknown_tool")
      #expect(
        text(response) == "Unknown tool: \(name). search_tools finds those there are.")
    }
    let records = try bench.records().map(\.document.root)
    #expect(records[2][member: "hidden"]?.description == #"["notes__wipe"]"#)
    #expect(records.last?[member: "refusal"]?.string == "unknown_tool")
    bench.end()
  }

  @Test func `a call by way of call_tool is the call of that tool`() async throws {
    let bench = try await GateBench(yaml: "expose: search")
    let response = try await bench.ask(
      "tools/call", Self.callSearch + #","_meta":{"dev.sallyport/run":"r1"},"extra":[1]}"#)
    #expect(response.result?.description == GateBench.greeting.description)
    let request = try #require(bench.upstream.arrivals.first?.request)
    #expect(request.target == .name("search"))
    #expect(
      request.params?[member: "arguments"]?.description == #"{"text":"\u00e4","n":1.0}"#)
    #expect(request.params?[member: "extra"]?.description == "[1]")
    let records = try bench.records().map(\.document.root)
    #expect(records.map { $0[member: "kind"]?.string } == ["decision", "outcome"])
    #expect(records[0][member: "through"]?.string == "call_tool")
    #expect(records[0][member: "server"]?.string == "notes")
    #expect(records[0][member: "tool"]?.string == "search")
    #expect(records[0][member: "effect"]?.string == "read")
    #expect(records[0].pointer("/claims/run")?.string == "r1")

    let wrong = try await bench.ask(
      "tools/call",
      #"{"name":"call_tool","arguments":{"name":"notes__search","arguments":{"n":"one"}}}"#)
    #expect(wrong.denial == "invalid_arguments")
    #expect(text(wrong).contains("notes__search"))
    _ = try await bench.call("notes__search")
    #expect(try bench.records([.decision]).last?.document.root[member: "through"] == nil)
    bench.end()
  }

  @Test func `what a caller may not see it is told nothing of, and what it may see, all`()
    async throws
  {
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource);
        @id("no-wiping")
        forbid (principal, action, resource == Sallyport::Tool::"notes__wipe");
        @id("no-adding")
        forbid (principal, action in Sallyport::Action::"write", resource);
        """, yaml: "expose: search")
    func call(_ name: String) async throws -> MCPResponse {
      try await bench.ask("tools/call", #"{"name":"call_tool","arguments":{"name":"\#(name)"}}"#)
    }
    for name in ["notes__wipe", "notes__nope", "call_tool", "search_tools"] {
      let response = try await call(name)
      #expect(response.denial == "unknown_tool")
      #expect(text(response) == "Unknown tool: \(name). search_tools finds those there are.")
    }
    let denied = try await call("notes__add")
    #expect(denied.denial == "denied")
    #expect(text(denied).contains("no-adding"))
    let records = try bench.records().map(\.document.root)
    #expect(records[0][member: "decision"]?.string == "deny")
    #expect(records[0][member: "policies"]?.description == #"["no-wiping"]"#)
    #expect(records[1][member: "refusal"]?.string == "unknown_tool")
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }

  @Test func `an upstream's question is answered by way of call_tool as well`() async throws {
    let bench = try await GateBench(
      yaml: "expose: search",
      answer: GateInputTests.asking(try GateInputTests.question(state: #""s""#)))
    func call(_ more: String) async throws -> MCPResponse {
      await bench.handle(
        "tools/call",
        try json(
          #"{"name":"call_tool","arguments":{"name":"notes__add","arguments":{"n":1}}\#(more)}"#),
        capabilities: GateInputTests.capabilities)
    }
    let asked = try await call("")
    let state = try #require(asked.result?[member: "requestState"])
    let done = try await call(
      #","inputResponses":{"who":{"action":"accept","content":{"name":"O"}}},"#
        + #""requestState":\#(state)"#)
    #expect(done.result?.description == GateBench.greeting.description)
    #expect(bench.upstream.arrivals.last?.request.edits.first?.value == Array(#""s""#.utf8))
    bench.end()
  }

  @Test func `a caller's verdicts end with their snapshot`() async throws {
    let bench = try await GateBench(yaml: "expose: search")
    #expect(found(try await search(bench, "wipe")) == ["notes__wipe"])
    let configuration = try configuration("expose: search")
    let next = try GateSnapshot(
      catalog: notesCatalog(bench.upstream, further: ["wipe-more"]),
      directory: bench.gate.snapshot.directory,
      policies: policies(
        """
        permit (principal, action, resource);
        forbid (principal, action, resource == Sallyport::Tool::"notes__wipe");
        """), configuration: configuration)
    bench.gate.replace(next)
    await bench.run {}
    #expect(found(try await search(bench, "wipe")) == ["notes__wipe-more"])
    bench.end()
  }
}
