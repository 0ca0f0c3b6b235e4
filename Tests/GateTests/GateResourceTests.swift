import Configuration
import JSON
import Ledger
import MCP
import Reactor
import Synchronization
import Testing

@testable import Gate

@Suite("Reading resources")
struct GateResourceTests {
  private static let secret = #"""
    @id("all") permit (principal, action, resource);
    @id("secret") forbid (principal, action == Sallyport::Action::"readResource", resource)
    when { resource.uri like "*secret*" };
    @id("plain") forbid (principal, action == Sallyport::Action::"readResource", resource)
    when { resource has mimeType && resource.mimeType == "text/html" };
    """#

  private func text(_ ttl: String = "") throws -> JSONNode {
    try json(#"{"contents":[{"uri":"note://1","text":"x", "n":1.50}]\#(ttl)}"#)
  }

  private func bench(
    _ result: JSONNode, policy: String = GateBench.permitAll, keepsPublic: Bool = false
  ) async throws -> GateBench {
    try await GateBench(policy: policy, peer: everythingPeer(), keepsPublic: keepsPublic) { _, _ in
      .success(.result(result))
    }
  }

  private func read(
    _ bench: GateBench, _ uri: String = "notes+note://1", at endpoint: Endpoint = .everything,
    more: String = ""
  ) async throws -> MCPResponse {
    try await bench.ask("resources/read", "{\"uri\":\"\(uri)\"\(more)}", at: endpoint)
  }

  @Test func `a resource is read under its own URI and answered under the public one`() async throws
  {
    let whole = #""ttlMs":0,"cacheScope":"private"}"#
    let bench = try await bench(try text(#","ttlMs":0,"cacheScope":"private""#))
    #expect(
      try await read(bench).result?.description
        == #"{"contents":[{"uri":"notes+note://1","text":"x", "n":1.50}],\#(whole)"#
    )
    let arrival = try #require(bench.upstream.arrivals.first)
    #expect(arrival.request.target == .uri("note://1"))
    #expect(arrival.decisions.count == 1, "forwarded before the decision was on record")
    #expect(
      try await read(bench, "note://1", at: .server("notes")).result?.description
        == #"{"contents":[{"uri":"note://1","text":"x", "n":1.50}],\#(whole)"#
    )
    let records = try bench.records().map(\.document.root)
    #expect(
      records[0][member: "resource"]?.description
        == #"{"mime_type":"text/plain","name":"one","uri":"note://1"}"#)
    #expect(records[1][member: "resource"]?.string == "note://1")
    bench.end()
  }

  /// §2.8 corner 21.
  @Test func `a page that is read keeps the hosts that it may speak with`() async throws {
    let csp = #"{"csp":{"connectDomains":["https://a.example","https://b.example"]}}"#
    let content = #"{"uri":"ui://panel","text":"<p>","n":1.0,"_meta":{"ui":\#(csp)}}"#
    let page = try json(
      #"{"contents":[\#(content)],"ttlMs":60000,"cacheScope":"private"}"#)
    for (pages, left) in [
      (Configuration.Pages.approved, #"["https://a.example","https://b.example"]"#),
      (.hosts(["b.example"]), #"["https://b.example"]"#), (.hosts([]), "[]"),
    ] {
      let bench = try await GateBench(peer: everythingPeer(), pages: pages) { _, _ in
        .success(.result(page))
      }
      // The second is answered from what is kept.
      for _ in 0..<2 {
        let content = try await read(bench, "ui://notes+panel").result?.pointer("/contents/0")
        #expect(content?.pointer("/_meta/ui/csp/connectDomains")?.description == left)
        #expect(content?[member: "n"]?.description == "1.0")
      }
      let own = try await read(bench, "ui://panel", at: .server("notes"))
      #expect(
        own.result?.pointer("/contents/0/_meta/ui/csp/connectDomains")?.description == left)
      #expect(bench.upstream.arrivals.count == 1)
      bench.end()
    }
    let denied = try await GateBench(peer: everythingPeer(), pages: .denied)
    #expect(
      try await read(denied, "ui://notes+panel").errorCode == JSONRPCError.Code.invalidParams)
    #expect(denied.upstream.arrivals.isEmpty)
    denied.end()
  }

  @Test func `what no list has is routed by its server`() async throws {
    let bench = try await bench(try text())
    #expect(try await read(bench, "notes+file:///a").result != nil)
    #expect(try await read(bench, "file:///b", at: .server("notes")).result != nil)
    #expect(
      bench.upstream.arrivals.map(\.request.target) == [.uri("file:///a"), .uri("file:///b")])
    bench.end()
  }

  @Test(
    arguments: [
      ("{}", "malformed", nil), (#"{"uri":7}"#, "malformed", nil),
      (#"{"uri":"note://1"}"#, "unknown_resource", #"{"uri":"note://1"}"#),
      (#"{"uri":"nobody+a:b"}"#, "unknown_resource", #"{"uri":"nobody+a:b"}"#),
      (#"{"uri":"notes+ui://panel"}"#, "unknown_resource", #"{"uri":"notes+ui://panel"}"#),
      (
        #"{"uri":"NOTES+note://1"}"#, "unknown_resource", #"{"uri":"NOTES+note://1"}"#
      ),
      (#"{"uri":"notes+\#(String(repeating: "a", count: 2_100))"}"#, "malformed", nil),
    ])
  func `a URI that is none or of nobody is an error that names it`(
    params: String, refusal: String, data: String?
  ) async throws {
    let bench = try await bench(try text())
    let response = try await bench.ask("resources/read", params)
    guard case .failure(let error) = response else {
      Issue.record("\(response)")
      return
    }
    #expect(error.code == JSONRPCError.Code.invalidParams)
    #expect(error.data.map { String(decoding: $0, as: UTF8.self) } == data)
    #expect(try bench.records().map { $0.text("refusal") } == [refusal])
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }

  @Test func `policy decides about each resource, listed or not`() async throws {
    let bench = try await bench(try text(), policy: Self.secret)
    #expect(try await read(bench).result != nil)
    #expect(try await read(bench, "notes+file:///secret").errorCode == JSONRPCError.Code.denied)
    #expect(
      try await read(bench, "file:///secret", at: .server("notes")).errorCode
        == JSONRPCError.Code.denied)
    #expect(bench.upstream.arrivals.count == 1)
    bench.end()
  }

  @Test(
    arguments: [
      (#"{"code":-32002,"message":"gone","data":{"uri":"note://1"}}"#, "notes+note://1"),
      (#"{"code":-32002,"message":"gone"}"#, "notes+note://1"),
      (#"{"code":-32602,"message":"gone","data":{"uri":"note://1"}}"#, "notes+note://1"),
    ])
  func `an upstream's not found is that of this revision, under the client's URI`(
    error: String, uri: String
  ) async throws {
    let node = try json(error)
    let bench = try await GateBench(peer: everythingPeer()) { _, _ in .success(.error(node)) }
    guard case .failure(let told) = try await read(bench) else {
      Issue.record("no failure")
      return
    }
    #expect(told.code == -32602)
    #expect(told.message == "gone")
    #expect(told.data.map { String(decoding: $0, as: UTF8.self) } == "{\"uri\":\"\(uri)\"}")
    bench.end()
  }

  @Test func `another error of an upstream passes as it came`() async throws {
    let node = try json(#"{"code":-32603,"message":"x", "data":{"uri":"note://1"}}"#)
    let bench = try await GateBench(peer: everythingPeer()) { _, _ in .success(.error(node)) }
    guard case .relayedError(let error) = try await read(bench) else {
      Issue.record("no error")
      return
    }
    #expect(error.description == node.description)
    bench.end()
  }

  @Test(
    arguments: [
      ("", false, #","ttlMs":0,"cacheScope":"private"}"#),
      (#","ttlMs":5000,"cacheScope":"public""#, false, #","ttlMs":5000,"cacheScope":"private"}"#),
      (#","ttlMs":5000,"cacheScope":"public""#, true, #","ttlMs":5000,"cacheScope":"public"}"#),
      (#","ttlMs":-1"#, false, #","ttlMs":0,"cacheScope":"private"}"#),
    ])
  func `an answer says for how long and for whom it may be kept`(
    given: String, keepsPublic: Bool, told: String
  ) async throws {
    let bench = try await bench(try text(given), keepsPublic: keepsPublic)
    let response = try await read(bench, "note://1", at: .server("notes"))
    #expect(response.result?.description.hasSuffix(told) == true, "\(response)")
    bench.end()
  }

  @Test func `a fresh answer spares the server, never the records`() async throws {
    let bench = try await bench(try text(#","ttlMs":60000,"cacheScope":"private""#))
    _ = try await read(bench)
    let again = try await read(bench)
    #expect(bench.upstream.arrivals.count == 1)
    #expect(again.result?[member: "contents"]?.count == 1)
    let left = try #require(again.result?[member: "ttlMs"]?.int64)
    #expect(left > 0 && left <= 60_000)
    let records = try bench.records().map(\.document.root)
    #expect(
      records.map { $0[member: "kind"]?.string } == ["decision", "outcome", "decision", "outcome"])
    #expect(records.map { $0[member: "cached"]?.bool } == [nil, nil, nil, true])
    bench.end()
  }

  @Test func `what is kept for one principal is not shown to another, unless it is public`()
    async throws
  {
    for (scope, keepsPublic, asked) in [
      ("private", true, 2), ("public", false, 2), ("public", true, 1),
    ] {
      let bench = try await bench(
        try text(#","ttlMs":60000,"cacheScope":"\#(scope)""#), keepsPublic: keepsPublic)
      _ = try await read(bench)
      let other = await bench.caller(named: "other")
      _ = try await bench.ask("resources/read", #"{"uri":"notes+note://1"}"#, as: other)
      #expect(bench.upstream.arrivals.count == asked, "\(scope) \(keepsPublic)")
      bench.end()
    }
  }

  @Test func `policy is asked of a kept answer too`() async throws {
    let bench = try await bench(
      try text(#","ttlMs":60000,"cacheScope":"public""#),
      policy: #"permit (principal == Sallyport::Agent::"claude", action, resource);"#,
      keepsPublic: true)
    _ = try await read(bench)
    let other = await bench.caller(named: "other")
    let denied = try await bench.ask("resources/read", #"{"uri":"notes+note://1"}"#, as: other)
    #expect(denied.errorCode == JSONRPCError.Code.denied)
    bench.end()
  }

  @Test(
    arguments: [
      (UpstreamEvent.resourceUpdated(uri: "note://1"), true),
      (.resourceUpdated(uri: "note://2"), false), (.listChanged(.resources), true),
      (.listChanged(.tools), false), (.down(reason: "x"), true),
    ])
  func `what a server says changed is not answered from what is kept`(
    event: UpstreamEvent, forgets: Bool
  ) async throws {
    let bench = try await bench(try text(#","ttlMs":60000"#))
    _ = try await read(bench)
    bench.gate.note(event, of: "notes")
    _ = try await read(bench)
    #expect(bench.upstream.arrivals.count == (forgets ? 2 : 1))
    bench.end()
  }

  @Test func `an answer that was under way while its resource changed is not kept`() async throws {
    let result = try text(#","ttlMs":60000"#)
    let gate = Mutex<Gate?>(nil)
    let bench = try await GateBench(peer: everythingPeer()) { _, _ in
      gate.withLock { $0 }?.note(.resourceUpdated(uri: "note://1"), of: "notes")
      return .success(.result(result))
    }
    gate.withLock { $0 = bench.gate }
    _ = try await read(bench)
    gate.withLock { $0 = nil }
    _ = try await read(bench)
    #expect(bench.upstream.arrivals.count == 2)
    _ = try await read(bench)
    #expect(bench.upstream.arrivals.count == 2)
    bench.end()
  }

  @Test(
    arguments: [
      #","ttlMs":0"#, "", #","ttlMs":60000,"resultType":"input_required""#, #","ttlMs":"60000""#,
    ])
  func `what may not be kept is asked for again`(given: String) async throws {
    let bench = try await bench(try text(given))
    _ = try await read(bench)
    _ = try await read(bench)
    #expect(bench.upstream.arrivals.count == 2)
    bench.end()
  }

  @Test(arguments: ["7", "[]", "null", #""text""#])
  func `a result that is no object passes as it came`(text: String) async throws {
    let bench = try await bench(try json(text))
    #expect(try await read(bench).result?.description == text)
    bench.end()
  }

  @Test func `a request that brings more than a URI is always forwarded`() async throws {
    let bench = try await bench(try text(#","ttlMs":60000"#))
    _ = try await read(bench)
    _ = try await read(bench, more: #","inputResponses":{}"#)
    #expect(bench.upstream.arrivals.count == 2)
    bench.end()
  }
}

@Suite("Bounded caches")
struct BoundedCacheTests {
  @Test func `the one that was used longest ago goes first`() {
    var cache = BoundedCache<Int, String>(entries: 3, bytes: 1_000)
    for key in 0..<3 { cache.insert("v\(key)", for: key, bytes: 10) }
    #expect(cache[0] == "v0")
    cache.insert("v3", for: 3, bytes: 10)
    #expect(cache[1] == nil)
    #expect(cache[0] == "v0")
    #expect(cache.bytes == 30)
  }

  @Test func `bytes are bounded, and what would crowd out everything is not kept`() {
    var cache = BoundedCache<Int, String>(entries: 100, bytes: 100)
    for key in 0..<10 { cache.insert("x", for: key, bytes: 25) }
    #expect(cache.count == 4)
    #expect(cache.bytes == 100)
    cache.insert("x", for: 99, bytes: 26)
    #expect(cache[99] == nil)
    cache.insert("y", for: 9, bytes: 1)
    #expect(cache.bytes == 76)
    cache.remove { $0 % 2 == 1 }
    #expect(cache.bytes == 50)
  }
}
