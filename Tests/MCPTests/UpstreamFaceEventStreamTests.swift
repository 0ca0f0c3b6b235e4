import HTTP
import JSON
import Reactor
import Synchronization
import Testing

@testable import MCP

/// A server of 2024-11-05: one stream of events, and POSTs beside it.
private final class ClassicServer: Sendable {
  private let stream = Mutex<EventStream?>(nil)
  let endpoint: String

  init(endpoint: String = "/messages?session=1") { self.endpoint = endpoint }

  func scripted(_ call: @escaping @Sendable (ServerRequest, EventStream) async -> Void)
    -> ScriptedServer
  {
    ScriptedServer { [self] request in
      if request.verb == "GET" {
        let opened = request.stream()
        stream.withLock { $0 = opened }
        return opened.send(endpoint, event: "endpoint")
      }
      guard request.exchange.path == "/messages", let stream = stream.withLock({ $0 }) else {
        return request.respond(405)
      }
      request.respond(202, "", [])
      switch request.method {
      case "initialize":
        stream.send(
          """
          {"jsonrpc":"2.0","id":\(request.id),"result":{"protocolVersion":"2024-11-05",\
          "capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"old","version":"0"}}}
          """, event: "message")
      case nil, "notifications/initialized", "notifications/cancelled": break
      default: await call(request, stream)
      }
    }
  }

  func hangUp() { stream.withLock { $0 }?.finish() }
}

@Suite("Upstreams over HTTP+SSE")
struct UpstreamFaceEventStreamTests {
  @Test(arguments: [UpstreamRig.Kind.eventStream, .http])
  func `a server of 2024 is called, announces and asks, whether it was named so or found out`(
    kind: UpstreamRig.Kind
  ) async throws {
    let classic = ClassicServer()
    let rig = try await UpstreamRig(
      classic.scripted { request, stream in
        guard request.tool == "ask" else {
          stream.notify("notifications/tools/list_changed")
          return stream.send(
            #"{"jsonrpc":"2.0","id":\#(request.id),"result":{"content":[]}}"#)
        }
        stream.ask("q", "roots/list")
        while request.server.answer(to: "q") == nil { await request.sleep(5) }
        stream.send(#"{"jsonrpc":"2.0","id":\#(request.id),"result":{"asked":true}}"#)
      }, kind, path: "/sse")
    try await rig.waitUntilReady()
    #expect(rig.upstream.status.peer?.version == .v2024_11_05)
    #expect(await rig.answer(.tool("t")) == #"{"content":[]}"#)
    #expect(rig.told == ["ready 2024-11-05", "changed tools"])
    let asked = try Asked(await rig.answer(.tool("ask", asking: #"{"roots":{}}"#)))
    #expect(
      await rig.answer(
        .tool(
          "ask", asking: #"{"roots":{}}"#, answers: #"{"\#(asked.keys[0])":{"roots":[]}}"#,
          state: asked.state)) == #"{"asked":true}"#)
    #expect(rig.server.count("server/discover") == (kind == .http ? 1 : 0))
    await rig.end()
  }

  @Test func `an endpoint of another origin gets nothing`() async throws {
    let rig = try await UpstreamRig(
      ClassicServer(endpoint: "http://127.0.0.2:1/messages").scripted { _, _ in }, .eventStream)
    try await rig.until("the failure") { rig.upstream.status.lastError != nil }
    #expect(rig.upstream.status.lastError?.contains("not of the origin") == true)
    #expect(rig.server.seen.allSatisfy { $0 == "GET" })
    await rig.end()
  }

  @Test func `a stream that ends fails its calls, and another is opened`() async throws {
    let classic = ClassicServer()
    let rig = try await UpstreamRig(
      classic.scripted { request, stream in
        if request.tool == "last" { return classic.hangUp() }
        stream.send(#"{"jsonrpc":"2.0","id":\#(request.id),"result":{}}"#)
      }, .eventStream)
    try await rig.waitUntilReady()
    #expect(await rig.answer(.tool("last")) == "connection lost: it ended its stream")
    try await rig.until("another") { rig.told.count { $0 == "ready 2024-11-05" } == 2 }
    #expect(await rig.answer(.tool("t")) == "{}")
    #expect(rig.told.last == "changed tools", "what changed meanwhile")
    await rig.end()
  }

  @Test func `a message that is refused fails its call alone`() async throws {
    let stream = Mutex<EventStream?>(nil)
    let classic = ClassicServer()
    let served = classic.scripted { request, opened in
      stream.withLock { $0 = opened }
      opened.send(#"{"jsonrpc":"2.0","id":\#(request.id),"result":{}}"#)
    }
    let rig = try await UpstreamRig(
      ScriptedServer { request in
        if request.tool == "bad" { return request.respond(413) }
        await served.receive(request)
      }, .eventStream)
    try await rig.waitUntilReady()
    #expect(await rig.answer(.tool("bad")) == "protocol violation: HTTP 413 to a message")
    #expect(await rig.answer(.tool("good")) == "{}")
    await rig.end()
  }

  @Test(
    arguments: [
      ("/messages?id=1", "http://h:8/messages?id=1"), ("messages", "http://h:8/a/messages"),
      ("?id=1", "http://h:8/a/sse?id=1"), ("http://h:8/m", "http://h:8/m"),
      ("//h:8/m", "http://h:8/m"),
      ("http://other:8/m", nil), ("https://h:8/m", nil), ("http://h/m", nil), ("//other/m", nil),
      ("http://h:8@other/m", nil), ("/m m", nil),
    ] as [(String, String?)])
  func `an endpoint is read as seen from its stream, and stays at its origin`(
    reference: String, url: String?
  ) throws {
    let base = try HTTPURL("http://h:8/a/sse?x=1")
    #expect(EndpointReference.resolve(reference, against: base)?.description == url)
  }
}
