import Configuration
import JSON
import MCP
import Reactor
import Testing

@testable import Catalog
@testable import Gate

/// The corners of the protocol that are the gate's; other suites look closer at each.
@Suite("Hard corners at the gate")
struct HardCornerTests {
  /// A server that lists some tools, which stay as they are for a while by its word.
  private func server(
    _ name: String, _ tools: [String], of bench: GateBench, for seconds: Int64,
    isUp: Bool = true, failed: Set<CatalogList> = []
  ) throws -> CatalogServer {
    let configuration = try configuration("mcpServers: {\(name): {command: server}}")
    let items = ToolRegistration(
      configuration: configuration.upstreams[0], defaultTimeout: .seconds(5),
      upstream: bench.upstream
    ).register(try tools.map { try json(#"{"name":"\#($0)","inputSchema":{}}"#) }).items
    return CatalogServer(
      name: name, upstream: bench.upstream, peer: try everythingPeer(), tools: ItemList(items),
      listed: Set(CatalogList.allCases), failed: failed,
      freshness: [.tools: Freshness(until: MonotonicTime.read() + .seconds(seconds))], isUp: isUp)
  }

  private func show(_ servers: [CatalogServer], at bench: GateBench) throws {
    bench.gate.replace(
      try GateSnapshot(
        catalog: CatalogSnapshot(servers), directory: bench.gate.snapshot.directory,
        policies: policies(GateBench.permitAll),
        configuration: configuration("limits: {list_ttl: 5s}")))
  }

  private func names(_ response: MCPResponse) -> [String] {
    response.result?[member: "tools"]?.elements.compactMap { $0[member: "name"]?.string } ?? []
  }

  @Test(
    "3: a list of which a part is missing has the rest, and is not to be kept",
    arguments: [true, false])
  func partialList(isUp: Bool) async throws {
    let bench = try await GateBench()
    let whole = try server("a", ["x"], of: bench, for: 7_200)
    let failing = try server(
      "b", ["y"], of: bench, for: 7_200, isUp: isUp, failed: isUp ? [.tools] : [])
    try show([whole, failing], at: bench)
    let partial = try await bench.ask("tools/list")
    #expect(names(partial) == ["a__x", "b__y"], "what was known of it stays")
    #expect(partial.result?[member: "ttlMs"]?.int64 == 0)
    let prompts = try await bench.ask("prompts/list")
    #expect((prompts.result?[member: "ttlMs"]?.int64 == 0) == !isUp, "each list by itself")
    try show([whole, CatalogServer(name: "b", upstream: bench.upstream, isUp: false)], at: bench)
    let short = try await bench.ask("tools/list")
    #expect(names(short) == ["a__x"])
    #expect(short.result?[member: "ttlMs"]?.int64 == 0)
    try show([whole], at: bench)
    let ttl = try #require(
      try await bench.ask("tools/list").result?[member: "ttlMs"]?.int64)
    #expect(ttl > 3_600_000)
    bench.end()
  }

  @Test("4: a list of several servers is private on each page, and kept as briefly as the briefest")
  func aggregate() async throws {
    let bench = try await GateBench()
    let many = (0..<450).map { "tool-\(1000 + $0)" }
    try show(
      [
        try server("a", many, of: bench, for: 7_200), try server("b", ["y"], of: bench, for: 3_600),
      ], at: bench)
    var cursor: String?
    var pages = 0
    repeat {
      let page = try await bench.ask(
        "tools/list", cursor.map { #"{"cursor":"\#($0)"}"# } ?? "{}")
      let result = try #require(page.result)
      #expect(result[member: "cacheScope"]?.string == "private")
      let ttl = try #require(result[member: "ttlMs"]?.int64)
      #expect((1_800_000...3_600_000).contains(ttl))
      cursor = result[member: "nextCursor"]?.string
      pages += 1
    } while cursor != nil && pages < 10
    #expect(pages == 3)
    bench.end()
  }

  @Test("15: a call that a person must approve is answered at once, and says what would help")
  func approval() async throws {
    let bench = try await GateBench(
      policy: """
        permit (principal, action, resource);
        @id("pay") @remedy("approval") @advice("Ask finance.")
        forbid (principal, action, resource) when { resource.effect == "destructive" };
        """,
      answer: { _, _ in .failure(.timedOut(after: .seconds(1))) })
    let answer = try await bench.call("notes__wipe")
    #expect(answer.denial == "remedy_needed")
    let result = try #require(answer.result)
    #expect(result[member: "isError"]?.bool == true)
    #expect(result[member: "content"]?.description.contains("Ask finance.") == true)
    #expect(
      result[member: "_meta"]?[member: MetaKey.decision]?.description.contains("approval") == true)
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }
}
