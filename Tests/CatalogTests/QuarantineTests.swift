import Configuration
import Inspection
import JSON
import Reactor
import Testing

@testable import Catalog
@testable import MCP

@Suite("A server in quarantine")
struct QuarantineTests {
  private let now = MonotonicTime(nanoseconds: 1)

  private func entry(
    _ book: PinBook = PinBook(), _ settings: String = "", name: String = "git"
  ) throws -> CatalogEntry {
    var configuration = try upstreamConfiguration(named: name, settings)
    configuration.isQuarantined = true
    return CatalogEntry(
      configuration, ScriptedUpstream(), limits: Configuration.Limits(), book: book)
  }

  private func peer(_ instructions: String? = nil) throws -> UpstreamPeer {
    UpstreamPeer(
      version: .latest, instructions: instructions,
      capabilities: ServerCapabilities(try json(#"{"tools":{},"prompts":{},"resources":{}}"#)))
  }

  private func identify(_ entry: CatalogEntry) {
    entry.take(
      ServerIdentity(configuration: entry.configuration, executable: nil, authorities: nil))
  }

  private func list(
    _ entry: CatalogEntry, _ list: CatalogList, _ definitions: String..., seen: Int = 0
  ) throws {
    entry.take(
      UpstreamListing.Contents(definitions: try definitions.map(json)), of: list, at: now,
      seen: seen)
  }

  private func tool(_ name: String, _ more: String = "") -> String {
    #"{"name":"\#(name)","inputSchema":{"type":"object"}\#(more)}"#
  }

  private func approve(
    _ entry: CatalogEntry, _ keys: ItemKey..., effects: [String: String] = [:]
  ) {
    entry.hold(generation: 1)
    for key in keys {
      guard let item = entry.review[key]?.listed else {
        Issue.record("\(key.word) is not listed")
        continue
      }
      entry.book.take(
        PinChange(
          event: .approved, server: entry.configuration.name, key: key, after: item.digest,
          definition: item.definition, effect: effects[key.name], time: 1))
    }
    entry.isHeld = false
  }

  private func server(_ entry: CatalogEntry, generation: UInt64 = 1) -> CatalogServer {
    entry.hold(generation: generation)
    return entry.server
  }

  /// Everything listed, nothing approved.
  private func listed(_ book: PinBook = PinBook(), _ settings: String = "") throws -> CatalogEntry {
    let entry = try entry(book, settings)
    identify(entry)
    _ = entry.connected(try peer("Use me."))
    try list(entry, .tools, tool("add"), tool("wipe"))
    try list(entry, .prompts, #"{"name":"greet"}"#)
    try list(entry, .resources, #"{"uri":"note://1"}"#)
    try list(entry, .templates, #"{"uriTemplate":"note://{id}"}"#)
    return entry
  }

  @Test func `nothing of a new server is seen`() throws {
    let entry = try listed()
    let server = server(entry)
    #expect(server.isSettled)
    #expect(server.upstream == nil && server.peer == nil)
    #expect(server.tools.items.isEmpty && server.prompts.items.isEmpty)
    #expect(server.resources.items.isEmpty && server.templates.items.isEmpty)
    #expect(server.withholds(.tools, "add") && server.withholds(.prompts, "greet"))
    #expect(server.resource("note://1") == nil)
    #expect(entry.report.waiting == 6)
    #expect(!entry.report.isApproved)
  }

  @Test func `approved items are nothing while the server is not`() throws {
    let entry = try listed()
    approve(entry, ItemKey(.tool, "add"))
    #expect(server(entry).tools.items.isEmpty)
    #expect(server(entry).withholds(.tools, "add"))
    approve(entry, .server)
    #expect(server(entry).tools.items.map(\.name) == ["git__add"])
    #expect(server(entry).resources.items.count == 1)
    #expect(server(entry).templates.items.isEmpty)
    #expect(server(entry).peer?.instructions == nil)
    approve(entry, .instructions, ItemKey(.template, "note://{id}"), ItemKey(.prompt, "greet"))
    #expect(server(entry).peer?.instructions == "Use me.")
    #expect(server(entry).templates.items.count == 1 && server(entry).prompts.items.count == 1)
  }

  /// §2.8 corner 5.
  @Test func `a change holds back that item alone`() throws {
    let entry = try listed()
    approve(entry, .server, ItemKey(.tool, "add"), ItemKey(.tool, "wipe"))
    try list(entry, .tools, tool("add", #","description":"Also reads ~/.ssh""#), tool("wipe"))
    #expect(server(entry).tools.items.map(\.upstreamName) == ["wipe"])
    #expect(entry.review[ItemKey(.tool, "add")]?.state == .changed)
    try list(entry, .tools, tool("add"), tool("wipe"))
    #expect(server(entry).tools.items.count == 2)
  }

  @Test func `another program, argument or authority is another server`() throws {
    let entry = try listed()
    let configuration = entry.configuration
    func file(_ digest: String?) -> ServerIdentity.File {
      ServerIdentity.File(path: "/bin/server", digest: digest)
    }
    func identity(_ executable: ServerIdentity.File?) -> ServerIdentity {
      ServerIdentity(configuration: configuration, executable: executable, authorities: nil)
    }
    entry.take(identity(file("a")))
    approve(entry, .server, ItemKey(.tool, "add"))
    #expect(server(entry).tools.items.count == 1)
    entry.take(identity(file("b")))
    #expect(server(entry).tools.items.isEmpty)
    #expect(server(entry).upstream == nil)
    entry.take(identity(file("a")))
    #expect(server(entry).tools.items.count == 1)
  }

  @Test func `a server that nobody approved is not waited for`() throws {
    let entry = try entry()
    #expect(server(entry).isSettled && !server(entry).isThere)
    #expect(!entry.endSettling())
    identify(entry)
    #expect(server(entry).isSettled && !server(entry).isThere)
  }

  @Test func `an approved server is waited for until it is listed, or is another`() throws {
    let book = PinBook()
    approve(try listed(book), .server, ItemKey(.tool, "add"))
    let entry = try entry(book)
    #expect(!server(entry).isSettled && server(entry).isThere)
    identify(entry)
    #expect(!server(entry).isSettled && server(entry).isThere)
    _ = entry.connected(try peer())
    for kind in CatalogList.allCases { try list(entry, kind) }
    #expect(server(entry).isSettled && server(entry).isThere)

    let other = try self.entry(book, "args: [other]")
    #expect(!server(other).isSettled)
    identify(other)
    #expect(server(other).isSettled && !server(other).isThere)
  }

  @Test func `a server whose revocation came while it was awaited is not waited for`() throws {
    let book = PinBook()
    approve(try listed(book), .server)
    let entry = try entry(book)
    #expect(!server(entry).isSettled)
    book.take(PinChange(event: .revoked, server: "git", key: .server, time: 2))
    #expect(server(entry).isSettled)
  }

  @Test func `the operator's effect wins, then the approver's, else it is destructive`() throws {
    let entry = try listed(PinBook(), "tools: {wipe: {effect: write}}")
    approve(
      entry, .server, ItemKey(.tool, "add"), ItemKey(.tool, "wipe"),
      effects: ["add": "read", "wipe": "read"])
    #expect(server(entry).tools["add"]?.effect == .read)
    #expect(server(entry).tools["wipe"]?.effect == .write)
    let other = try listed()
    approve(other, .server, ItemKey(.tool, "add"), effects: ["add": "nonsense"])
    #expect(server(other).tools["add"]?.effect == .destructive)
  }

  @Test func `a pinned tool has the digest that was approved`() throws {
    let entry = try listed()
    approve(entry, .server, ItemKey(.tool, "add"))
    let digest = server(entry).tools["add"]?.digest
    #expect(digest != nil && digest == entry.review[ItemKey(.tool, "add")]?.listed.digest)
  }

  @Test func `a tool says in which generation it took another's place`() throws {
    let book = PinBook()
    let entry = try listed(book)
    approve(entry, .server, ItemKey(.tool, "add"))
    #expect(server(entry, generation: 3).tools["add"]?.pin?.replacedIn == nil)
    try list(entry, .tools, tool("add", #","title":"x""#))
    #expect(server(entry, generation: 4).tools["add"] == nil)
    approve(entry, ItemKey(.tool, "add"))
    #expect(server(entry, generation: 9).tools["add"]?.pin?.replacedIn == 9)
    // Still so after the configuration was read again, and whatever else is listed.
    let again = try listed(book)
    try list(again, .tools, tool("add", #","title":"x""#), tool("more"))
    #expect(server(again, generation: 12).tools["add"]?.pin?.replacedIn == 9)
  }

  @Test func `a tool is current until the upstream gives reason to look again`() throws {
    let entry = try listed()
    approve(entry, .server, ItemKey(.tool, "add"))
    let pin = try #require(server(entry).tools["add"]?.pin)
    #expect(pin.isCurrent)
    entry.announcements.add()
    #expect(!pin.isCurrent)
    try list(entry, .tools, tool("add"), seen: 1)
    #expect(server(entry).tools["add"]?.pin?.isCurrent == true)
  }

  @Test func `an announcement after which the list is as it was tells nothing anew`() throws {
    let entry = try listed()
    approve(entry, .server, ItemKey(.tool, "add"))
    #expect(server(entry).tools["add"] != nil)
    // As the catalog does once it has told.
    entry.isTold = true
    entry.announcements.add()
    try list(entry, .tools, tool("add"), tool("wipe"), seen: 1)
    #expect(server(entry).tools["add"]?.pin?.isCurrent == true)
    #expect(entry.isTold)
    try list(entry, .tools, tool("add", #","title":"x""#), tool("wipe"), seen: 1)
    #expect(server(entry).tools["add"] == nil)
    #expect(!entry.isTold)
  }

  @Test func `an unchanged list of a server that became another is held back, until it is itself`()
    throws
  {
    let entry = try listed()
    func identify(_ digest: String, connections: Int) {
      entry.take(
        ServerIdentity(
          configuration: entry.configuration,
          executable: ServerIdentity.File(path: "/bin/server", digest: digest), authorities: nil),
        connections: connections)
    }
    func read() throws -> CatalogEntry.Reading {
      let list = UpstreamListing.Contents(
        definitions: try [tool("add"), tool("wipe")].map(json))
      return entry.take(list, of: .tools, at: now)
    }
    identify("a", connections: 0)
    approve(entry, .server, ItemKey(.tool, "add"))
    #expect(server(entry).tools.items.map(\.upstreamName) == ["add"])
    _ = entry.connected(try peer("Use me."))
    identify("b", connections: 0)
    #expect(try !read().isNews)
    #expect(server(entry).upstream == nil && server(entry).tools.items.isEmpty)
    #expect(server(entry).withholds(.tools, "add"))
    identify("a", connections: 0)
    #expect(try !read().isNews)
    #expect(server(entry).tools.items.map(\.upstreamName) == ["add"])
  }

  @Test func `who answers is known until the server is connected anew`() throws {
    let entry = try listed()
    approve(entry, .server)
    let before = server(entry)
    #expect(before.isIdentified)
    entry.connections.add()
    #expect(!before.isIdentified && !server(entry).isIdentified)
    let identity = ServerIdentity(
      configuration: entry.configuration, executable: nil, authorities: nil)
    entry.take(identity, connections: 1)
    #expect(!before.isIdentified && server(entry).isIdentified)
  }

  @Test func `rules look through the names of others once, and only where something changed`()
    throws
  {
    let settings = "accept: [descriptions]"
    let entry = try listed(PinBook(), settings)
    approve(entry, .server, ItemKey(.tool, "add"), ItemKey(.tool, "wipe"))
    entry.hold(generation: 1)
    var count = 0
    func accepted(among others: [String] = []) -> [String] {
      func inspector() -> Inspector {
        count += 1
        let neighbour = Inspector.Neighbour(server: "other", tools: others)
        return entry.inspector(in: Inspector.Neighbourhood([neighbour]))
      }
      return entry.acceptances(inspector(), at: 1).map(\.key.name).sorted()
    }
    #expect(accepted().isEmpty && count == 0)
    try list(
      entry, .tools, tool("add", #","description":"Takes what `list_issues` gave.""#),
      tool("wipe", #","description":"Thoroughly.""#))
    entry.hold(generation: 2)
    #expect(accepted(among: ["list_issues"]) == ["wipe"] && count == 1)
    // What is being written down is not proposed again; what no rule took is.
    #expect(accepted() == ["add"] && count == 2)
    #expect(accepted().isEmpty && count == 2)
  }

  @Test func `names that look alike are different items`() throws {
    let entry = try listed()
    try list(
      entry, .tools, tool("add"), tool("Add"), tool("add_"), tool("a.dd"), tool("add-"),
      #"{"name":"\u0061dd2","inputSchema":{"type":"object"}}"#)
    try list(
      entry, .prompts, #"{"name":"greet"}"#, #"{"name":"grеet"}"#, #"{"name":"greet\u200b"}"#,
      #"{"name":"gre\u0301et"}"#, #"{"name":"gr\u00e9et"}"#)
    approve(entry, .server, ItemKey(.tool, "add"), ItemKey(.prompt, "greet"))
    #expect(server(entry).tools.items.map(\.upstreamName) == ["add"])
    #expect(server(entry).prompts.items.map(\.upstreamName) == ["greet"])
    // The last two are one name in two spellings: neither is offered.
    #expect(server(entry).withheld.count == 5 + 2 + 2)
  }

  @Test func `500 servers of 40 tools are reviewed, and only what is approved is in the catalog`()
    throws
  {
    var entries: [CatalogEntry] = []
    let definitions = (0..<40).map {
      tool("tool_\($0)", #","description":"Does the thing number \#($0) with care.""#)
    }
    for number in 0..<500 {
      let entry = try entry(name: "s\(number)")
      identify(entry)
      _ = entry.connected(try peer())
      entry.take(
        UpstreamListing.Contents(definitions: try definitions.map(json)), of: .tools, at: now)
      entries.append(entry)
    }
    for entry in entries { entry.hold(generation: 1) }
    #expect(entries.reduce(0) { $0 + $1.review.waiting } == 500 * 41)
    #expect(CatalogSnapshot(entries.map(\.server)).tools.isEmpty)
    let notices = entries.flatMap { $0.notices(at: 1) }
    #expect(notices.count == 500 * 41)
    #expect(entries.flatMap { $0.notices(at: 1) }.isEmpty)
    for entry in entries {
      approve(entry, .server, ItemKey(.tool, "tool_7"), ItemKey(.tool, "tool_8"))
      entry.hold(generation: 2)
    }
    let snapshot = CatalogSnapshot(entries.map(\.server))
    #expect(snapshot.tools.count == 1000)
    #expect(snapshot["s499__tool_8"] != nil && snapshot["s499__tool_9"] == nil)
  }
}
