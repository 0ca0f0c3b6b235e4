import Configuration
import Identity
import Ledger
import MCP
import Reactor
import Testing

@testable import Catalog
@testable import Gate

@Suite("The pin of a tool at a call")
struct PinTests {
  /// The bench's catalog with pinned tools, in a generation.
  private func replace(
    _ bench: GateBench, _ announcements: ListAnnouncements, seen: Int, generation: UInt64,
    replacedIn: UInt64? = nil, without gone: String = "", withheld: Set<ItemKey> = []
  ) async throws {
    let base = try notesCatalog(bench.upstream)
    let notes = try #require(base.server("notes"))
    let tools = notes.tools.items.filter { $0.upstreamName != gone }.map {
      Tool(
        $0, effect: $0.effect, digest: "d\(generation)",
        pin: ToolPin(
          announcements, seen: seen, replacedIn: $0.upstreamName == "search" ? replacedIn : nil))
    }
    let server = CatalogServer(
      name: "notes", upstream: bench.upstream, tools: ItemList(tools),
      listed: Set(CatalogList.allCases), withheld: withheld, seen: seen)
    let old = await bench.loop.perform { bench.gate.snapshot }
    let configuration = try configuration("loops: 1")
    let next = try GateSnapshot(
      catalog: CatalogSnapshot([server], generation: generation), directory: old.directory,
      policies: old.policies, configuration: configuration)
    bench.gate.replace(next)
    await bench.loop.perform {}
  }

  private func refusal(_ bench: GateBench) throws -> String? {
    try bench.records([.refused]).last?.text("refusal")
  }

  @Test func `a call waits for the list that was announced, and is held against it`() async throws {
    let bench = try await GateBench()
    let announcements = ListAnnouncements()
    try await replace(bench, announcements, seen: 0, generation: 1)
    #expect(try await bench.call("notes__search").denial == nil)
    announcements.add()
    async let waiting = bench.call("notes__search")
    async let gone = bench.call("notes__add", #"{"text":"x"}"#)
    // Time for both to come as far as they can.
    await bench.run { try? await bench.loop.sleep(for: .milliseconds(100)) }
    #expect(bench.upstream.arrivals.count == 1)
    try await replace(
      bench, announcements, seen: 1, generation: 2, without: "add",
      withheld: [ItemKey(.tool, "add")])
    #expect(try await waiting.denial == nil)
    #expect(try await gone.errorCode == JSONRPCError.Code.invalidParams)
    #expect(bench.upstream.arrivals.count == 2)
    #expect(try refusal(bench) == "quarantined")
    bench.end()
  }

  @Test func `a call is not made when the announced list does not come`() async throws {
    let bench = try await GateBench()
    let announcements = ListAnnouncements()
    try await replace(bench, announcements, seen: 0, generation: 1)
    announcements.add()
    let response = try await bench.call("notes__search")
    #expect(response.denial == "definition_unverified")
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try refusal(bench) == "definition_changed")
    bench.end()
  }

  /// The bench's catalog with a server of which is known who it is since so many connections.
  private func replace(
    _ bench: GateBench, _ connections: ConnectionCount, known: Int, isApproved: Bool = true
  ) async throws {
    let base = try #require(try notesCatalog(bench.upstream).server("notes"))
    let server =
      isApproved
      ? CatalogServer(
        name: "notes", upstream: bench.upstream, tools: base.tools, prompts: base.prompts,
        resources: base.resources, templates: base.templates,
        listed: Set(CatalogList.allCases),
        identification: ServerIdentification(connections, known: known))
      : CatalogServer(
        name: "notes", upstream: nil,
        withheld: [ItemKey(.server, ""), ItemKey(.prompt, "greet")])
    let old = await bench.loop.perform { bench.gate.snapshot }
    let next = try GateSnapshot(
      catalog: CatalogSnapshot([server], generation: 1), directory: old.directory,
      policies: old.policies, configuration: try configuration("loops: 1"))
    bench.gate.replace(next)
    await bench.loop.perform {}
  }

