import Configuration
import JSON
import Ledger
import MCP
import Reactor
import Testing

@testable import Catalog
@testable import Gate

@Suite("Listing tools")
struct GateListTests {
  private func names(_ response: MCPResponse) -> [String] {
    response.result?[member: "tools"]?.elements.compactMap { $0[member: "name"]?.string } ?? []
  }

  private func page(_ bench: GateBench, after cursor: String?) async throws -> MCPResponse {
    await bench.handle("tools/list", try cursor.map { try json("{\"cursor\":\"\($0)\"}") })
  }

  @Test func `pages hold every tool once, in order, and the last has no cursor`() async throws {
    let further = (0..<450).map { "tool-\(1000 + $0)" }
    let bench = try await GateBench(tools: further)
    var all: [String] = []
    var sizes: [Int] = []
    var cursor: String?
    repeat {
      let response = try await page(bench, after: cursor)
      sizes.append(names(response).count)
      all += names(response)
      cursor = response.result?[member: "nextCursor"]?.string
    } while cursor != nil && sizes.count < 10
    #expect(sizes == [200, 200, 53])
    #expect(all == (["add", "search", "wipe"] + further).map { "notes__\($0)" }.sorted())
    #expect(try bench.records().count == 3)
    bench.end()
  }

  @Test func `a list shows what policy lets the caller see`() async throws {
    let bench = try await GateBench(
      policy: """
        permit (principal, action == Sallyport::Action::"list", resource)
        when { resource.effect == "read" };
        """)
    let response = try await page(bench, after: nil)
    #expect(names(response) == ["notes__search"])
    #expect(response.result?[member: "cacheScope"]?.string == "private")
    #expect(response.result?[member: "nextCursor"] == nil)
    let record = try #require(try bench.records([.decision]).first?.document.root)
    #expect(record[member: "shown"]?.int64 == 1)
    #expect(record[member: "hidden_count"]?.int64 == 2)
    #expect(record[member: "hidden"]?.count == 2)
    bench.end()
  }

  @Test func `a cursor holds when its tool is gone`() async throws {
    let bench = try await GateBench()
    // base64url of notes__b, between add and search
    #expect(names(try await page(bench, after: "bm90ZXNfX2I")) == ["notes__search", "notes__wipe"])
    bench.end()
  }

  @Test(arguments: ["!", "a", "_w", String(repeating: "A", count: 5000)])
  func `a cursor that is not ours is an error`(cursor: String) async throws {
    let bench = try await GateBench()
    let response = try await page(bench, after: cursor)
    #expect(response.errorCode == JSONRPCError.Code.invalidParams)
    #expect(try bench.records().first?.text("refusal") == "malformed")
    bench.end()
  }

  @Test func `lists of every kind show what policy lets the caller see`() async throws {
    let bench = try await GateBench(
      policy: """
        permit (principal, action == Sallyport::Action::"list", resource is Sallyport::Resource)
        when { resource.uri like "note:*" };
        """)
    for (method, member, id, shown) in [
      ("resources/list", "resources", "uri", ["notes+note://1"]),
      ("resources/templates/list", "resourceTemplates", "uriTemplate", ["notes+note://{id}"]),
      ("prompts/list", "prompts", "name", []),
    ] {
      let response = try await bench.ask(method)
      let found = response.result?[member: member]?.elements.compactMap { $0[member: id]?.string }
      #expect(found == shown)
      #expect(response.result?[member: "ttlMs"]?.int64 == 0)
      #expect(response.result?[member: "cacheScope"]?.string == "private")
    }
    let record = try #require(try bench.records([.decision]).first?.document.root)
    #expect(record[member: "hidden"]?.description == #"["ui://notes+panel"]"#)
    bench.end()
  }

  @Test func `callers who see the same share an answer, and never with those who do not`()
    async throws
  {
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource);
        forbid (principal == Sallyport::Agent::"few", action, resource is Sallyport::Tool)
        when { resource.effect == "destructive" };
        """)
    func base(_ response: MCPResponse) -> UnsafePointer<UInt8>? {
      response.result?.raw.withUnsafeBufferPointer { $0.baseAddress }
    }
    let all = try await bench.ask("tools/list")
    let same = try await bench.ask("tools/list", as: await bench.caller(named: "another"))
    let few = try await bench.ask("tools/list", as: await bench.caller(named: "few"))
    #expect(base(all) == base(same))
    #expect(base(all) != base(few))
    #expect(names(few) == ["notes__add", "notes__search"])
    let own = try await bench.ask("tools/list", at: .server("notes"))
    #expect(names(own) == ["add", "search", "wipe"])
    bench.end()
  }

  @Test func `a list may be kept as long as each of its parts says, and a part is there`() throws {
    let now = MonotonicTime(nanoseconds: 10_000_000_000)
    func server(
      _ name: String, _ seconds: Int64?, failed: Bool = false, isUp: Bool = true
    ) throws -> CatalogServer {
      CatalogServer(
        name: name, upstream: SilentUpstream(), peer: try everythingPeer(),
        listed: Set(CatalogList.allCases), failed: failed ? [.tools] : [],
        freshness: seconds.map { [.tools: Freshness(until: now + .seconds($0))] } ?? [:],
        isUp: isUp)
    }
    func ttl(_ servers: CatalogServer..., least: Duration = .zero) -> Duration {
      EndpointView(CatalogSnapshot(servers)).ttl(of: .tools, at: now, least: least)
    }
    #expect(try ttl(server("a", 60), server("b", 30)) == .seconds(30))
    #expect(try ttl(server("a", 60), server("b", nil)) == .zero)
    #expect(try ttl(server("a", 60), server("b", -5)) == .zero)
    #expect(try ttl(server("a", 60), server("b", nil), least: .seconds(5)) == .seconds(5))
    #expect(try ttl(server("a", 60), server("b", 60, failed: true), least: .seconds(5)) == .zero)
    #expect(try ttl(server("a", 60), server("b", 60, isUp: false), least: .seconds(5)) == .zero)
    #expect(ttl(CatalogServer(name: "off", upstream: nil), least: .seconds(5)) == .seconds(5))
  }

  @Test func `tools for the pages of a server are listed to hosts of pages, and callable`()
    async throws
  {
    let bench = try await GateBench()
    let configuration = try configuration("mcpServers: {notes: {command: server}}")
    let tools = ToolRegistration(
      configuration: configuration.upstreams[0], defaultTimeout: .seconds(5),
      upstream: bench.upstream
    ).register(
      try [
        #"["app"]"#, #"["model","app"]"#, #"["model"]"#, #""app""#, "[]",
      ].enumerated().map { index, visibility in
        try json(
          #"{"name":"t\#(index)","inputSchema":{},"_meta":{"ui":{"visibility":\#(visibility)}}}"#)
      }
    ).items
    bench.gate.replace(
      try GateSnapshot(
        catalog: CatalogSnapshot(tools: tools, servers: ["notes"], isSettled: true),
        directory: bench.gate.snapshot.directory, policies: policies(GateBench.permitAll),
        configuration: configuration))
    let all = ["t0", "t1", "t2", "t3", "t4"].map { "notes__\($0)" }
    let models = ["t1", "t2", "t3"].map { "notes__\($0)" }
    for (capabilities, shown) in [
      (nil, models), (#"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#, models),
      (#"{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":[]}}}"#, all),
      (nil, models),
    ] {
      #expect(
        names(await bench.handle("tools/list", nil, capabilities: capabilities)) == shown)
    }
    #expect(try await bench.call("notes__t0").result?[member: "content"] != nil)
    bench.end()
  }
}
