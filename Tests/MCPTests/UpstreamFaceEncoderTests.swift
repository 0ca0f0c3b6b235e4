import JSON
import Testing

@testable import MCP

@Suite("Requests to upstreams")
struct UpstreamFaceEncoderTests {
  private func encode(
    _ params: String, name: String? = nil, progress: Bool = false, traceparent: String? = nil,
    to version: ProtocolVersion
  ) throws -> String {
    text(
      UpstreamRequestEncoder.encode(
        UpstreamRequest(
          method: "tools/call", params: try json(params), target: name.map { .name($0) },
          wantsProgress: progress, timeout: .seconds(1), traceparent: traceparent),
        id: 7, to: version))
  }

  @Test func `arguments leave byte for byte as they came`() throws {
    let arguments =
      #"{ "z": 12345678901234567890123, "a" : 1.00e+2, "e":"\u00e9\/", "n":null , "l":[ 1,2 ] }"#
    let sent = try encode(
      "{\"name\":\"s__t\",\"arguments\":\(arguments)}", name: "t", to: .v2025_11_25)
    #expect(
      sent == """
        {"jsonrpc":"2.0","id":7,"method":"tools/call",\
        "params":{"arguments":\(arguments),"name":"t"}}
        """)
  }

  @Test func `the name is the upstream's own however it was spelled`() throws {
    let sent = try json(
      encode(#"{"n\u0061me":"s__t","arguments":{}}"#, name: "t \"q\"", to: .v2025_11_25))
    #expect(sent[member: "params"]?[member: "name"]?.string == "t \"q\"")
    #expect(sent[member: "params"]?.count == 2)
  }

  @Test func `members this gateway does not know pass through`() throws {
    let sent = try json(encode(#"{"task":{"ttl":5},"x-new":[true]}"#, to: .v2025_11_25))
    #expect(sent[member: "params"]?[member: "task"]?.description == #"{"ttl":5}"#)
    #expect(sent[member: "params"]?[member: "x-new"]?.description == "[true]")
  }

  @Test func `what a client takes for its task is nothing to a server`() throws {
    let meta = #"{"io.modelcontextprotocol/related-task":{"taskId":"T"},"k":1.0}"#
    let sent = try json(encode("{\"_meta\":\(meta)}", to: .v2025_11_25))
    #expect(sent[member: "params"]?[member: "_meta"]?.description == #"{"k":1.0}"#)
  }

  @Test(arguments: ["00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", nil])
  func `the trace context is the request's own, its companions stay`(own: String?) throws {
    let meta = #"{"traceparent":"00-client","tracestate":"a=b","baggage":"c=d"}"#
    let sent = try json(encode("{\"_meta\":\(meta)}", traceparent: own, to: .v2025_11_25))
    let kept = try #require(sent[member: "params"]?[member: "_meta"])
    #expect(kept[member: "traceparent"]?.string == own)
    #expect(kept[member: "tracestate"]?.string == "a=b")
    #expect(kept[member: "baggage"]?.string == "c=d")
  }

  @Test func `keys of one hop never pass, others keep their bytes, ours are added`() throws {
    let meta = """
      {"progressToken":"client-1","io.modelcontextprotocol/protocolVersion":"2025-11-25",\
      "io.modelcontextprotocol/clientInfo":{"name":"evil"},\
      "io.modelcontextprotocol/clientCapabilities":{"sampling":{}},\
      "io.modelcontextprotocol/serverInfo":{},"io.modelcontextprotocol/subscriptionId":"9",\
      "io.modelcontextprotocol/logLevel":"debug",\
      "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",\
      "com.example/kept":{"n":1.0}}
      """
    let sent = try json(
      encode("{\"_meta\":\(meta),\"arguments\":{}}", progress: true, to: .v2026_07_28))
    let kept = try #require(sent[member: "params"]?[member: "_meta"])
    #expect(
      Set(kept.members.map(\.name)) == [
        "com.example/kept", "progressToken",
        "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientInfo",
        "io.modelcontextprotocol/clientCapabilities",
      ])
    #expect(kept[member: "progressToken"]?.int64 == 7)
    #expect(kept[member: MetaKey.protocolVersion]?.string == "2026-07-28")
    #expect(kept[member: MetaKey.clientCapabilities]?.count == 0)
    #expect(kept[member: MetaKey.clientInfo]?[member: "name"]?.string == "sallyport")
    #expect(kept[member: "com.example/kept"]?.description == #"{"n":1.0}"#)
  }

  @Test func `a session-era upstream gets no envelope, and no progress token unless one is wanted`()
    throws
  {
    #expect(
      try json(encode("{}", to: .v2025_06_18))[member: "params"]?[member: "_meta"] == nil)
    let wanted = try json(encode("{}", progress: true, to: .v2025_06_18))
    #expect(wanted[member: "params"]?[member: "_meta"]?.description == #"{"progressToken":7}"#)
    let foreign = try json(encode(#"{"_meta":{"progressToken":1}}"#, to: .v2025_06_18))
    #expect(foreign[member: "params"]?[member: "_meta"]?.count == 0)
  }

  @Test func `a _meta that is no object is replaced`() throws {
    let sent = try json(encode(#"{"_meta":"x"}"#, to: .v2026_07_28))
    #expect(sent[member: "params"]?[member: "_meta"]?.kind == .object)
  }

  @Test func `initialize asks for the newest session revision and offers no capability`() throws {
    let sent = try json(text(UpstreamRequestEncoder.initialize(id: 3, offering: .none)))
    let params = try #require(sent[member: "params"])
    #expect(params[member: "protocolVersion"]?.string == "2025-11-25")
    #expect(params[member: "capabilities"]?.count == 0)
  }

  @Test func `an id of the server comes back as it was spelled`() throws {
    let id = try #require(RequestID(try json(#""a\u0062""#)))
    let sent = text(UpstreamRequestEncoder.answer(toServerRequest: id, method: "ping"))
    #expect(sent == #"{"jsonrpc":"2.0","id":"a\u0062","result":{}}"#)
  }

  @Test func `a notification without params has none`() {
    #expect(
      text(UpstreamRequestEncoder.notification("notifications/initialized"))
        == #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
  }

  @Test func `listening asks for changes of lists and for resources, and for nothing else`() throws
  {
    let sent = try json(
      text(
        ListenRequest.encode(
          id: 4, version: .v2026_07_28, lists: [.tools, .prompts],
          watching: WatchList(resources: ["b:2", "a:1"]))))
    #expect(sent[member: "method"]?.string == "subscriptions/listen")
    #expect(
      sent[member: "params"]?[member: "notifications"]?.description
        == """
        {"toolsListChanged":true,"promptsListChanged":true,\
        "resourceSubscriptions":["a:1","b:2"]}
        """
    )
    #expect(sent[member: "params"]?[member: "_meta"]?[member: MetaKey.clientCapabilities] != nil)
  }

  @Test func `what brings answers back reaches a stateless server only`() throws {
    let request = UpstreamRequest(
      method: "tools/call",
      params: try json(#"{"name":"t","inputResponses":{"a":{}},"requestState":"x"}"#),
      edits: [.init(member: "requestState", value: Array(#""y""#.utf8))], timeout: .seconds(1))
    let modern = try json(text(UpstreamRequestEncoder.encode(request, id: 1, to: .v2026_07_28)))
    #expect(modern[member: "params"]?[member: "requestState"]?.string == "y")
    #expect(modern[member: "params"]?[member: "inputResponses"]?.description == #"{"a":{}}"#)
    let classic = text(UpstreamRequestEncoder.encode(request, id: 1, to: .v2025_11_25))
    #expect(!classic.contains("inputResponses") && !classic.contains("requestState"))
  }

  @Test func `a stateless request says what its client can be asked and which messages it wants`()
    throws
  {
    var capabilities = ClientCapabilities()
    capabilities.sampling = true
    let request = UpstreamRequest(
      method: "tools/call", params: nil, timeout: .seconds(1), capabilities: capabilities,
      logLevel: .warning)
    let meta = try json(text(UpstreamRequestEncoder.encode(request, id: 1, to: .v2026_07_28)))[
      member: "params"]?[member: "_meta"]
    #expect(meta?[member: MetaKey.clientCapabilities]?.description == #"{"sampling":{}}"#)
    #expect(meta?[member: MetaKey.logLevel]?.string == "warning")
  }
}

@Suite("Finding an upstream's era")
struct UpstreamFaceEraProbeTests {
  private func answer(_ result: String) throws -> UpstreamReply { .result(try json(result)) }

  @Test func `a session over HTTP keeps its id`() throws {
    var probe = EraProbe()
    #expect(probe.start() == .discover)
    #expect(probe.discoverAnswered(nil) == .initialize)
    let step = probe.initializeAnswered(
      try answer(UpstreamSample.initialization("2025-03-26")), sessionID: "s-1")
    guard case .ready(let peer)? = step else {
      Issue.record("not ready: \(String(describing: step))")
      return
    }
    #expect(peer.sessionID == "s-1")
    #expect(peer.version == .v2025_03_26)
  }

  @Test func `what failed is said`() throws {
    var probe = EraProbe()
    _ = probe.start()
    _ = probe.discoverAnswered(nil)
    #expect(
      probe.initializeAnswered(nil, transportError: "connection refused")
        == .failed("connection refused"))
  }

  @Test func `nothing moves a probe before its start and after its end`() throws {
    var probe = EraProbe()
    #expect(probe.discoverAnswered(nil) == nil)
    #expect(probe.initializeAnswered(nil) == nil)
    _ = probe.start()
    _ = probe.discoverAnswered(try answer(UpstreamSample.discovery))
    #expect(probe.discoverAnswered(nil) == nil)
    #expect(probe.initializeAnswered(nil) == nil)
  }

  @Test func `names and versions of a server are kept short`() throws {
    var probe = EraProbe()
    _ = probe.start()
    _ = probe.discoverAnswered(nil)
    let long = String(repeating: "n", count: 5_000)
    let step = probe.initializeAnswered(
      try answer(
        """
        {"protocolVersion":"2025-11-25","serverInfo":{"name":"\(long)","version":7}}
        """))
    guard case .ready(let peer)? = step else {
      Issue.record("not ready")
      return
    }
    #expect(peer.serverName?.count == 128)
    #expect(peer.serverVersion == nil)
    #expect(peer.capabilities.announces.isEmpty)
  }
}

@Suite("Small parts of the upstream face")
struct UpstreamFacePartsTests {
  @Test func `the delay doubles up to a minute and starts anew after a healthy time`() {
    var backoff = Backoff()
    var delays: [Duration] = []
    for _ in 0..<9 { delays.append(backoff.delayAfterFailure(stoodFor: .zero, jitter: 0)) }
    #expect(
      delays == [0.5, 1, 2, 4, 8, 16, 32, 60, 60].map { Duration.milliseconds(Int($0 * 1000)) })
    #expect(
      backoff.delayAfterFailure(stoodFor: Backoff.healthyAfter, jitter: 0) == Backoff.first)
    #expect(backoff.failures == 1)
  }

  @Test(arguments: [0.0, 0.3, 0.999])
  func `jitter takes off up to a quarter`(jitter: Double) {
    var backoff = Backoff()
    let delay = backoff.delayAfterFailure(stoodFor: .zero, jitter: jitter)
    #expect(delay <= Backoff.first)
    #expect(delay >= Backoff.first * 0.75)
  }

  @Test(
    arguments: [
      ("create_issue", "create_issue"), ("a b", "a b"), ("", ""),
      (" a", "=?base64?IGE=?="), ("é", "=?base64?w6k=?="), ("a\r\nX: y", "=?base64?YQ0KWDogeQ==?="),
      ("=?base64?YQ==?=", "=?base64?PT9iYXNlNjQ/WVE9PT89?="),
    ])
  func `a header carries a name as it is, or encoded`(name: String, value: String) {
    #expect(HeaderValue.encoded(name) == value)
  }

  @Test(
    arguments: [
      ("application/json", true, false), ("Application/JSON; charset=utf-8", true, false),
      (" application/json ;x", true, false), ("text/event-stream", false, true),
      ("text/event-stream;charset=utf-8", false, true), ("text/html", false, false),
      ("application/json2", false, false), ("", false, false),
    ])
  func `media types are told apart by their essence`(value: String, json: Bool, events: Bool) {
    let bytes = Array(value.utf8)
    let type = MediaType(bytes.span)
    #expect((type == .json) == json)
    #expect((type == .eventStream) == events)
  }

  @Test func `what may have run is told apart from what was never sent`() {
    let notSent: [UpstreamError] = [.unavailable(reason: ""), .overloaded(reason: "")]
    let unknown: [UpstreamError] = [
      .timedOut(after: .seconds(1)), .connectionLost(reason: ""), .protocolViolation(reason: ""),
      .cancelled,
    ]
    #expect(notSent.allSatisfy { !$0.mayHaveRun })
    #expect(unknown.allSatisfy { $0.mayHaveRun })
  }
}
