import HTTP
import JSON
import Testing

@testable import MCP

@Suite("What becomes of an HTTP request")
struct ClientFaceLadderTests {
  private let ladder = HTTPRequestLadder(
    configuration: HTTPFaceConfiguration(
      listenAddress: "192.0.2.7", publicNames: ["Gate.example"],
      allowedOrigins: ["https://console.example"]))

  /// The outcome in short: the step, or `status code`.
  private func outcome(
    _ fields: HTTPHeaders, _ body: String = "", method: String = "POST", path: String = "/mcp",
    query: String? = nil, isLocalSocket: Bool = false
  ) -> String {
    do throws(HTTPRefusal) {
      let head = HTTPRequestHead(
        method: method, path: path, query: query, headers: fields, isLocalSocket: isLocalSocket)
      let route = try ladder.checkHead(head)
      guard method == "POST" else {
        return route.transport == .events
          ? "events" : "session \(try ladder.sessionID(head, at: route))"
      }
      guard let root = try? JSONDocument(parsing: Array(body.utf8)).root else {
        return "parse error"
      }
      switch try ladder.decide(head, at: route, root, bytes: body.utf8.count) {
      case .accept: return "accept"
      case .serve(let id, let request): return "serve \(text(id.raw)) \(request.method)"
      case .discover(let id): return "discover \(text(id.raw))"
      case .listen(let id, _): return "listen \(text(id.raw))"
      case .initialize(let id, _): return "initialize \(text(id.raw))"
      case .inSession(let session, .request(_, let method, _)): return "\(session): \(method)"
      case .inSession(let session, .notification(let method, _)): return "\(session)! \(method)"
      case .inSession(let session, .answer): return "\(session)= answer"
      case .batch(let session, let messages): return "\(session): \(messages.count) messages"
      }
    } catch {
      return "\(error.status) \(error.error.code)"
    }
  }

