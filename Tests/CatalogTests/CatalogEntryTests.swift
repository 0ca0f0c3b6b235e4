import Configuration
import JSON
import Reactor
import Testing

@testable import Catalog
@testable import MCP

@Suite("What is known of one upstream")
struct CatalogEntryTests {
  private let now = MonotonicTime(nanoseconds: 1_000_000_000)

  private func entry() throws -> CatalogEntry {
    CatalogEntry(
      try upstreamConfiguration(named: "git"), ScriptedUpstream(), limits: Configuration.Limits())
  }

  private func peer(
    _ capabilities: String, _ version: ProtocolVersion = .latest
  ) throws -> UpstreamPeer {
    UpstreamPeer(version: version, capabilities: ServerCapabilities(try json(capabilities)))
  }

  private func contents(
    _ definitions: String..., ttl: Duration? = nil
  ) throws -> UpstreamListing.Contents {
    UpstreamListing.Contents(definitions: try definitions.map(json), ttl: ttl)
  }

  @Test func `only lists that the upstream declares are read, the others are empty`() throws {
    let entry = try entry()
    #expect(!entry.server.isSettled)
    let lists = entry.connected(try peer(#"{"resources":{}}"#))
    #expect(lists == [.resources, .templates])
    #expect(entry.server.listed == [.tools, .prompts])
    entry.take(try contents(#"{"uri":"a:b"}"#), of: .resources, at: now)
    #expect(!entry.server.isSettled)
    entry.miss(.templates, because: "no")
    #expect(entry.server.isSettled)
    #expect(entry.report.resources == 1)
  }

  @Test func `a list that cannot be read again stays as it was, and is reported`() throws {
    let entry = try entry()
    _ = entry.connected(try peer(#"{"prompts":{}}"#))
    entry.take(try contents(#"{"name":"a"}"#), of: .prompts, at: now)
    #expect(entry.server.isWhole(.prompts))
    entry.miss(.prompts, because: "it broke")
    #expect(entry.server.prompts.items.map(\.name) == ["git__a"])
    #expect(!entry.server.isWhole(.prompts))
    #expect(entry.report.listingError == "it broke")
    entry.take(try contents(), of: .prompts, at: now)
    #expect(entry.report.listingError == nil)
    #expect(entry.server.prompts.items.isEmpty)
  }

  @Test func `what was listed stays while the upstream is down`() throws {
    let entry = try entry()
    _ = entry.connected(try peer(#"{"prompts":{}}"#))
    entry.take(try contents(#"{"name":"a"}"#), of: .prompts, at: now)
    entry.disconnected()
    #expect(entry.server.prompts.items.count == 1)
    #expect(!entry.server.isWhole(.prompts))
  }

  @Test(
    arguments: [
      (#"{"prompts":{}}"#, ProtocolVersion.latest, 60, 60, true),
      (#"{"prompts":{}}"#, .latest, 3_600, 300, true),
      (#"{"prompts":{"listChanged":true}}"#, .latest, 60, 300, true),
      (#"{"prompts":{}}"#, .v2025_11_25, 60, 300, false),
      (#"{"prompts":{}}"#, .latest, 0, 300, false), (#"{"prompts":{}}"#, .latest, nil, 300, false),
    ] as [(String, ProtocolVersion, Int?, Int, Bool)])
  func `a list is read again in time whatever its upstream promises, sooner where that says so`(
    capabilities: String, version: ProtocolVersion, ttl: Int?, maxAge: Int, isFresh: Bool
  ) throws {
    let entry = try entry()
    _ = entry.connected(try peer(capabilities, version))
    let ttl = ttl.map { Duration.seconds($0) }
    let reading = entry.take(try contents(ttl: ttl), of: .prompts, at: now)
    #expect(reading.maxAge == .seconds(maxAge))
    #expect(entry.server.freshUntil(.prompts) == (isFresh ? ttl.map { now + $0 } : nil))
  }

  @Test func `the operator says how old a list may become`() throws {
    let entry = try entry()
    entry.maxAge = .seconds(5)
    _ = entry.connected(try peer(#"{"prompts":{}}"#))
    #expect(entry.take(try contents(), of: .prompts, at: now).maxAge == .seconds(5))
    let slow = entry.take(try contents(ttl: .seconds(60)), of: .prompts, at: now)
    #expect(slow.maxAge == .seconds(5))
    #expect(entry.server.freshUntil(.prompts) == now + .seconds(60))
  }

  @Test func `a list that is as it was keeps its items, and only what is new is published`()
    throws
  {
    let entry = try entry()
    _ = entry.connected(try peer(#"{"tools":{}}"#))
    let tools = try contents(
      #"{"name":"a","inputSchema":{"type":"object"}}"#, #"{"name":"no schema"}"#)
    func read(_ contents: UpstreamListing.Contents, seen: Int = 1) -> CatalogEntry.Reading {
      entry.take(contents, of: .tools, at: now, seen: seen)
    }
    let first = read(tools)
    #expect(first.isNews && first.problems.map(\.name) == ["no schema"])
    let tool = entry.server.tools["a"]
    let same = read(tools)
    #expect(!same.isNews && same.problems.isEmpty)
    #expect(tool != nil && entry.server.tools["a"] === tool)
    #expect(entry.report.problems.count == 1)
    #expect(read(tools, seen: 2).isNews)
    entry.miss(.tools, because: "it broke")
    #expect(read(tools, seen: 2).isNews)
    let other = try contents(#"{"name":"a","title":"A","inputSchema":{"type":"object"}}"#)
    #expect(read(other, seen: 2).isNews)
    #expect(entry.server.tools["a"] !== tool && entry.report.problems.isEmpty)
  }

  @Test func `an unchanged list stays fresh for longer in the editions that have it already`()
    throws
  {
    let entry = try entry()
    _ = entry.connected(try peer(#"{"prompts":{}}"#))
    func read(_ definition: String, after time: Duration) throws -> Bool {
      let list = try contents(definition, ttl: .seconds(1))
      return entry.take(list, of: .prompts, at: now + time).isNews
    }
    #expect(try read(#"{"name":"a"}"#, after: .zero))
    let edition = entry.server
    #expect(try !read(#"{"name":"a"}"#, after: .seconds(30)))
    #expect(edition.freshUntil(.prompts) == now + .seconds(31))
    #expect(try read(#"{"name":"b"}"#, after: .seconds(60)))
    #expect(edition.freshUntil(.prompts) == now + .seconds(31), "it has the list as it was")
    let next = entry.server
    #expect(next.freshUntil(.prompts) == now + .seconds(61))
    entry.miss(.prompts, because: "it broke")
    #expect(next.freshUntil(.prompts) == nil)
  }

  @Test func `an upstream that had its time is waited for no longer, and still may have anything`()
    throws
  {
    let entry = try entry()
    #expect(!entry.server.isSettled && entry.server.isUnknown)
    #expect(entry.endSettling())
    #expect(entry.server.isSettled && entry.server.isUnknown && entry.server.isThere)
    #expect(!entry.endSettling())
    _ = entry.connected(try peer(#"{"prompts":{}}"#))
    #expect(entry.server.isSettled && !entry.server.isUnknown)
  }

  @Test func `an upstream that failed is waited for no longer`() throws {
    let entry = try entry()
    entry.disconnected()
    #expect(entry.server.isSettled && entry.server.isUnknown)
    #expect(!entry.endSettling())
  }

  @Test func `a change of one list changes the digest of its kind alone`() throws {
    let entry = try entry()
    _ = entry.connected(try peer(#"{"prompts":{},"resources":{},"tools":{}}"#))
    let before = CatalogSnapshot([entry.server])
    entry.take(try contents(#"{"uriTemplate":"a:{b}"}"#), of: .templates, at: now)
    let after = CatalogSnapshot([entry.server])
    let changed = ListKind.allCases.filter { before.digest(of: $0) != after.digest(of: $0) }
    #expect(changed == [.resources])
  }

  @Test func `the least of the pages' times counts, and none is none at all`() async throws {
    func ttl(_ pages: String...) async throws -> Duration? {
      let upstream = ScriptedUpstream(
        try pages.enumerated().map { index, ttl in
          let more = index < pages.count - 1 ? #","nextCursor":"x""# : ""
          return .success(.result(try json(#"{"prompts":[]\#(ttl)\#(more)}"#)))
        })
      return try await UpstreamListing.read(.prompts, from: upstream).ttl
    }
    #expect(try await ttl(#","ttlMs":5000"#, #","ttlMs":3000"#) == .seconds(3))
    #expect(try await ttl(#","ttlMs":5000"#, "") == .zero)
    #expect(try await ttl("") == nil)
    #expect(try await ttl(#","ttlMs":-5"#) == .zero)
  }
}
