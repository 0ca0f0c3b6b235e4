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
      (#"{"prompts":{}}"#, ProtocolVersion.latest, Duration.seconds(60), true, true),
      (#"{"prompts":{"listChanged":true}}"#, .latest, .seconds(60), false, true),
      (#"{"prompts":{}}"#, .v2025_11_25, .seconds(60), false, false),
      (#"{"prompts":{}}"#, .latest, .zero, false, false),
    ])
  func `a list expires where a stateless upstream says so and announces no changes`(
    capabilities: String, version: ProtocolVersion, ttl: Duration, expires: Bool, isFresh: Bool
  ) throws {
    let entry = try entry()
    _ = entry.connected(try peer(capabilities, version))
    let taken = entry.take(try contents(ttl: ttl), of: .prompts, at: now)
    #expect(taken.ttl == (expires ? ttl : nil))
    #expect(entry.server.freshUntil[.prompts] == (isFresh ? now + ttl : nil))
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