  /// Requests about everything that is no tool.
  private static let others = [
    ("prompts/get", #"{"name":"notes__greet"}"#),
    ("resources/read", #"{"uri":"notes+note://1"}"#),
    ("resources/read", #"{"uri":"notes+note://unlisted"}"#),
    (
      "completion/complete",
      #"{"ref":{"type":"ref/prompt","name":"notes__greet"},"argument":{"name":"who","value":"a"}}"#
    ),
  ]

  @Test(arguments: others)
  func `no request reaches a server that was connected anew before it is known who it is`(
    method: String, params: String
  ) async throws {
    let bench = try await GateBench()
    let connections = ConnectionCount()
    try await replace(bench, connections, known: 0)
    #expect(try await bench.ask(method, params).failure == nil)
    #expect(bench.upstream.arrivals.count == 1)
    connections.add()
    async let same = bench.ask(method, params)
    await bench.run { try? await bench.loop.sleep(for: .milliseconds(100)) }
    #expect(bench.upstream.arrivals.count == 1)
    try await replace(bench, connections, known: 1)
    #expect(try await same.failure == nil)
    #expect(bench.upstream.arrivals.count == 2)
    connections.add()
    async let other = bench.ask(method, params)
    await bench.run { try? await bench.loop.sleep(for: .milliseconds(100)) }
    try await replace(bench, connections, known: 2, isApproved: false)
    #expect(try await other.errorCode == JSONRPCError.Code.invalidParams)
    #expect(bench.upstream.arrivals.count == 2)
    bench.end()
  }

  @Test func `a request is not made when it is not found out in time who its server is`()
    async throws
  {
    let bench = try await GateBench()
    let connections = ConnectionCount()
    try await replace(bench, connections, known: 0)
    connections.add()
    let response = try await bench.ask("prompts/get", #"{"name":"notes__greet"}"#)
    #expect(response.denial == "server_unidentified")
    #expect(response.errorCode == JSONRPCError.Code.internalError)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try refusal(bench) == "definition_changed")
    bench.end()
  }

  @Test func `who was listed another definition is told once, for each tool and change`()
    async throws
  {
    let bench = try await GateBench()
    let announcements = ListAnnouncements()
    let other = await bench.caller(named: "other")
    try await replace(bench, announcements, seen: 0, generation: 1)
    _ = try await bench.ask("tools/list")
    try await replace(bench, announcements, seen: 0, generation: 2, replacedIn: 2)
    func search(as caller: Caller? = nil) async throws -> String? {
      try await bench.ask("tools/call", #"{"name":"notes__search"}"#, as: caller).denial
    }
    // Nobody knows what the other was listed, if anything.
    #expect(try await search(as: other) != "definition_changed")
    #expect(try await search() == "definition_changed")
    #expect(try refusal(bench) == "definition_changed")
    #expect(try await search() == nil)
    try await replace(bench, announcements, seen: 0, generation: 3, replacedIn: 3)
    #expect(try await search() == "definition_changed")
    try await replace(bench, announcements, seen: 0, generation: 4, replacedIn: 4)
    _ = try await bench.ask("tools/list")
    #expect(try await search() == nil)
    bench.end()
  }

  @Test func `what was found by itself counts as listed`() {
    let listed = ListedDefinitions()
    func key(_ caller: String) -> ListedDefinitions.Key {
      ListedDefinitions.Key(caller: caller, endpoint: .everything, session: nil)
    }
    listed.note(key("a"), found: ["t"], generation: 2)
    #expect(!listed.isStale(key("a"), "u", replacedIn: 3), "nobody knows of another")
    #expect(!listed.isStale(key("a"), "t", replacedIn: 2))
    #expect(listed.isStale(key("a"), "t", replacedIn: 3))
    #expect(!listed.isStale(key("a"), "t", replacedIn: 3), "told once")
    listed.note(key("a"), found: ["t"], generation: 4)
    #expect(!listed.isStale(key("a"), "t", replacedIn: 4))
    // The newest that was shown counts.
    listed.note(key("b"), generation: 1, isFirstPage: true)
    listed.note(key("b"), found: ["t"], generation: 5)
    #expect(!listed.isStale(key("b"), "t", replacedIn: 5))
    #expect(listed.isStale(key("b"), "u", replacedIn: 5))
    // Within a bound.
    listed.note(key("c"), found: ["t"], generation: 1)
    listed.note(
      key("c"), found: (0..<ListedDefinitions.foundMax).map { "x\($0)" }, generation: 1)
    #expect(!listed.isStale(key("c"), "t", replacedIn: 2))
    #expect(listed.isStale(key("c"), "x0", replacedIn: 2))
  }

  @Test func `callers are remembered within bounds, sessions and endpoints apart`() {
    let listed = ListedDefinitions()
    func key(_ caller: String, _ session: String? = nil) -> ListedDefinitions.Key {
      ListedDefinitions.Key(caller: caller, endpoint: .everything, session: session)
    }
    listed.note(key("a"), generation: 1, isFirstPage: true)
    listed.note(key("a", "s"), generation: 5, isFirstPage: true)
    #expect(!listed.isStale(key("a", "s"), "t", replacedIn: 5))
    #expect(!listed.isStale(key("b"), "t", replacedIn: 5))
    #expect(listed.isStale(key("a"), "t", replacedIn: 5))
    #expect(!listed.isStale(key("a"), "t", replacedIn: 5))
    #expect(listed.isStale(key("a"), "u", replacedIn: 5))
    // A later page of an older list is as old as its beginning.
    listed.note(key("a"), generation: 6, isFirstPage: true)
    listed.note(key("a"), generation: 9, isFirstPage: false)
    #expect(listed.isStale(key("a"), "t", replacedIn: 7))
    for number in 0..<(ListedDefinitions.remembered * 2 + 1) {
      listed.note(key("x\(number)"), generation: 1, isFirstPage: true)
    }
    #expect(!listed.isStale(key("a"), "v", replacedIn: 7))
    #expect(listed.isStale(key("x\(ListedDefinitions.remembered * 2)"), "t", replacedIn: 7))
  }
}