  @Test("transport checks come first, in order")
  func transport() {
    let call = Sample.session("tools/list")
    #expect(outcome(Sample.fields(), call, path: "/") == "404 -32600")
    #expect(outcome(Sample.fields(), call, path: "/mcp/a/b") == "404 -32600")
    #expect(outcome(Sample.fields(), call, method: "PUT", path: "/mcp") == "405 -32600")
    #expect(
      outcome(Sample.fields(["Host": "evil", "Origin": "http://evil"]), method: "PUT")
        == "421 -32600")
    #expect(outcome(Sample.fields(["Origin": "http://evil"]), method: "PUT") == "403 -32600")
    #expect(
      outcome(Sample.fields(["Content-Type": "text/plain", "Host": "evil"]), call) == "400 -32600")
    #expect(outcome(Sample.fields(["Content-Type": nil]), call) == "400 -32600")
    #expect(
      outcome(Sample.fields(["Host": "evil.example", "Origin": "http://evil.example"]), call)
        == "421 -32600")
    #expect(
      outcome(Sample.fields(["Origin": "http://evil.example", "Accept": "text/html"]), call)
        == "403 -32600")
    #expect(outcome(Sample.fields(["Accept": "application/json"]), call) == "406 -32600")
    #expect(outcome(Sample.fields(["Accept": nil]), call) == "406 -32600")
    #expect(outcome(Sample.fields(["Accept": "text/event-stream"]), "{") == "406 -32600")
    #expect(outcome(Sample.fields(), "{") == "parse error")
    #expect(outcome(Sample.fields(), #"{"jsonrpc":"2.0","id":1,"id":2}"#) == "parse error")
  }

  @Test("media types ignore case and parameters, and wildcards accept")
  func mediaTypes() {
    let initialize = Sample.initialize("2025-11-25")
    for type in ["Application/JSON", "application/json; charset=utf-8", " application/json ;q=1"] {
      #expect(outcome(Sample.fields(["Content-Type": type]), initialize) == "initialize 0")
    }
    for accept in ["*/*", "application/*, text/*", "text/event-stream;q=0.5,application/json"] {
      #expect(outcome(Sample.fields(["Accept": accept]), initialize) == "initialize 0")
    }
  }

  @Test(
    "the Host header must name this gateway",
    arguments: [
      ("localhost", true), ("LOCALHOST:80", true), ("127.0.0.1:9", true), ("[::1]:1", true),
      ("[::1]", true), ("gate.example:443", true), ("192.0.2.7", true), ("evil", false),
      ("localhost.evil", false), ("localhost:80:90", false), ("localhost:x", false), ("", false),
      ("[::1", false), ("127.0.0.1@evil", false), ("localhost:80@evil", false),
    ])
  func host(host: String, isAllowed: Bool) {
    let outcome = outcome(Sample.fields(["Host": host]), Sample.initialize("2025-11-25"))
    #expect(outcome == (isAllowed ? "initialize 0" : "421 -32600"))
  }

  @Test("a Unix socket needs no Host that is known")
  func localSocket() {
    let fields = Sample.fields(["Host": "sallyport"])
    let initialize = Sample.initialize("2025-11-25")
    #expect(outcome(fields, initialize, isLocalSocket: true) == "initialize 0")
    #expect(outcome(fields, initialize) == "421 -32600")
  }

  @Test(
    "an Origin must be listed or be the host and port that is called",
    arguments: [
      ("http://localhost:8080", true), ("https://LOCALHOST:8080", true),
      ("https://console.example", true), ("http://localhost:3000", false),
      ("http://localhost", false), ("null", false), ("https://console.example.evil", false),
      ("http://127.0.0.1:8080", false),
    ])
  func origin(origin: String, isAllowed: Bool) {
    let outcome = outcome(Sample.fields(["Origin": origin]), Sample.initialize("2025-11-25"))
    #expect(outcome == (isAllowed ? "initialize 0" : "403 -32600"))
  }

  @Test("fields that may stand once are refused twice")
  func duplicates() {
    for (name, value) in [
      ("Host", "localhost"), ("Mcp-Session-Id", "s"), ("Content-Type", "application/json"),
      ("Authorization", "Bearer x"), ("Origin", "http://localhost:8080"),
    ] {
      var fields = Sample.fields(["Mcp-Session-Id": "s", "Authorization": "Bearer y"])
      if name == "Origin" { fields.add(name, value) }
      fields.add(name, value)
      #expect(outcome(fields, Sample.session("ping")) == "400 -32600", "\(name)")
    }
    for name in ["MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"] {
      var fields = Sample.statelessFields("tools/call", name: "echo")
      fields.add(name.lowercased(), fields[name] ?? "")
      #expect(outcome(fields, Sample.call("echo")) == "400 -32020", "\(name)")
    }
  }

  @Test("the era is the header's, whatever the body says")
  func era() {
    let both = Sample.call("echo")
    #expect(
      outcome(Sample.statelessFields("tools/call", name: "echo"), both) == "serve 1 tools/call")
    #expect(
      outcome(
        Sample.fields(["MCP-Protocol-Version": "2025-11-25", "Mcp-Session-Id": "s"]), both)
        == "s: tools/call")
    #expect(outcome(Sample.fields(["Mcp-Session-Id": "s"]), both) == "s: tools/call")
    #expect(outcome(Sample.fields(), both) == "400 -32600")
    #expect(
      outcome(Sample.fields(["MCP-Protocol-Version": "2099-01-01"]), both) == "400 -32020")
  }

  @Test("initialize without the stateless envelope starts a session, whatever the header says")
  func initialize() {
    #expect(outcome(Sample.fields(), Sample.initialize("2025-06-18")) == "initialize 0")
    #expect(
      outcome(Sample.statelessFields("initialize"), Sample.initialize("2026-07-28", id: "\"a\""))
        == "initialize \"a\"")
  }

  @Test("the stateless ladder: envelope, headers, version, method")
  func statelessLadder() {
    let fields = Sample.statelessFields("tools/list")
    #expect(outcome(fields, Sample.stateless("tools/list")) == "serve 1 tools/list")
    // (a) the envelope, before anything else is compared
    for params in [
      "{}", #"{"_meta":1}"#, #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#,
      #"{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}"#,
      #"""
      {"_meta":{"io.modelcontextprotocol/protocolVersion":1,
      "io.modelcontextprotocol/clientCapabilities":{}}}
      """#,
      #"""
      {"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
      "io.modelcontextprotocol/clientCapabilities":[]}}
      """#,
    ] {
      let body = Sample.session("tools/list", params: params)
      #expect(outcome(Sample.statelessFields("wrong"), body) == "400 -32602", "\(params)")
    }
    #expect(
      outcome(fields, #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#) == "400 -32602")
    // (b) headers, before the version
    let future = Sample.stateless("tools/list").replacing("2026-07-28", with: "2030-01-01")
    #expect(outcome(fields, future) == "400 -32020")
    // (c) the version, before the method
    let futureFields = Sample.statelessFields(
      "tools/list", ["MCP-Protocol-Version": "2030-01-01"])
    #expect(outcome(futureFields, future) == "400 -32022")
    #expect(
      outcome(
        Sample.statelessFields("nonsense", ["MCP-Protocol-Version": "2030-01-01"]),
        future.replacing("tools/list", with: "nonsense")) == "400 -32022")
    // (d) the method
    #expect(
      outcome(Sample.statelessFields("nonsense"), Sample.stateless("nonsense")) == "404 -32601")
  }

  @Test("an unsupported version is told what is supported and what it asked for")
  func unsupportedVersion() throws {
    let body = Sample.stateless("tools/list").replacing("2026-07-28", with: "2030-01-01")
    let message = try JSONRPCMessage(Sample.document(body))
    let head = HTTPRequestHead(
      method: "POST", path: "/mcp",
      headers: Sample.statelessFields("tools/list", ["MCP-Protocol-Version": "2030-01-01"]))
    let route = try ladder.checkHead(head)
    let refusal = #expect(throws: HTTPRefusal.self) {
      try ladder.decide(head, at: route, message, bytes: 1)
    }
    #expect(
      refusal?.error.data.map { text($0) } == """
        {"supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],\
        "requested":"2030-01-01"}
        """)
  }

  @Test("headers that repeat the body must repeat it exactly")
  func mirrors() {
    let body = Sample.call("echo")
    func outcome(_ edits: KeyValuePairs<String, String?>) -> String {
      self.outcome(Sample.statelessFields("tools/call", name: "echo", edits), body)
    }
    #expect(outcome([:]) == "serve 1 tools/call")
    #expect(outcome(["Mcp-Method": nil]) == "400 -32020")
    #expect(outcome(["Mcp-Method": "tools/list"]) == "400 -32020")
    #expect(outcome(["Mcp-Method": "Tools/call"]) == "400 -32020")
    #expect(outcome(["Mcp-Name": nil]) == "400 -32020")
    #expect(outcome(["Mcp-Name": "other"]) == "400 -32020")
    #expect(outcome(["Mcp-Name": "Echo"]) == "400 -32020")
    #expect(outcome(["Mcp-Name": "=?base64?ZWNobw==?="]) == "serve 1 tools/call")
    #expect(outcome(["Mcp-Name": "=?base64?ZWNobw?="]) == "400 -32020")
    #expect(outcome(["Mcp-Name": "=?base64?ZWNobx==?="]) == "400 -32020")
    #expect(outcome(["Mcp-Name": "=?base64?ZWNob3M=?="]) == "400 -32020")
    #expect(outcome(["Mcp-Name": "=?base64??="]) == "400 -32020")
    #expect(outcome(["Mcp-Param-City": "Ulm", "X-Other": "1"]) == "serve 1 tools/call")
  }

  @Test("names that do not fit a header come in base64")
  func encodedNames() {
    let name = "grüße=?base64?x?="
    let header = "=?base64?\(text(MirroredHeader.base64(Array(name.utf8))))?="
    #expect(
      outcome(Sample.statelessFields("tools/call", name: header), Sample.call(name))
        == "serve 1 tools/call")
    // Spelled with escapes in the body it is the same name.
    #expect(
      outcome(
        Sample.statelessFields("tools/call", name: header),
        Sample.call(#"gr\u00fc\u00dfe=?base64?x?="#)) == "serve 1 tools/call")
    #expect(
      outcome(Sample.statelessFields("tools/call", name: "=?base64?x?="), Sample.call("x"))
        == "400 -32020")
  }

  @Test("Mcp-Name repeats the uri of a resource and is ignored where nothing is named")
  func otherNames() {
    let read = Sample.stateless("resources/read", params: #""uri":"file:///a""#)
    #expect(
      outcome(Sample.statelessFields("resources/read", name: "file:///a"), read)
        == "serve 1 resources/read")
    #expect(
      outcome(Sample.statelessFields("resources/read", name: "file:///b"), read) == "400 -32020")
    #expect(
      outcome(Sample.statelessFields("tools/list", name: "x"), Sample.stateless("tools/list"))
        == "serve 1 tools/list")
    // Without a name in header and body, the gate says that the name is missing.
    #expect(
      outcome(Sample.statelessFields("tools/call"), Sample.stateless("tools/call"))
        == "serve 1 tools/call")
    #expect(
      outcome(Sample.statelessFields("tools/call", name: "x"), Sample.stateless("tools/call"))
        == "400 -32020")
  }

  @Test(
    "methods that the stateless era removed are unknown in it",
    arguments: [
      "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe",
    ])
  func removedMethods(method: String) {
    #expect(outcome(Sample.statelessFields(method), Sample.stateless(method)) == "404 -32601")
  }

  @Test("stateless notifications are accepted and posted answers are not")
  func statelessOthers() {
    let fields = Sample.fields(["MCP-Protocol-Version": "2026-07-28"])
    #expect(outcome(fields, Sample.cancelled("1")) == "accept")
    #expect(outcome(fields, #"{"jsonrpc":"2.0","id":1,"result":{}}"#) == "400 -32600")
    #expect(
      outcome(fields, #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#)
        == "400 -32600")
    #expect(
      outcome(Sample.statelessFields("server/discover"), Sample.stateless("server/discover"))
        == "discover 1")
    #expect(
      outcome(
        Sample.statelessFields("subscriptions/listen"),
        Sample.stateless("subscriptions/listen", id: "\"l\"")) == "listen \"l\"")
  }

  @Test("malformed messages are refused in both eras", arguments: ["2026-07-28", "2025-03-26"])
  func violations(version: String) {
    let fields = Sample.fields(["MCP-Protocol-Version": version, "Mcp-Session-Id": "s"])
    for body in [
      "1", "{}", #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
      #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#,
      #"{"jsonrpc":"2.0","id":1,"method":1}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"a","params":[]}"#,
    ] {
      #expect(outcome(fields, body) == "400 -32600", "\(body)")
    }
  }

  @Test("a batch belongs to a session; whether it may be one is for the session to say")
  func batches() {
    let batch = "[\(Sample.session("ping")),\(Sample.session("ping", id: "2"))]"
    #expect(
      outcome(
        Sample.fields(["MCP-Protocol-Version": "2025-03-26", "Mcp-Session-Id": "s"]), batch)
        == "s: 2 messages")
    #expect(outcome(Sample.fields(), batch) == "400 -32600")
    #expect(outcome(Sample.fields(["MCP-Protocol-Version": "2026-07-28"]), batch) == "400 -32600")
    #expect(outcome(Sample.fields(), batch, path: "/sse", query: "sessionId=s") == "400 -32600")
  }

  @Test("HTTP+SSE begins with GET, and posts to a session that the target names")
  func events() {
    let ping = Sample.session("ping")
    let get = Sample.fields(["Content-Type": nil, "Accept": "text/event-stream"])
    #expect(outcome(get, method: "GET", path: "/sse") == "events")
    #expect(outcome(get, method: "GET", path: "/servers/a/sse") == "events")
    #expect(outcome(Sample.fields(), ping, path: "/sse") == "405 -32600")
    #expect(outcome(Sample.fields(), method: "DELETE", path: "/sse") == "405 -32600")
    let post = Sample.fields(["Accept": nil, "MCP-Protocol-Version": "2026-07-28"])
    #expect(outcome(post, ping, path: "/sse", query: "a=b&sessionId=s1") == "s1: ping")
    #expect(
      outcome(
        Sample.fields(["Host": "evil"]), ping, path: "/sse", query: "sessionId=s") == "421 -32600")
    #expect(
      outcome(
        Sample.fields(["Content-Type": "text/plain"]), ping, path: "/sse", query: "sessionId=s")
        == "400 -32600")
  }

  @Test("what belongs to sessions is passed over in the stateless era")
  func sessionFieldsIgnored() {
    var fields = Sample.statelessFields("tools/list", ["Mcp-Session-Id": "forged"])
    fields.add("Mcp-Session-Id", "again")
    fields.add("Last-Event-ID", "x")
    #expect(outcome(fields, Sample.stateless("tools/list")) == "serve 1 tools/list")
  }

  @Test("tasks are named by their ids")
  func tasks() {
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
      let body = Sample.stateless(method, params: #""taskId":"t1""#)
      #expect(outcome(Sample.statelessFields(method, name: "t1"), body) == "serve 1 \(method)")
      #expect(outcome(Sample.statelessFields(method, name: "t2"), body) == "400 -32020")
      #expect(outcome(Sample.statelessFields(method), body) == "400 -32020")
    }
  }

  @Test("a log level that is none is refused")
  func logLevel() {
    func body(_ level: String) -> String {
      Sample.stateless("tools/list").replacing(
        "\"_meta\":{", with: "\"_meta\":{\"io.modelcontextprotocol/logLevel\":\(level),")
    }
    let fields = Sample.statelessFields("tools/list")
    #expect(outcome(fields, body(#""warning""#)) == "serve 1 tools/list")
    #expect(outcome(fields, body(#""loud""#)) == "400 -32602")
    #expect(outcome(fields, body("3")) == "400 -32602")
  }

  @Test("the session era needs a session, and takes notifications and answers")
  func sessionEra() {
    func fields(_ version: String?) -> HTTPHeaders {
      Sample.fields(["MCP-Protocol-Version": version, "Mcp-Session-Id": "s"])
    }
    let list = Sample.session("tools/list")
    for version in [nil, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] {
      #expect(outcome(fields(version), list) == "s: tools/list")
    }
    #expect(outcome(Sample.fields(), list) == "400 -32600")
    #expect(outcome(fields(nil), Sample.cancelled("1")) == "s! notifications/cancelled")
    #expect(outcome(fields(nil), #"{"jsonrpc":"2.0","id":1,"result":{}}"#) == "s= answer")
  }

  @Test("GET and DELETE belong to sessions")
  func otherHTTPMethods() {
    let events = Sample.fields([
      "Content-Type": nil, "Accept": "text/event-stream", "Mcp-Session-Id": "s",
    ])
    #expect(outcome(events, method: "GET") == "session s")
    #expect(outcome(events, method: "DELETE") == "session s")
    #expect(outcome(Sample.fields(["Accept": "text/event-stream"]), method: "GET") == "400 -32600")
    #expect(outcome(Sample.fields(["Accept": "text/html"]), method: "GET") == "406 -32600")
    var stateless = events
    stateless.add("MCP-Protocol-Version", "2026-07-28")
    #expect(outcome(stateless, method: "GET") == "405 -32600")
    #expect(outcome(stateless, method: "DELETE") == "405 -32600")
  }

  @Test("a request carries the client's claims, bounded")
  func claims() throws {
    let long = String(repeating: "ü", count: 100)
    let body = Sample.stateless("tools/list").replacing("tester", with: long)
    let head = HTTPRequestHead(
      method: "POST", path: "/mcp", headers: Sample.statelessFields("tools/list"))
    let message = try JSONRPCMessage(Sample.document(body))
    let route = HTTPFaceRoute(endpoint: .server("a"), transport: .streamable)
    guard case .serve(_, let request) = try ladder.decide(head, at: route, message, bytes: 7)
    else {
      Issue.record("not served")
      return
    }
    #expect(request.client.name == String(repeating: "ü", count: 64))
    #expect(request.client.softwareVersion == "1")
    #expect(request.client.capabilities.map { text($0.raw) } == "{}")
    #expect(request.client.version == .v2026_07_28)
    #expect(request.client.sessionID == nil)
    #expect(request.messageBytes == 7)
    #expect(request.endpoint == .server("a"))
    #expect(request.logLevel == nil)
  }

  @Test("bearer tokens are read as RFC 6750 spells them")
  func bearer() {
    func token(_ value: String) -> String? {
      HTTPRequestHead(
        method: "POST", path: "/mcp", headers: Sample.fields(["Authorization": value])
      ).fields.bearerToken
    }
    #expect(token("Bearer abc.def") == "abc.def")
    #expect(token("bearer  abc ") == "abc")
    #expect(token("Basic abc") == nil)
    #expect(token("Bearer") == nil)
  }
}
