import Configuration
import JSON
import Reactor
import Testing

@testable import Catalog
@testable import MCP

/// §2.8 corner 21.
@Suite("Pages of servers")
struct PageTests {
  private static let page =
    #"{"uri":"ui://board","name":"board","_meta":{"ui":{"csp":{"connectDomains":["https://a.example"],"frameDomains":["https://b.test"]}}}}"#

  private func entry(
    _ pages: Configuration.Pages = .approved, isQuarantined: Bool = true
  ) throws -> CatalogEntry {
    var configuration = try upstreamConfiguration(named: "git")
    configuration.isQuarantined = isQuarantined
    configuration.pages = pages
    let entry = CatalogEntry(
      configuration, ScriptedUpstream(), limits: Configuration.Limits(), book: PinBook())
    entry.take(ServerIdentity(configuration: configuration, executable: nil, authorities: nil))
    _ = entry.connected(
      UpstreamPeer(
        version: .latest, capabilities: ServerCapabilities(try json(#"{"resources":{}}"#))))
    try list(entry, Self.page)
    return entry
  }

  private func list(_ entry: CatalogEntry, _ page: String) throws {
    entry.take(
      UpstreamListing.Contents(definitions: try [page, #"{"uri":"note://1"}"#].map(json)),
      of: .resources, at: MonotonicTime(nanoseconds: 1))
  }

  private func approve(_ entry: CatalogEntry, _ keys: ItemKey...) throws {
    entry.hold(generation: 1)
    for key in keys {
      let item = try #require(entry.review[key]?.listed)
      entry.book.take(
        PinChange(
          event: .approved, server: "git", key: key, after: item.digest,
          definition: item.definition, time: 1))
    }
    entry.isHeld = false
  }

  private func server(_ entry: CatalogEntry) -> CatalogServer {
    entry.hold(generation: 1)
    return entry.server
  }

  private static let key = ItemKey(.page, "ui://board")

  @Test func `a page is an item of its own, and held back until it is approved`() throws {
    let entry = try entry()
    try approve(entry, .server)
    #expect(server(entry).resources.items.map(\.ownID) == ["note://1"])
    #expect(server(entry).withholds(page: "ui://board"))
    #expect(server(entry).resource("ui://board") == nil)
    #expect(Self.key.word == "page:ui://board")
    try approve(entry, Self.key)
    #expect(server(entry).resources.items.count == 2)
    #expect(server(entry).resource("ui://board") != nil)
    #expect(
      server(entry).hosts(ofPage: "ui://board")
        == .origins(["https://a.example", "https://b.test"]))
  }

  @Test func `another host is another page`() throws {
    let entry = try entry()
    try approve(entry, .server, Self.key)
    try list(entry, Self.page.replacing("a.example", with: "evil.example"))
    #expect(server(entry).resource("ui://board") == nil)
    #expect(entry.review[Self.key]?.state == .changed)
  }

  @Test func `a page that no list has speaks with nobody, unless nothing is in quarantine`() throws
  {
    let entry = try entry()
    try approve(entry, .server)
    #expect(server(entry).resource("ui://other") != nil)
    #expect(server(entry).hosts(ofPage: "ui://other") == .origins([]))
    #expect(server(try self.entry(isQuarantined: false)).hosts(ofPage: "ui://other") == .any)
  }

  @Test(arguments: [true, false])
  func `the configuration bounds the hosts of what is listed and read`(isQuarantined: Bool) throws {
    let entry = try entry(.hosts(["a.example"]), isQuarantined: isQuarantined)
    if isQuarantined { try approve(entry, .server, Self.key) }
    let page = try #require(server(entry).resources["ui://board"])
    let listed = try JSONDocument(parsing: page.definition).root
    #expect(
      listed[member: "_meta"]?.description
        == #"{"ui":{"csp":{"connectDomains":["https://a.example"],"frameDomains":[]}}}"#)
    #expect(server(entry).hosts(ofPage: "ui://board") == .hosts(["a.example"]))
  }

  @Test func `pages that are denied are neither listed nor read`() throws {
    let server = server(try entry(.denied, isQuarantined: false))
    #expect(server.resources.items.map(\.ownID) == ["note://1"])
    #expect(server.resource("ui://board") == nil && server.resource("ui://other") == nil)
    #expect(server.resource("note://2") != nil)
  }

  @Test(
    arguments: [
      ("https://api.example.com", true), ("https://API.Example.com:8443/x", true),
      ("wss://a.below.test", true), ("https://*.below.test", true), ("a.below.test", true),
      ("https://below.test", false), ("https://api.example.com.evil.test", false),
      ("https://x.api.example.com", false), ("https://api.example.com@evil.test", false),
      ("https://evil.test#api.example.com", false), ("https://evilbelow.test", false),
      ("*", false), ("data:", false), ("https:", false), ("", false),
    ])
  func `a host is one that the configuration names`(origin: String, isAllowed: Bool) {
    #expect(PageHosts.hosts(["api.example.com", "*.below.test"]).allows(origin) == isAllowed)
  }

  @Test func `what is not allowed is taken out, and every other byte stays`() throws {
    let content = try json(
      #"{"uri":"ui://p","text":"x","n":1.0,"_meta":{"ui":{"csp":{"connectDomains":["https://a.example" , "https://b.example",1],"x":"y"},"k":1.0}}}"#
    )
    var restriction = PageRestriction(.hosts(["a.example"]), in: content)
    restriction.restrict(content)
    #expect(
      String(decoding: restriction.applied(to: content).raw, as: UTF8.self)
        == #"{"uri":"ui://p","text":"x","n":1.0,"_meta":{"ui":{"csp":{"connectDomains":["https://a.example"],"x":[]},"k":1.0}}}"#
    )
    #expect(restriction.denied == ["https://b.example", "\"y\""])
    var none = PageRestriction(.any, in: content)
    none.restrict(content)
    #expect(none.denied.isEmpty)
    #expect(none.applied(to: content).raw == content.raw)
  }

  @Test func `a csp that is no object says nothing`() throws {
    let content = try json(#"{"_meta":{"ui":{"csp":"connect-src *"}}}"#)
    var restriction = PageRestriction(.origins([]), in: content)
    restriction.restrict(content)
    #expect(restriction.applied(to: content).description == #"{"_meta":{"ui":{"csp":{}}}}"#)
  }
}
