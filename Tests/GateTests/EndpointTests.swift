import Identity
import JSON
import Ledger
import Reactor
import Testing

@testable import Catalog
@testable import Gate
@testable import MCP

@Suite("Endpoints")
struct EndpointTests {
  private static let profiles = """
    local: {agent: me}
    mcpServers: {notes: {command: a}, other: {command: b}}
    profiles:
      few: {tools: {include: ["*__s*"]}}
      none: {servers: [other]}
      mine: {agents: [me]}
    """

  private func bench() async throws -> GateBench {
    try await GateBench(yaml: Self.profiles, peer: everythingPeer("Notes are short."))
  }

  private func describe(_ endpoint: Endpoint, of bench: GateBench) async -> ServerDescription? {
    await bench.run { [gate = bench.gate, caller = bench.caller] in
      gate.describe(to: caller, at: endpoint)
    }
  }

  private func ids(_ response: MCPResponse, _ member: String, _ id: String) -> [String] {
    response.result?[member: member]?.elements.compactMap { $0[member: id]?.string } ?? []
  }

  @Test func `an aggregated endpoint shows public names and URIs, a server's own its own`()
    async throws
  {
    let bench = try await bench()
    func shown(_ endpoint: Endpoint) async throws -> [[String]] {
      [
        ids(try await bench.ask("tools/list", at: endpoint), "tools", "name"),
        ids(try await bench.ask("prompts/list", at: endpoint), "prompts", "name"),
        ids(try await bench.ask("resources/list", at: endpoint), "resources", "uri"),
        ids(
          try await bench.ask("resources/templates/list", at: endpoint), "resourceTemplates",
          "uriTemplate"),
      ]
    }
    let everything = [
      ["notes__add", "notes__search", "notes__wipe"], ["notes__greet"],
      ["notes+note://1", "ui://notes+panel"], ["notes+note://{id}"],
    ]
    #expect(try await shown(.everything) == everything)
    #expect(
      try await shown(.server("notes")) == [
        ["add", "search", "wipe"], ["greet"], ["note://1", "ui://panel"], ["note://{id}"],
      ])
    #expect(
      try await shown(.profile("few")) == [["notes__search"]] + everything.dropFirst())
    #expect(try await shown(.profile("none")) == [[], [], [], []])
    #expect(try await shown(.server("other")) == [[], [], [], []])
    bench.end()
  }

  @Test func `a tool is called by what its endpoint calls it`() async throws {
    let bench = try await bench()
    func call(_ name: String, _ endpoint: Endpoint) async throws -> Int? {
      let response = try await bench.ask(
        "tools/call", #"{"name":"\#(name)","arguments":{}}"#, at: endpoint)
      return response.errorCode
    }
    #expect(try await call("search", .server("notes")) == nil)
    #expect(bench.upstream.arrivals.first?.request.target == .name("search"))
    #expect(try await call("notes__search", .server("notes")) == -32602)
    #expect(try await call("search", .everything) == -32602)
    #expect(try await call("notes__search", .profile("few")) == nil)
    #expect(try await call("notes__add", .profile("few")) == -32602)
    #expect(try await call("notes__search", .profile("none")) == -32602)
    let records = try bench.records([.decision]).map(\.document.root)
    #expect(records.map { $0[member: "profile"]?.string } == [nil, "few"])
    #expect(records.map { $0[member: "server"]?.string } == ["notes", "notes"])
    bench.end()
  }

  @Test func `a result names public URIs at an aggregated endpoint only`() async throws {
    let link = try json(#"{"content":[{"type":"resource_link","uri":"note://1","name":"n"}]}"#)
    let bench = try await GateBench { _, _ in .success(.result(link)) }
    let own = try await bench.ask("tools/call", #"{"name":"search"}"#, at: .server("notes"))
    #expect(own.result?.description == link.description)
    #expect(
      try await bench.call("notes__search").result?.description
        == #"{"content":[{"type":"resource_link","uri":"notes+note://1","name":"n"}]}"#)
    bench.end()
  }

  @Test(
    arguments: [
      Endpoint.profile("unknown"), .profile("mine"), .server("unknown"), .server("notes__add"),
    ])
  func `an endpoint that is not there for the agent is refused and recorded`(
    endpoint: Endpoint
  ) async throws {
    let bench = try await bench()
    let description = await describe(endpoint, of: bench)
    #expect(description?.name == nil)
    for method in ["tools/list", "tools/call", "resources/read"] {
      let response = try await bench.ask(method, #"{"name":"add","uri":"x:y"}"#, at: endpoint)
      #expect(response.errorCode == JSONRPCError.Code.invalidRequest)
    }
    #expect(
      try bench.records().map { $0.text("refusal") }
        == Array(repeating: "unknown_profile", count: 3))
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }

  @Test func `an agent that a profile names may use it`() async throws {
    let bench = try await bench()
    let me = await bench.caller(named: "me")
    let response = try await bench.ask("prompts/list", at: .profile("mine"), as: me)
    #expect(ids(response, "prompts", "name") == ["notes__greet"])
    bench.end()
  }

  @Test func `an endpoint offers what its servers offer, and announces every list`() async throws {
    let bench = try await bench()
    func describe(_ endpoint: Endpoint) async -> ServerDescription? {
      await self.describe(endpoint, of: bench)
    }
    let everything = try #require(await describe(.everything))
    #expect(everything.capabilities.lists == Set(ListKind.allCases))
    #expect(everything.capabilities.announces == Set(ListKind.allCases))
    #expect(everything.capabilities.resourceUpdates)
    #expect(everything.capabilities.completions)
    #expect(everything.capabilities.logging)
    #expect(everything.instructions?.contains("server__tool") == true)
    #expect(everything.instructions?.hasSuffix("The server notes says: Notes are short.") == true)
    let notes = try #require(await describe(.server("notes")))
    #expect(notes.capabilities == everything.capabilities)
    #expect(notes.instructions == "Notes are short.")
    let none = try #require(await describe(.profile("none")))
    #expect(none.capabilities.lists == [.tools])
    #expect(!none.capabilities.completions)
    #expect(try #require(await describe(.server("other"))).capabilities.lists == [])
    bench.end()
  }

  @Test(arguments: [false, true])
  func `until a server is connected its endpoint may come to have everything`(isSettled: Bool) {
    let view = EndpointView(
      CatalogSnapshot([
        CatalogServer(
          name: "new", upstream: SilentUpstream(), isSettled: isSettled, isUnknown: true)
      ]))
    #expect(view.capabilities.lists == Set(ListKind.allCases))
    #expect(view.capabilities.completions)
    #expect(view.isSettled == isSettled)
  }

  @Test func `what servers say is cut`() {
    let talkative = (0..<40).map {
      CatalogServer(
        name: "s\($0)", upstream: nil,
        peer: UpstreamPeer(
          version: .latest, instructions: String(repeating: "\u{e9}", count: 10_000),
          capabilities: ServerCapabilities()))
    }
    let all = Instructions.text(of: talkative, usesOwnIDs: false)
    #expect(all.utf8.count <= Instructions.bytesMax)
    #expect(all.contains("The server s1 says: "))
    let own = Instructions.text(of: [talkative[0]], usesOwnIDs: true)
    #expect(own.utf8.count <= Instructions.bytesMax + 3)
  }

  @Test func `of a server of which a caller may see nothing its instructions are not told`()
    async throws
  {
    let bench = try await GateBench(
      policy: #"""
        permit (principal == Sallyport::Agent::"claude", action, resource)
        when { context.client.name == "known" && !(context has input) };
        permit (principal == Sallyport::Agent::"reader", action, resource is Sallyport::Prompt);
        permit (principal == Sallyport::Agent::"caller", action, resource)
        unless { action == Sallyport::Action::"list" };
        """#, peer: everythingPeer("Notes are short."))
    for (agent, isTold) in [("claude", true), ("reader", true), ("caller", false), ("none", false)]
    {
      let caller = await bench.caller(named: agent)
      for endpoint in [Endpoint.everything, .server("notes")] {
        let described = await bench.loop.perform { [gate = bench.gate] in
          gate.describe(to: caller, at: endpoint)
        }
        #expect(
          (described?.instructions?.contains("Notes are short.") ?? false) == isTold, "\(agent)")
      }
    }
    bench.end()
  }
}
